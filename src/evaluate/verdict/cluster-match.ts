import type { DomainPeer, NodePeer } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { selects } from '../../model/selector.ts';
import { isNodeTraffic } from './endpoint.ts';
import type { Certainty, Endpoint } from './endpoint.ts';
import { nodesOf } from './match.ts';

/**
 * Whether a `nodes` peer matches: the node, and the hostNetwork pods on it, by the labels of the Node object
 * (C20, decision D18). `unreadable` as in `selects`.
 */
export function matchNode(
  { nodes }: Cluster,
  { nodes: selector }: NodePeer,
  endpoint: Endpoint,
  unreadable: boolean,
): Certainty {
  if (endpoint.kind === 'domain') return 'depends';
  if (!isNodeTraffic(endpoint)) return 'no';
  const certainties = new Set(
    [...nodesOf(endpoint)].map((name): Certainty => {
      const node = name === undefined ? undefined : nodes.get(name);
      if (node !== undefined) return selects(selector, node.labels, unreadable) ? 'yes' : 'no';
      return selector.length === 0 ? 'yes' : 'depends';
    }),
  );
  const [only] = certainties;
  return certainties.size === 1 ? only! : 'depends';
}

/**
 * Whether a `domainNames` peer matches: names by name; an address may have any name, one of a pod only a name
 * that the cluster's own DNS makes (C21, C24, decisions D19, D20).
 */
export function matchDomains({ names }: DomainPeer, endpoint: Endpoint): Certainty {
  if (endpoint.kind === 'domain') {
    if (names.some((name) => holdsName(name, endpoint.name))) return 'yes';
    return names.some((name) => isBelow(name, endpoint.name)) ? 'depends' : 'no';
  }
  const isPod = endpoint.kind === 'workload' && !isNodeTraffic(endpoint);
  return !isPod || names.some((name) => isBelow(name, '*.cluster.local')) ? 'depends' : 'no';
}

/** Whether an entry of `domainNames` holds a name, or all names a wildcard stands for. */
function holdsName(entry: string, name: string): boolean {
  return entry === name || isBelow(name, entry);
}

/** Whether a name, or all names of a wildcard, are below the wildcard `upper`: by one label or more. */
function isBelow(lower: string, upper: string): boolean {
  return upper.startsWith('*.') && lower.endsWith(upper.slice(1));
}
