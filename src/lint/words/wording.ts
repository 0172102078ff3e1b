import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Action, ClusterPolicy, ClusterRule } from '../../model/cluster-policy.ts';
import type { Direction, NetworkPolicy, PodPeer } from '../../model/policy.ts';
import { formatSelector } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import type { Workload } from '../../model/workload.ts';
import type { MeantLabel } from './meant-label.ts';
import { labelText } from './meant-label.ts';

/** `NetworkPolicy shop/db`, `ClusterNetworkPolicy guard`: the subject of a finding about a policy. */
export function policySubject(policy: NetworkPolicy | ClusterPolicy): string {
  return `${policy.kind} ${policyName(policy)}`;
}

function policyName(policy: NetworkPolicy | ClusterPolicy): string {
  return policy.kind === 'NetworkPolicy' ? `${policy.namespace}/${policy.name}` : policy.name;
}

/** `Deployment shop/web`: the subject of a finding about a workload. */
export function workloadSubject({ kind, namespace, name }: Workload): string {
  return `${kind} ${namespace}/${name}`;
}

/** `Service shop/web`: the subject of a finding about a Service. */
export function serviceSubject({ namespace, name }: Pick<Service, 'namespace' | 'name'>): string {
  return `Service ${namespace}/${name}`;
}

/** A policy within a message. */
export function quotePolicy(policy: NetworkPolicy | ClusterPolicy): string {
  return `${policy.kind} \`${policyName(policy)}\``;
}

/** A rule within a message: ingress rule 2 of ClusterNetworkPolicy `guard`. */
export function quoteRule(rule: {
  readonly policy: NetworkPolicy | ClusterPolicy;
  readonly direction: Direction;
  readonly index: number;
}): string {
  return `${rule.direction} rule ${rule.index + 1} of ${quotePolicy(rule.policy)}`;
}

/** What a rule of a tier does, as it is written. */
export function actionWord({ action, written }: ClusterRule): string {
  return written ?? action;
}

/** What comes of what a rule matches; one of a NetworkPolicy, which has no action, opens it. */
export function doesWord(action: Action = 'Accept'): 'opens' | 'denies' | 'passes' {
  return ({ Accept: 'opens', Deny: 'denies', Pass: 'passes' } as const)[action];
}

/** An end of a connection within a message. */
export function quoteEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind !== 'workload') return `\`${endpoint.id}\``;
  return `\`${endpoint.workload.namespace}/${endpoint.workload.name}\``;
}

const MOST_NAMES = 3;

/** Some names within a message: `a`, `b` and `c`, or the first few and how many more. */
export function quoteNames(names: Iterable<string>): string {
  const all = [...new Set(names)].map((name) => `\`${name}\``);
  const shown = all.length <= MOST_NAMES + 1 ? all : all.slice(0, MOST_NAMES);
  const more = all.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** Workloads within a message. */
export function quoteWorkloads(workloads: Iterable<Workload>): string {
  return quoteNames(Array.from(workloads, ({ namespace, name }) => `${namespace}/${name}`));
}

/** What a peer asks for, within a message: pods with `app=web` of namespaces with `team=a`. */
export function peerWords(
  { namespaces, pods }: Pick<PodPeer, 'namespaces' | 'pods'>,
  own = '',
): string {
  const which = pods && pods.length > 0 ? `pods with \`${formatSelector(pods)}\`` : 'pods';
  if (namespaces === 'own') return `${which} of namespace \`${own}\``;
  if (namespaces.length === 0) return `${which} of any namespace`;
  return `${which} of namespaces with \`${formatSelector(namespaces)}\``;
}

/** The question a near miss is worth. */
export function meantWords(meant: MeantLabel): string {
  return `did you mean \`${labelText(meant)}\`?`;
}
