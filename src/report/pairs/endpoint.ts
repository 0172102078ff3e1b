import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { podAddresses } from '../../evaluate/verdict/endpoint.ts';
import { formatAddress } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { Node } from '../../model/cluster.ts';
import type { Value } from '../words/notation.ts';

/** The fields of an endpoint in the documented form, its class aside. */
export function endpointFields(
  endpoint: Endpoint,
  nodes: ReadonlyMap<string, Node>,
): { readonly [field: string]: Value | undefined } {
  const { id, kind } = endpoint;
  switch (kind) {
    case 'workload': {
      const { namespace, kind: workloadKind, name } = endpoint.workload;
      return {
        id,
        kind,
        namespace,
        workload: { kind: workloadKind, name },
        pods: podCount(endpoint),
        addresses: texts(endpoint.pods.flatMap((pod) => podAddresses(pod, nodes))),
      };
    }
    case 'node':
      return { id, kind, addresses: texts(endpoint.node.addresses) };
    case 'addresses':
      return { id, kind, ranges: ranges(endpoint.family, endpoint.bounds) };
    case 'domain':
      return { id, kind, domain: endpoint.name };
  }
}

/** How many pods there are; undefined for a DaemonSet when no node is known to run one. */
function podCount({ workload, pods }: Endpoint & { kind: 'workload' }): number | undefined {
  const count = pods.reduce((sum, pod) => sum + pod.count, 0);
  return count === 0 && workload.kind === 'DaemonSet' ? undefined : count;
}

function texts(addresses: readonly Address[]): string[] {
  return [...new Set(addresses.map(formatAddress))];
}

function ranges(family: Family, bounds: readonly bigint[]): [string, string][] {
  const list: [string, string][] = [];
  const text = (value: bigint): string => formatAddress({ family, value });
  for (let i = 0; i < bounds.length; i += 2) list.push([text(bounds[i]!), text(bounds[i + 1]!)]);
  return list;
}
