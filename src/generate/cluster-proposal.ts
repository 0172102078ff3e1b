import { isSubject } from '../evaluate/verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../evaluate/verdict/endpoint.ts';
import type { Port } from '../evaluate/verdict/verdict.ts';
import { unionAddresses } from '../model/address-set.ts';
import type {
  Action,
  ClusterPeer,
  ClusterPolicy,
  ClusterPolicyKind,
  ClusterTier,
} from '../model/cluster-policy.ts';
import { NAMESPACE_NAME_LABEL } from '../model/cluster.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Direction } from '../model/policy.ts';
import type { Selector } from '../model/selector.ts';
import { NOWHERE, nameFrom, peersFor, portRuleFor } from './proposal.ts';
import { selectorFor } from './selecting.ts';

/** The highest priority number; one in the middle of the range leaves room on both sides. */
const LAST_PRIORITY = 1000;
const SOME_PRIORITY = 100;

/** A place in a tier: before everything that is met there, or anywhere where nothing is. */
export interface ClusterPlace {
  readonly tier: ClusterTier;
  /** The policy to come before. */
  readonly before: ClusterPolicy | undefined;
}

/** Who connects to whom, of what is to be decided at one end. */
export interface ClusterQuestion {
  readonly direction: Direction;
  readonly subject: WorkloadEndpoint;
  readonly peer: Endpoint;
  readonly port: Port;
}

/**
 * A policy of a tier with one rule, for just this connection. Undefined where none can say it: nobody but
 * pods can be named in an ingress rule (C18), a rule that denies names no domain (C21), and there is no
 * place before a policy whose own is not known.
 */
export function proposeClusterPolicy(
  cluster: Cluster,
  action: Exclude<Action, 'Pass'>,
  name: string,
  { direction, subject, peer, port }: ClusterQuestion,
  place: ClusterPlace,
): ClusterPolicy | undefined {
  const kind = place.before?.kind ?? 'ClusterNetworkPolicy';
  if (kind === 'BaselineAdminNetworkPolicy') return undefined; // there can only be one
  const position = positionBefore(cluster, name, place.before);
  const peers = clusterPeersFor(cluster, direction, action, peer);
  if (position === undefined || peers.length === 0) return undefined;
  const element = portRuleFor(port);
  const rule = {
    place: NOWHERE,
    name: undefined,
    action,
    written: wordFor(kind, action),
    peers,
    ports: element === undefined || element.kind !== 'numbered' ? ('all' as const) : [element],
  };
  return {
    kind,
    ...position,
    annotations: {},
    place: NOWHERE,
    tier: place.tier,
    subject: { place: NOWHERE, ...podsOf(cluster, subject) },
    isSure: true,
    ingress: direction === 'ingress' ? [rule] : [],
    egress: direction === 'egress' ? [rule] : [],
  };
}

/** v1alpha1 writes `Allow` for Accept. */
export function wordFor(kind: ClusterPolicyKind, action: Action): string {
  return action === 'Accept' && kind !== 'ClusterNetworkPolicy' ? 'Allow' : action;
}

function podsOf(
  cluster: Cluster,
  endpoint: WorkloadEndpoint,
): { readonly namespaces: Selector; readonly pods: Selector } {
  const { namespace } = endpoint.workload;
  return {
    namespaces: [{ key: NAMESPACE_NAME_LABEL, operator: 'In', values: [namespace] }],
    pods: selectorFor(cluster, endpoint),
  };
}

/** Peers that match just the endpoint; none where nothing can name it. */
function clusterPeersFor(
  cluster: Cluster,
  direction: Direction,
  action: Action,
  endpoint: Endpoint,
): ClusterPeer[] {
  if (isSubject(endpoint)) return [{ kind: 'pods', place: NOWHERE, ...podsOf(cluster, endpoint) }];
  if (direction === 'ingress') return [];
  if (endpoint.kind === 'domain') {
    if (action !== 'Accept') return [];
    return [{ kind: 'domains', place: NOWHERE, names: [endpoint.name] }];
  }
  const blocks = peersFor(cluster, '', endpoint).filter((peer) => peer.kind === 'block');
  if (blocks.length === 0) return [];
  const cidrs = blocks.map(({ cidr }) => cidr);
  const addresses = unionAddresses(blocks.map((block) => block.addresses));
  return [{ kind: 'networks', place: NOWHERE, cidrs, addresses }];
}

/** A priority below that of the policy to come before, or a name before its own of the same priority (D16). */
function positionBefore(
  { clusterPolicies }: Cluster,
  wanted: string,
  before: ClusterPolicy | undefined,
): Pick<ClusterPolicy, 'name' | 'priority'> | undefined {
  const taken = new Set(clusterPolicies.map(({ name }) => name));
  const name = nameFrom(wanted, taken);
  if (before === undefined) return { name, priority: SOME_PRIORITY };
  const { priority } = before;
  if (priority > 0) return { name, priority: Math.min(priority - 1, LAST_PRIORITY) };
  if (priority < 0) return undefined;
  const first = name < before.name ? name : nameFrom(`0-${wanted}`, taken);
  return first < before.name ? { name: first, priority } : undefined;
}
