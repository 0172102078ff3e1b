import type { Population } from '../../evaluate/population/population.ts';
import { addressEndpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { isEmpty } from '../../model/address-set.ts';
import type { Crowd } from './crowd.ts';

/**
 * A crowd sorted into the classes of a population: by class number, the endpoints meant, cut down to the
 * pods and addresses meant. What the engine says of the class it says of them.
 */
export type Members = ReadonlyMap<number, readonly Endpoint[]>;

/** A class, and the endpoints of it that are meant. */
export type Member = readonly [index: number, endpoints: readonly Endpoint[]];

/** Sorts a crowd into classes. */
export function membersOf(crowd: Crowd, { endpoints, classOf }: Population): Members {
  const members = new Map<number, Endpoint[]>();
  const hasOutside = !isEmpty(crowd.outside);
  endpoints.forEach((endpoint, i) => {
    const meant = meantOf(endpoint, crowd, hasOutside);
    if (meant === undefined) return;
    const index = classOf[i]!;
    const own = members.get(index);
    if (own === undefined) members.set(index, [meant]);
    else own.push(meant);
  });
  return members;
}

function meantOf(endpoint: Endpoint, crowd: Crowd, hasOutside: boolean): Endpoint | undefined {
  switch (endpoint.kind) {
    case 'workload': {
      const { pods } = endpoint;
      if (pods.length === 1) return crowd.pods.has(pods[0]!) ? endpoint : undefined;
      const meant = pods.filter((pod) => crowd.pods.has(pod));
      if (meant.length === 0) return undefined;
      return meant.length === pods.length ? endpoint : { ...endpoint, pods: meant };
    }
    case 'node':
    case 'domain':
      return crowd.ids.has(endpoint.id) ? endpoint : undefined;
    case 'addresses': {
      if (!hasOutside) return undefined;
      const { family, bounds } = endpoint;
      const own = common(bounds, crowd.outside[family]);
      if (own.length === 0) return undefined;
      return own.length === bounds.length && own.every((bound, i) => bound === bounds[i])
        ? endpoint
        : addressEndpoint(family, own);
    }
  }
}

/** What is in both of two lists of ranges; the second may be long, for pods' addresses cut it up. */
function common(few: readonly bigint[], many: readonly bigint[]): bigint[] {
  const both: bigint[] = [];
  for (let i = 0; i < few.length; i += 2) {
    const [low, high] = [few[i]!, few[i + 1]!];
    for (let k = firstFrom(many, low); k < many.length && many[k]! <= high; k += 2) {
      const [start, end] = [many[k]!, many[k + 1]!];
      both.push(start > low ? start : low, end < high ? end : high);
    }
  }
  return both;
}

/** Where the first range begins that does not end before the value. */
function firstFrom(ranges: readonly bigint[], value: bigint): number {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[2 * middle + 1]! < value) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}
