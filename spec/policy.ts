/**
 * What one NetworkPolicy says, read from its raw spec in the order of the API documentation
 * (networking.k8s.io/v1 types.go): podSelector, rules, policyTypes, ports, peers, ipBlock.
 *
 * @module
 */
import { readBlock, within, type Block } from './address.ts';
import {
  addressMatches,
  isNamed,
  isPortNumber,
  strongest,
  type Attempt,
  type Direction,
  type Match,
  type Setting,
} from './attempt.ts';
import type { Cluster, Endpoint } from './cluster.ts';
import { at, isMap, list } from './object.ts';
import { labelsOf, namespaceLabels, selectorMatches } from './selector.ts';

/** One policy of the cluster. */
export type Policy = Cluster['policies'][number];

/** S5: "An empty selector matches all pods in the policy's namespace"; it defaults to that. */
export function selects(policy: Policy, pod: Endpoint): boolean {
  if (pod.kind !== 'pod' || pod.namespace !== policy.namespace) return false; // N6, N8
  const podSelector = at(policy.spec, 'podSelector');
  return podSelector === undefined || selectorMatches(podSelector, labelsOf(pod), true);
}

/** S7: "it will default based on the existence of ingress or egress rules". D8 when unreadable. */
export function isolates(policy: Policy, direction: Direction): boolean {
  if (policy.spec !== undefined && !isMap(policy.spec)) return true;
  const types = list(at(policy.spec, 'policyTypes'));
  if (types === undefined) return true;
  if (types.length > 0) {
    const [own, other] = direction === 'ingress' ? ['Ingress', 'Egress'] : ['Egress', 'Ingress'];
    return types.some((type) => type === own || type !== other);
  }
  return direction === 'ingress' || list(at(policy.spec, 'egress'))?.length !== 0;
}

/** S9, D8: a section that policyTypes, which cannot be read, may not list is ignored or a denial, never more. */
function surelyLists({ spec }: Policy, direction: Direction): boolean {
  const own = direction === 'ingress' ? 'Ingress' : 'Egress';
  const types = list(at(spec, 'policyTypes'));
  if (types === undefined) return at(spec, 'policyTypes') === own;
  return types.length === 0 || types.includes(own);
}

/** S4, S10: the union of its rules; no rules allow nothing. */
export function allows(policy: Policy, attempt: Attempt, setting: Setting): Match {
  const podSelector = at(policy.spec, 'podSelector');
  // D8: a policy that may not really select the pod isolates it all the same, and allows it nothing
  const surely =
    podSelector === undefined || selectorMatches(podSelector, labelsOf(attempt.subject), false);
  if (!surely || !surelyLists(policy, attempt.direction)) return 'no';
  const rules = list(at(policy.spec, attempt.direction)) ?? [];
  return strongest(rules.map((rule) => ruleAllows(rule, policy.namespace, attempt, setting)));
}

/** S11: "empty or missing, this rule matches all". S12: "must match both ports and from". */
function ruleAllows(rule: unknown, namespace: string, attempt: Attempt, setting: Setting): Match {
  if (!isMap(rule)) return 'no';
  const ports = list(at(rule, 'ports'));
  const peers = list(at(rule, attempt.direction === 'ingress' ? 'from' : 'to'));
  if (ports === undefined || peers === undefined) return 'no';
  if (ports.length > 0 && !ports.some((port) => portMatches(port, attempt))) return 'no';
  if (peers.length === 0) return 'yes';
  return strongest(peers.map((peer) => peerMatches(peer, namespace, attempt, setting)));
}

/** "Only traffic on the specified protocol AND port"; ICMP is on none (P17). */
function portMatches(entry: unknown, attempt: Attempt): boolean {
  const { protocol, port } = attempt;
  if (!isMap(entry)) return false;
  const wanted = at(entry, 'protocol') ?? 'TCP'; // P1
  if (!['TCP', 'UDP', 'SCTP'].includes(wanted as string)) return false;
  const first = at(entry, 'port');
  const last = at(entry, 'endPort') ?? first;
  if (typeof first === 'string') {
    if (at(entry, 'endPort') !== undefined || !isPortName(first)) return false;
    return wanted === protocol && isNamed(first, attempt);
  }
  if (first === undefined) return last === undefined && wanted === protocol; // P2
  if (!isPortNumber(first) || !isPortNumber(last) || last < first) return false;
  return wanted === protocol && port !== undefined && first <= port && port <= last; // P3
}

/** IsValidPortName: at most 15 of `[a-z0-9-]`, a letter, no `--`, no `-` at either end. */
function isPortName(name: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && /[a-z]/.test(name) && name.length <= 15;
}

/** S13: "matching podSelector in the namespaces selected"; "Otherwise … own namespace". */
function peerMatches(peer: unknown, namespace: string, attempt: Attempt, setting: Setting): Match {
  const podSelector = at(peer, 'podSelector');
  const namespaceSelector = at(peer, 'namespaceSelector');
  const ipBlock = at(peer, 'ipBlock');
  const other = attempt.peer;
  if (ipBlock !== undefined) {
    const alone = podSelector === undefined && namespaceSelector === undefined;
    return alone ? ipBlockMatches(ipBlock, attempt, setting.podNetwork) : 'no';
  }
  if (podSelector === undefined && namespaceSelector === undefined) return 'no'; // S16
  if (other.kind !== 'pod') return 'no'; // N7
  const labels = namespaceLabels(other.namespace, setting.cluster);
  const inNamespace =
    namespaceSelector === undefined
      ? other.namespace === namespace
      : selectorMatches(namespaceSelector, labels, false);
  const isPod = podSelector === undefined || selectorMatches(podSelector, labelsOf(other), false);
  return inNamespace && isPod ? 'yes' : 'no';
}

/** B1: the block against the addresses the other end has, or may have. */
function ipBlockMatches(
  ipBlock: unknown,
  attempt: Attempt,
  podNetwork: readonly Block[] | undefined,
): Match {
  const cidr = readBlock(at(ipBlock, 'cidr'));
  const excepts = list(at(ipBlock, 'except'))?.map(readBlock);
  if (cidr === undefined || excepts === undefined) return 'no';
  const cut = excepts.filter((except) => except !== undefined);
  const valid = cut.length === excepts.length && cut.every((except) => isPartOf(except, cidr));
  return valid ? addressMatches([cidr], cut, attempt, podNetwork) : 'no';
}

/** The API: an except "must be a strict subset of `cidr`". */
function isPartOf(except: Block, cidr: Block): boolean {
  const inside = within(cidr, except.first) && within(cidr, except.last);
  const smaller = except.first !== cidr.first || except.last !== cidr.last;
  return except.family === cidr.family && inside && smaller;
}
