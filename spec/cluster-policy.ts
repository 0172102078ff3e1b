/**
 * What one policy of the Admin or Baseline tier says: where it stands, whom it is for, and what
 * each of its rules does to an attempt (policy.networking.k8s.io).
 *
 * @module
 */
import { addressMatches, isNamed, strongest } from './attempt.ts';
import type { Attempt, Match, Setting } from './attempt.ts';
import { hasOnlyUnknown, isAccept, isPass, readPods, readRule } from './cluster-rule.ts';
import type { ClusterPeer, ClusterPort } from './cluster-rule.ts';
import type { Cluster, Endpoint } from './cluster.ts';
import { domainMatches, isClusterName } from './domain.ts';
import { at, isMap, list } from './object.ts';
import { isEmptySelector, labelsOf, namespaceLabels, selectorMatches } from './selector.ts';

/** One policy of the tiers around NetworkPolicy. */
export type ClusterPolicy = Cluster['clusterPolicies'][number];

/** What a rule does to an attempt, if it matches. */
export interface Step {
  readonly effect: 'Accept' | 'Deny' | 'Pass';
  readonly match: Match;
}

/** C1; an unknown tier is judged in the first one (C17, D22). */
export function tierOf({ kind, spec }: ClusterPolicy): 'Admin' | 'Baseline' {
  if (kind === 'BaselineAdminNetworkPolicy') return 'Baseline';
  const isBaseline = kind === 'ClusterNetworkPolicy' && at(spec, 'tier') === 'Baseline';
  return isBaseline ? 'Baseline' : 'Admin';
}

