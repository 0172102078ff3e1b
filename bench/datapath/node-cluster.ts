import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

/** The node all pods of {@link nodeCluster} run on, and its pod network. */
export const NODE = 'bench';
export const POD_CIDR = '10.128.0.0/16';

/** The ports client and server may talk on, in both protocols. */
export const OPEN_PORT = 9000;

/** How many policies and pods a node holds. */
export interface NodeSize {
  readonly policies: number;
  readonly pods: number;
  /** Of the tiers around NetworkPolicy; none when absent. */
  readonly clusterPolicies?: number;
}

/** The manifests of a node on which pod 0 may connect to pod 1, both isolated as soon as there are policies. */
export function nodeCluster(size: NodeSize): Cluster {
  return readCluster([new Source('node.json', JSON.stringify(nodeObjects(size)))]);
}

/** The address of pod `index`: 10.128.0.2 and on. */
export function podAddress(index: number): string {
  const value = index + 2;
  return `10.128.${value >> 8}.${value & 255}`;
}

/** Pod 0 and 1 are client and server of the measurements. */
export function nodeObjects({ policies, pods, clusterPolicies = 0 }: NodeSize): object {
  const apps = Math.max(policies, 2);
  const items: object[] = [
    {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: NODE },
      status: { addresses: [{ type: 'InternalIP', address: '192.0.2.1' }] },
    },
  ];
  for (let i = 0; i < pods; i++) items.push(podObject(`pod-${i}`, i % apps, podAddress(i)));
  for (let i = 0; i < policies; i++) items.push(policyObject(i, apps));
  for (let i = 0; i < clusterPolicies; i++) items.push(clusterPolicyObject(i, apps));
  return { apiVersion: 'v1', kind: 'List', items };
}

export function namespaceOf(app: number): string {
  return `ns-${app % 100}`;
}

export function podObject(name: string, app: number, address: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: namespaceOf(app), labels: { app: `app-${app}` } },
    spec: { nodeName: NODE, containers: [{ name: 'main', ports: [{ containerPort: OPEN_PORT }] }] },
    status: { phase: 'Running', podIP: address, podIPs: [{ ip: address }] },
  };
}

/** A policy of app `i`: its neighbours by label on a few ports, and an office by address. */
function policyObject(i: number, apps: number): object {
  const peer = (app: number): object => ({
    namespaceSelector: {},
    podSelector: { matchLabels: { app: `app-${((app % apps) + apps) % apps}` } },
  });
  const ports = [
    { protocol: 'TCP', port: OPEN_PORT },
    { protocol: 'UDP', port: OPEN_PORT },
    { protocol: 'TCP', port: 7000 + (i % 50), endPort: 7100 },
  ];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: `policy-${i}`, namespace: namespaceOf(i) },
    spec: {
      podSelector: { matchLabels: { app: `app-${i}` } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        { from: [peer(i - 1), peer(i + 7)], ports },
        { from: [{ ipBlock: { cidr: `10.200.${i % 256}.0/24` } }], ports: [{ port: 443 }] },
      ],
      egress: [{ to: [peer(i + 1), peer(i + 3)], ports }],
    },
  };
}

const ACTIONS = ['Accept', 'Deny', 'Pass'] as const;
const RULES = 25;

/**
 * Every fourth is for all pods, the others for those of ten namespaces, in one direction each; every fifth is
 * of the Baseline tier. Rules name pods, namespaces and networks in turn. None is for pods 0 and 1 on the
 * ports they talk on.
 */
export function clusterPolicyObject(i: number, apps: number): object {
  const namespaces = (...names: string[]): object => ({
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: names }],
  });
  const ten = Array.from({ length: 10 }, (_, k) => namespaceOf(i * 10 + k));
  const isEgress = i % 2 === 0;
  const peer = (k: number): object => {
    const n = i * RULES + k;
    if (k % 3 === 0) return { namespaces: namespaces(namespaceOf(n)) };
    if (k % 3 === 1 && isEgress) return { networks: [`10.${200 + (n % 50)}.${k}.0/24`] };
    return { pods: { podSelector: { matchLabels: { app: `app-${n % apps}` } } } };
  };
  const rules = Array.from({ length: RULES }, (_, k) => ({
    action: ACTIONS[(i + k) % 3],
    [isEgress ? 'to' : 'from']: [peer(k)],
    protocols: [{ tcp: { destinationPort: { number: 1000 + k } } }],
  }));
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: `tier-${i}` },
    spec: {
      tier: i % 5 === 4 ? 'Baseline' : 'Admin',
      priority: i,
      subject: { namespaces: i % 4 === 0 ? {} : namespaces(...ten) },
      [isEgress ? 'egress' : 'ingress']: rules,
    },
  };
}
