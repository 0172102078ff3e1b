/**
 * What one NetworkPolicy says, read from its raw spec in the order of the API documentation
 * (networking.k8s.io/v1 types.go): podSelector, rules, policyTypes, ports, peers, ipBlock.
 *
 * @module
 */
import { EVERYTHING, readBlock, within, type Block, type Family } from './address.ts';
import { at, isMap, list, type Cluster, type Endpoint } from './cluster.ts';

/** Does it match: yes, no, or that cannot be known from the manifests. */
export type Match = 'yes' | 'maybe' | 'no';

/** Seen from the pod a policy selects. */
export type Direction = 'ingress' | 'egress';

/** One policy of the cluster. */
export type Policy = Cluster['policies'][number];

/** A connection attempt over one address family, seen from the pod the policies select. */
export interface Attempt {
  readonly direction: Direction;
  readonly subject: Endpoint;
  readonly peer: Endpoint;
  readonly family: Family;
  readonly protocol: string;
  readonly port: number | undefined;
}

/** What a policy is read against. */
export interface Setting {
  readonly cluster: Cluster;
  /** Where pods without a known address live; undefined when nobody said. */
  readonly podNetwork: readonly Block[] | undefined;
}

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

/** S4, S10: the union of its rules; no rules allow nothing. */
export function allows(policy: Policy, attempt: Attempt, setting: Setting): Match {
  const podSelector = at(policy.spec, 'podSelector');
  // D8: a policy that may not really select the pod isolates it all the same, and allows it nothing
  const surely =
    podSelector === undefined || selectorMatches(podSelector, labelsOf(attempt.subject), false);
  if (!surely) return 'no';
  const rules = list(at(policy.spec, attempt.direction)) ?? [];
  return strongest(rules.map((rule) => ruleAllows(rule, policy.namespace, attempt, setting)));
}