/** C6, D16: "lower priority values have higher precedence"; equals by name, then by kind. */
export function inOrder(policies: readonly ClusterPolicy[]): readonly ClusterPolicy[] {
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return policies.toSorted(
    (a, b) =>
      compareNumbers(place(a), place(b)) || compare(a.name, b.name) || compare(a.kind, b.kind),
  );
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The priority; first when it cannot be read (D22), last where the kind has none (D16). */
function place({ kind, spec }: ClusterPolicy): number {
  const priority = at(spec, 'priority');
  if (kind === 'BaselineAdminNetworkPolicy') return Infinity;
  return Number.isInteger(priority) ? Number(priority) : -Infinity;
}

/** Whether its tier and its place there are known; "a value from 0 to 1000", or beyond it (D24). */
function isPlaced(policy: ClusterPolicy): boolean {
  const tier = at(policy.spec, 'tier');
  const isTier = policy.kind !== 'ClusterNetworkPolicy' || tier === 'Admin' || tier === 'Baseline';
  return isTier && place(policy) !== -Infinity;
}

/**
 * C13: "Exactly one field must be set"; "host-networked pods are not included". What cannot be read
 * counts as `unreadable`: asked with true for whom it may be, with false for whom it surely is.
 */
function selects(
  { kind, spec }: ClusterPolicy,
  pod: Endpoint,
  cluster: Cluster,
  unreadable: boolean,
): boolean {
  if (pod.kind !== 'pod') return false;
  const namespaces = at(spec, 'subject', 'namespaces');
  const pods = at(spec, 'subject', 'pods');
  if ((namespaces === undefined) === (pods === undefined)) return unreadable;
  const own = namespaceLabels(pod.namespace, cluster);
  if (pods === undefined) return holds(namespaces, own, unreadable);
  if (readPods(kind, pods) === undefined && !unreadable) return false;
  const inNamespace = holds(at(pods, 'namespaceSelector') ?? {}, own, unreadable);
  return inNamespace && holds(at(pods, 'podSelector') ?? {}, labelsOf(pod), unreadable);
}

/** D25: a selector of which no word is known says nothing that could be read. */
function holds(
  selector: unknown,
  labels: ReturnType<typeof labelsOf>,
  unreadable: boolean,
): boolean {
  return hasOnlyUnknown(selector) ? unreadable : selectorMatches(selector, labels, unreadable);
}

/** Every name and wildcard that a rule we understand speaks of (D19). */
export function domainsOf({ kind, spec }: ClusterPolicy): readonly string[] {
  const rules = (list(at(spec, 'egress')) ?? []).map((rule) => readRule(kind, 'egress', rule));
  return rules
    .flatMap((rule) => rule?.peers ?? [])
    .flatMap((peer) => (peer.field === 'domainNames' ? peer.names : []));
}

/** C7: its rules for an attempt "in the order in which the rule is written". */
export function stepsOf(policy: ClusterPolicy, attempt: Attempt, setting: Setting): Step[] {
  const { spec } = policy;
  const { cluster } = setting;
  if (!selects(policy, attempt.subject, cluster, true)) return [];
  const rules = spec === undefined || isMap(spec) ? list(at(spec, attempt.direction)) : undefined;
  if (rules === undefined) return [{ effect: 'Deny', match: 'yes' }]; // D21
  const steps = rules.map((rule) => stepOf(policy, rule, attempt, setting));
  const isSure = isPlaced(policy) && selects(policy, attempt.subject, cluster, false);
  return isSure ? steps : steps.map(doubted);
}

/** D22: where it is not known whom or when a rule is for, it can only deny. */
function doubted({ effect, match }: Step): Step {
  return { effect: 'Deny', match: effect === 'Accept' ? 'no' : match };
}

/** C16, C17, D21, D23: "fail closed". */
function stepOf({ kind }: ClusterPolicy, raw: unknown, attempt: Attempt, setting: Setting): Step {
  const rule = readRule(kind, attempt.direction, raw);
  const accepts = isAccept(kind, raw);
  if (rule === undefined) return { effect: 'Deny', match: accepts ? 'no' : 'yes' };
  const onPort = rule.ports?.some((port) => portMatches(port, attempt)) ?? true; // C25
  const peers = onPort ? rule.peers : [];
  const matching = (unreadable: boolean): Match =>
    strongest(peers.map((peer) => peerMatches(peer, attempt, setting, unreadable)));
  const [surely, possibly] = [matching(false), matching(true)];
  if (accepts) return { effect: 'Accept', match: surely };
  // A Pass that may not be for the peer, whose label cannot be read, can only deny (D22).
  if (isPass(kind, raw) && surely === possibly) return { effect: 'Pass', match: surely };
  return { effect: 'Deny', match: possibly };
}

/** C26, C28; what has no ports is on none of them (D7). */
function portMatches(port: ClusterPort, attempt: Attempt): boolean {
  if ('name' in port) return isNamed(port.name, attempt);
  const { protocol, port: number = 0 } = attempt;
  return port.protocol === protocol && port.first <= number && number <= port.last;
}

/** "If any element matches the source of incoming traffic then the specified action is applied." */
function peerMatches(
  peer: ClusterPeer,
  attempt: Attempt,
  { cluster, podNetwork }: Setting,
  unreadable: boolean,
): Match {
  const other = attempt.peer;
  const own = namespaceLabels(other.namespace, cluster);
  switch (peer.field) {
    case 'namespaces': // "host-networked pods are not included in this type of peer"
      return other.kind === 'pod' && holds(peer.selector, own, unreadable) ? 'yes' : 'no';
    case 'pods': {
      const inNamespace = other.kind === 'pod' && holds(peer.namespaceSelector, own, unreadable);
      return inNamespace && holds(peer.podSelector, labelsOf(other), unreadable) ? 'yes' : 'no';
    }
    case 'nodes':
      return nodesMatch(peer.selector, other, cluster, unreadable);
    case 'networks':
      return addressMatches(peer.blocks, [], attempt, podNetwork);
    case 'domainNames':
      return namesMatch(peer.names, other);
    default:
      return peer satisfies never;
  }
}

/** C20, D18: "matching on the IPs present in the node.Status.Addresses field of the node". */
function nodesMatch(
  selector: unknown,
  other: Endpoint,
  { nodes }: Cluster,
  unreadable: boolean,
): Match {
  if (other.kind === 'domain') return 'maybe';
  if (other.kind !== 'node') return 'no';
  const node = nodes.get(`node/${other.node}`);
  if (node) return holds(selector, labelsOf(node), unreadable) ? 'yes' : 'no';
  return isEmptySelector(selector) ? 'yes' : 'maybe';
}

/** C21, C24, D19, D20: by name only a domain is known; an address may have any name. */
function namesMatch(names: readonly string[], other: Endpoint): Match {
  switch (other.kind) {
    case 'domain':
      return strongest(names.map((name) => domainMatches(name, other.domain)));
    case 'pod':
      return names.some(isClusterName) ? 'maybe' : 'no';
    case 'node':
    case 'outside':
      return 'maybe';
    default:
      return other.kind satisfies never;
  }
}
