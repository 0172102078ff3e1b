import { addressesOf, isSubject } from '../evaluate/verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../evaluate/verdict/endpoint.ts';
import type { Port } from '../evaluate/verdict/verdict.ts';
import { addressRange, formatBlock } from '../model/address-set.ts';
import { bits, FAMILIES } from '../model/address.ts';
import type { Address } from '../model/address.ts';
import { NAMESPACE_NAME_LABEL } from '../model/cluster.ts';
import type { Cluster } from '../model/cluster.ts';
import { Place, Source } from '../model/place.ts';
import type { Direction, NetworkPolicy, Peer, PortRule, Rule } from '../model/policy.ts';
import { selectorFor } from './selecting.ts';

/** The place of what nobody wrote yet. */
export const NOWHERE = new Place(new Source('(proposed)', ''), 1, 0, '');

/** A peer that matches just the endpoint; undefined when nothing can name it. */
export function peersFor(cluster: Cluster, namespace: string, endpoint: Endpoint): Peer[] {
  if (isSubject(endpoint)) {
    const own = endpoint.workload.namespace;
    const namespaces =
      own === namespace
        ? 'own'
        : [{ key: NAMESPACE_NAME_LABEL, operator: 'In' as const, values: [own] }];
    return [{ kind: 'pods', place: NOWHERE, namespaces, pods: selectorFor(cluster, endpoint) }];
  }
  if (endpoint.kind === 'domain') return []; // no NetworkPolicy can name it
  const addresses =
    endpoint.kind === 'addresses'
      ? [{ family: endpoint.family, value: endpoint.bounds[0]! }]
      : addressesOf(endpoint, cluster.nodes);
  return addresses.map(blockOf);
}

/** The ipBlock of one address. */
function blockOf({ family, value }: Address): Peer {
  const cidr = formatBlock({ family, prefix: bits(family), low: value });
  const addresses = addressRange(family, value, value);
  return { kind: 'block', place: NOWHERE, family, cidr, except: [], addresses };
}

/** The element of `ports` that opens just the port; undefined for protocols without ports. */
export function portRuleFor({ protocol, number }: Port): PortRule | undefined {
  if (protocol === 'other') return undefined;
  return { kind: 'numbered', place: NOWHERE, protocol, low: number, high: number };
}

/** A policy that isolates one workload in one direction and has the rules given. */
export function proposePolicy(
  cluster: Cluster,
  subject: WorkloadEndpoint,
  direction: Direction,
  name: string,
  rules: readonly Pick<Rule, 'peers' | 'ports'>[],
): NetworkPolicy {
  const placed = rules.map((rule) => ({ ...rule, place: NOWHERE }));
  return {
    kind: 'NetworkPolicy',
    namespace: subject.workload.namespace,
    name: freeName(cluster, subject.workload.namespace, name),
    annotations: {},
    place: NOWHERE,
    subject: selectorFor(cluster, subject),
    subjectIsSure: true,
    subjectPlace: NOWHERE,
    isolates: [direction],
    policyTypesPlace: NOWHERE,
    ingress: direction === 'ingress' ? placed : [],
    egress: direction === 'egress' ? placed : [],
  };
}

function freeName(cluster: Cluster, namespace: string, wanted: string): string {
  const own = cluster.policies.filter((policy) => policy.namespace === namespace);
  return nameFrom(wanted, new Set(own.map((policy) => policy.name)));
}

/** A valid name like the one wanted that is not taken. */
export function nameFrom(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60);
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base}-${n}`;
  return name;
}

/** Peers that match everyone but the endpoint, as far as an allow-list can say it. */
export function peersExcept(cluster: Cluster, endpoint: Endpoint): Peer[] {
  const everyPod: Peer = { kind: 'pods', place: NOWHERE, namespaces: [], pods: undefined };
  if (!isSubject(endpoint)) {
    const named = peersFor(cluster, '', endpoint);
    const blocks = FAMILIES.map((family): Peer => {
      const except = named.flatMap((peer) =>
        peer.kind === 'block' && peer.family === family ? [peer] : [],
      );
      return wholeFamilyExcept(family, except);
    });
    return [everyPod, ...blocks];
  }
  const selector = selectorFor(cluster, endpoint);
  const own = endpoint.workload.namespace;
  const elsewhere: Peer = {
    kind: 'pods',
    place: NOWHERE,
    namespaces: [{ key: NAMESPACE_NAME_LABEL, operator: 'NotIn', values: [own] }],
    pods: undefined,
  };
  const here = selector.map(({ key, values }): Peer => ({
    kind: 'pods',
    place: NOWHERE,
    namespaces: [{ key: NAMESPACE_NAME_LABEL, operator: 'In', values: [own] }],
    pods: [{ key, operator: 'NotIn', values }],
  }));
  return [elsewhere, ...here];
}

function wholeFamilyExcept(
  family: 4 | 6,
  except: readonly Extract<Peer, { kind: 'block' }>[],
): Peer {
  const high = (1n << BigInt(bits(family))) - 1n;
  const holes = except.flatMap((peer) => [...peer.addresses[family]]);
  const bounds: bigint[] = [];
  let low = 0n;
  for (let i = 0; i < holes.length; i += 2) {
    if (holes[i]! > low) bounds.push(low, holes[i]! - 1n);
    low = holes[i + 1]! + 1n;
  }
  if (low <= high) bounds.push(low, high);
  return {
    kind: 'block',
    place: NOWHERE,
    family,
    cidr: family === 4 ? '0.0.0.0/0' : '::/0',
    except: except.map((peer) => peer.cidr),
    addresses: { 4: [], 6: [], [family]: bounds },
  };
}