/** The strongest of several alternatives. */
export function strongest(matches: readonly Match[]): Match {
  return matches.includes('yes') ? 'yes' : matches.includes('maybe') ? 'maybe' : 'no';
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
function portMatches(
  entry: unknown,
  { direction, subject, peer, protocol, port }: Attempt,
): boolean {
  if (!isMap(entry)) return false;
  const wanted = at(entry, 'protocol') ?? 'TCP'; // P1
  if (!['TCP', 'UDP', 'SCTP'].includes(wanted as string)) return false;
  const first = at(entry, 'port');
  const last = at(entry, 'endPort') ?? first;
  if (typeof first === 'string') {
    if (at(entry, 'endPort') !== undefined || !isPortName(first)) return false;
    const destination = direction === 'ingress' ? subject : peer; // P6, P7
    const named = destination.ports.filter((p) => p.name === first && p.protocol === wanted);
    return wanted === protocol && isPortNumber(port) && named.some((p) => p.number === port); // P8
  }
  if (first === undefined) return last === undefined && wanted === protocol; // P2
  if (!isPortNumber(first) || !isPortNumber(last) || last < first) return false;
  return wanted === protocol && port !== undefined && first <= port && port <= last; // P3
}

function isPortNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;
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
    return alone ? ipBlockMatches(ipBlock, other, attempt.family, setting.podNetwork) : 'no';
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

/** B1, D2, D3: the block against the addresses the other end has, or may have. */
function ipBlockMatches(
  ipBlock: unknown,
  other: Endpoint,
  family: Family,
  podNetwork: readonly Block[] | undefined,
): Match {
  const cidr = readBlock(at(ipBlock, 'cidr'));
  const excepts = list(at(ipBlock, 'except'))?.map(readBlock);
  if (cidr === undefined || excepts === undefined) return 'no';
  const cut = excepts.filter((except) => except !== undefined);
  const valid = cut.length === excepts.length && cut.every((except) => isPartOf(except, cidr));
  if (!valid) return 'no';
  if (cidr.family !== family) return 'no'; // B4
  const has = (value: bigint): boolean =>
    within(cidr, value) && !cut.some((except) => within(except, value));

  let values = other.addresses.filter((a) => a.family === family).map((a) => a.value);
  if (values.length === 0) {
    // Membership only changes where a block begins or has just ended, so these places tell of all.
    const network = ((other.kind === 'pod' && podNetwork) || EVERYTHING).filter(
      (block) => block.family === family,
    );
    values = [...network, cidr, ...cut]
      .flatMap((block) => [block.first, block.last + 1n])
      .filter((value) => network.some((block) => within(block, value)));
  }
  return values.every(has) ? 'yes' : values.some(has) ? 'maybe' : 'no';
}

/** The API: an except "must be a strict subset of `cidr`". */
function isPartOf(except: Block, cidr: Block): boolean {
  const inside = within(cidr, except.first) && within(cidr, except.last);
  const smaller = except.first !== cidr.first || except.last !== cidr.last;
  return except.family === cidr.family && inside && smaller;
}

/** A label's value by its key: undefined when the object lacks it. */
type Labels = (key: string) => string | undefined | typeof UNREADABLE;
const UNREADABLE = Symbol('unreadable');
const LABEL_NAME = /^(?=.{1,63}$)[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_PREFIX =
  /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function isLabelKey(key: unknown): key is string {
  const [name = '', prefix, ...rest] = typeof key === 'string' ? key.split('/').reverse() : [];
  return (
    LABEL_NAME.test(name) && (prefix === undefined || LABEL_PREFIX.test(prefix)) && !rest.length
  );
}

function isLabelValue(value: unknown): value is string {
  return typeof value === 'string' && (value === '' || LABEL_NAME.test(value));
}

function labelsOf({ labels }: { readonly labels: unknown }): Labels {
  if (labels !== undefined && !isMap(labels)) return () => UNREADABLE;
  return (key) => {
    if (labels === undefined || !Object.hasOwn(labels, key)) return undefined;
    return isLabelValue(labels[key]) ? labels[key] : UNREADABLE;
  };
}

/** S15, D10: every namespace has its name as a label, whatever its object says. */
function namespaceLabels(namespace: string, { namespaceLabels }: Cluster): Labels {
  const labels = labelsOf({ labels: namespaceLabels.get(namespace) });
  return (key) => (key === 'kubernetes.io/metadata.name' ? namespace : labels(key));
}

/**
 * S6: matchLabels and matchExpressions are ANDed. What cannot be read counts as `unreadable`: true
 * for the subject, so that it isolates more, false for a peer, so that it allows less (D8).
 */
function selectorMatches(selector: unknown, labels: Labels, unreadable: boolean): boolean {
  if (!isMap(selector)) return unreadable;
  const matchLabels = at(selector, 'matchLabels') ?? {};
  const expressions = list(at(selector, 'matchExpressions'));
  const requirements = [
    ...(isMap(matchLabels) ? Object.entries(matchLabels) : []).map(([key, value]) => ({
      key,
      operator: 'In',
      values: [value],
    })),
    ...(expressions ?? []),
  ];
  const readable = isMap(matchLabels) && expressions !== undefined;
  return (
    (readable || unreadable) &&
    requirements.every((requirement) => requirementHolds(requirement, labels) ?? unreadable)
  );
}

/** Undefined when the requirement, or the label it asks for, is not one the API server accepts. */
function requirementHolds(requirement: unknown, labels: Labels): boolean | undefined {
  const key = at(requirement, 'key');
  const values = list(at(requirement, 'values'));
  if (!isLabelKey(key) || !values?.every(isLabelValue)) return undefined;
  const value = labels(key);
  if (value === UNREADABLE) return undefined;
  switch (at(requirement, 'operator')) {
    case 'In':
      return values.length > 0 ? value !== undefined && values.includes(value) : undefined;
    case 'NotIn':
      return values.length > 0 ? value === undefined || !values.includes(value) : undefined;
    case 'Exists':
      return values.length === 0 ? value !== undefined : undefined;
    case 'DoesNotExist':
      return values.length === 0 ? value === undefined : undefined;
    default:
      return undefined;
  }
}
