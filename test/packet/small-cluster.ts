/**
 * Two nodes with two pods each, in both families, for tests that are about packets rather than about
 * what policies mean: `a` and `b` run on `n1`, `c` and `d` on `n2`, each labelled with its name.
 *
 * @module
 */
import { addressRange, parseBlock, unionAddresses } from '../../src/model/address-set.ts';
import type { AddressSet } from '../../src/model/address-set.ts';
import { parseAddress } from '../../src/model/address.ts';
import type { Address, Family } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { clusterOf } from '../conformance/manifests.ts';
import type { Way } from './packet.ts';

/** The addresses of the pods, the nodes, somebody outside, and a Service. */
export const ADDRESSES = {
  a: ['10.244.1.1', 'fd00:244:1::1'],
  b: ['10.244.1.2', 'fd00:244:1::2'],
  c: ['10.244.2.1', 'fd00:244:2::1'],
  d: ['10.244.2.2', 'fd00:244:2::2'],
  n1: ['192.0.2.1', '2001:db8:1::1'],
  n2: ['192.0.2.2', '2001:db8:1::2'],
  outside: ['203.0.113.7', '3fff::7'],
  router: ['203.0.113.1', '3fff::1'],
  /** Of n1 too, as those of a bridge or a tunnel are: in its pod CIDR. */
  bridge: ['10.244.1.254', 'fd00:244:1::fe'],
  service: ['10.96.0.1', 'fd00:96::1'],
  /** In the pod CIDR of n1, but no pod's that anybody knows. */
  stranger: ['10.244.1.99', 'fd00:244:1::99'],
} as const;

export type Name = keyof typeof ADDRESSES;

const NODE_OF = { a: 'n1', b: 'n1', c: 'n2', d: 'n2' } as const;

/** The address of somebody in a family. */
export function addressOf(name: Name, family: Family): Address {
  return parseAddress(ADDRESSES[name][family === 4 ? 0 : 1])!;
}

/** From one to the other. */
export function way(from: Name, to: Name, family: Family): Way {
  const [source, destination] = [addressOf(from, family).value, addressOf(to, family).value];
  return { family, source, destination };
}

/** The pods, the nodes and these policies; `others` replace pods of their names or come beside them. */
export function smallCluster(policies: readonly object[], others: readonly object[] = []): Cluster {
  const nodes = (['n1', 'n2'] as const).map((name) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { addresses: ADDRESSES[name].map((address) => ({ type: 'InternalIP', address })) },
  }));
  const pods = (['a', 'b', 'c', 'd'] as const).map((name) => podObject(name, NODE_OF[name]));
  return clusterOf({ objects: [...nodes, ...pods, ...policies, ...others] });
}

/** One of the pods, labelled otherwise, or another one with an address of somebody. */
export function podObject(
  name: string,
  node: string,
  labels: object = { app: name },
  address: Name = name as Name,
): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'x', labels },
    spec: { nodeName: node, containers: [{ name: 'main', image: 'app:1' }] },
    status: { podIPs: ADDRESSES[address].map((ip) => ({ ip })) },
  };
}

/** A rule of a policy, as the API has it. */
export type RuleObject = Readonly<Record<string, unknown>>;

/** Isolates a pod for ingress, but for these rules. */
export function ingress(app: string, ...rules: RuleObject[]): object {
  return policy(`${app}-ingress`, app, { policyTypes: ['Ingress'], ingress: rules });
}

/** Isolates a pod for egress, but for these rules. */
export function egress(app: string, ...rules: RuleObject[]): object {
  return policy(`${app}-egress`, app, { policyTypes: ['Egress'], egress: rules });
}

function policy(name: string, app: string, spec: object): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'x' },
    spec: { podSelector: { matchLabels: { app } }, ...spec },
  };
}

/** A rule of a cluster policy on all ports. */
export interface TierRule {
  readonly action: 'Accept' | 'Deny' | 'Pass';
  /** The labels of its peers; all pods when absent. */
  readonly app?: string;
}

/** A policy of a tier for one pod in one direction. */
export function tier(
  name: 'Admin' | 'Baseline',
  direction: 'ingress' | 'egress',
  app: string,
  ...rules: readonly TierRule[]
): object {
  const podsOf = (own?: string): object => ({
    pods: {
      namespaceSelector: {},
      podSelector: own === undefined ? {} : { matchLabels: { app: own } },
    },
  });
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: `${name.toLowerCase()}-${direction}-${app}` },
    spec: {
      tier: name,
      priority: 10,
      subject: podsOf(app),
      [direction]: rules.map(({ action, app: peer }) => ({
        action,
        [direction === 'ingress' ? 'from' : 'to']: [podsOf(peer)],
      })),
    },
  };
}

/** A peer: the pods with a label. */
export function pods(app: string): object {
  return { podSelector: { matchLabels: { app } } };
}

/** Two peers: an address of each family. */
export function hosts(name: Name): object[] {
  return [
    { ipBlock: { cidr: `${ADDRESSES[name][0]}/32` } },
    { ipBlock: { cidr: `${ADDRESSES[name][1]}/128` } },
  ];
}

/** A number of all three protocols. */
export function onPort(port: number): object[] {
  return ['TCP', 'UDP', 'SCTP'].map((protocol) => ({ protocol, port }));
}

/** What each node may give to its pods. */
export function podCidrs(node: string): AddressSet {
  const n = node.slice(1);
  const blocks = [`10.244.${n}.0/24`, `fd00:244:${n}::/64`].map((cidr) => parseBlock(cidr)!);
  return unionAddresses(blocks.map(({ family, low, high }) => addressRange(family, low, high)));
}
