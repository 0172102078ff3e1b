import type { Population } from '../../evaluate/population/population.ts';
import { addressEndpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { parseBlock } from '../../model/address-set.ts';
import { FAMILIES, formatAddress } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import { workloadId } from '../../model/workload.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { LabCluster } from '../state/cluster.ts';
import { SERVICE_NETWORKS } from '../state/services.ts';
import { usableAddress } from '../state/usable-address.ts';
import { OUTSIDE, nodeStand } from './stands.ts';

/** One end of a connection that is tried: a pod, a node, or one address of the outside. */
export interface LabEnd {
  /** `namespace/pod`, `node/NAME` or an address; unique. */
  readonly id: string;
  /** The stand that connects or answers. */
  readonly stand: string;
  /** Under what it is told together with those like it: the workload, or itself. */
  readonly group: string;
  readonly addresses: readonly Address[];
  /** Where it listens. */
  readonly ports: readonly ContainerPort[];
  /** What the engine is asked about when the connection runs over one family. */
  endpoint(family: Family): Endpoint;
}

/** The most addresses that stand for the outside in one family. */
const MOST_OUTSIDE = 10;

/**
 * Everybody a connection of the lab can begin or end at. The outside is one address for each part of it
 * that policies tell apart, up to ten of a family; `left` says how many parts are not there.
 */
export function labEnds(lab: LabCluster, population: Population): { ends: LabEnd[]; left: number } {
  const outside = outsideEnds(lab, population);
  return { ends: [...podEnds(lab), ...nodeEnds(lab), ...outside.ends], left: outside.left };
}

function podEnds({ pods }: LabCluster): LabEnd[] {
  return pods.map(({ key, workload, pod }) => {
    const id = `${workload.namespace}/Pod/${pod.name}`;
    return {
      id: key,
      stand: key,
      group: workloadId(workload),
      addresses: pod.addresses,
      ports: pod.ports,
      endpoint: (family) => {
        const alone = { ...pod, addresses: only(pod.addresses, family) };
        return { kind: 'workload', id, workload, pods: [alone] };
      },
    };
  });
}

function nodeEnds({ nodes }: LabCluster): LabEnd[] {
  return nodes.map(({ node }) => {
    const id = nodeStand(node.name);
    return {
      id,
      stand: id,
      group: id,
      addresses: node.addresses,
      ports: [],
      endpoint: (family) => ({
        kind: 'node',
        id,
        node: { ...node, addresses: only(node.addresses, family) },
      }),
    };
  });
}

function only(addresses: readonly Address[], family: Family): Address[] {
  return addresses.filter((address) => address.family === family);
}

function outsideEnds(
  lab: LabCluster,
  { endpoints }: Population,
): { readonly ends: LabEnd[]; readonly left: number } {
  const ends: LabEnd[] = [];
  let left = 0;
  for (const family of FAMILIES) {
    const parts = endpoints.filter((one) => one.kind === 'addresses' && one.family === family);
    const found = parts.flatMap((one) =>
      one.kind === 'addresses' ? (representative(lab, family, one.bounds) ?? []) : [],
    );
    ends.push(...found.slice(0, MOST_OUTSIDE).map(outsideEnd));
    left += Math.max(0, found.length - MOST_OUTSIDE);
  }
  return { ends, left };
}

/** One address of the outside as an end. */
export function outsideEnd(address: Address): LabEnd {
  const { family, value } = address;
  const id = formatAddress(address);
  const endpoint = addressEndpoint(family, [value, value]);
  return {
    id,
    stand: OUTSIDE,
    group: id,
    addresses: [address],
    ports: [],
    endpoint: () => endpoint,
  };
}

/** Well-known addresses first: people know them when they see them. */
const PREFERRED = ['203.0.113.7', '8.8.8.8', '2001:db8::7', '2001:4860:4860::8888'];

/** An address within bounds that the outside can have in a lab; undefined when there is none. */
function representative(
  lab: LabCluster,
  family: Family,
  bounds: readonly bigint[],
): Address | undefined {
  const ranges = bounds.flatMap((low, i) => (i % 2 === 0 ? [[low, bounds[i + 1]!] as const] : []));
  const preferred = PREFERRED.map((text) =>
    parseBlock(`${text}/${text.includes(':') ? 128 : 32}`)!,
  );
  for (const { family: own, low } of preferred) {
    if (own === family && ranges.some(([first, last]) => first <= low && low <= last)) {
      return { family, value: low };
    }
  }
  for (const [low, high] of ranges) {
    // The borders are where mistakes are, but not where the lab itself has something.
    for (const value of [low, low + 1n, high, (low + high) / 2n]) {
      const address = { family, value };
      if (value >= low && value <= high && isOutside(lab, address)) return address;
    }
  }
  return undefined;
}

function isOutside({ cluster }: LabCluster, address: Address): boolean {
  const { family, value } = address;
  if (usableAddress(address) !== undefined) return false;
  const isIn = (block: { family: Family; low: bigint; high: bigint }): boolean =>
    block.family === family && block.low <= value && value <= block.high;
  if (SERVICE_NETWORKS.some(isIn)) return false;
  return !cluster.services.some(({ addresses }) =>
    addresses.some((one) => one.family === family && one.value === value),
  );
}
