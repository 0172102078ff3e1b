import type { Reachability } from '../map/reachability.ts';
import { ClassSet } from '../population/class-set.ts';
import type { Endpoint } from '../verdict/endpoint.ts';
import { PolicyDifference } from './policy-change.ts';
import type { AnyPolicy } from './policy-change.ts';

/** For whom a policy makes a difference: a pair's reach is not the same without it. */
export interface ChangedBy {
  readonly pair: (fromClass: number, toClass: number) => boolean;
  /** Whether the endpoint is in such a pair, at the one end or at the other. */
  readonly source: (endpoint: Endpoint) => boolean;
  readonly destination: (endpoint: Endpoint) => boolean;
}

/** Asks what a policy of a map changes. Without one no class is finer, so pairs are of the map's classes. */
export function changedBy(map: Reachability, policy: AnyPolicy): ChangedBy {
  const lists: (number[] | undefined)[] = [];
  const destinations = new Set<number>();
  new PolicyDifference(map, { before: policy }).forEachPair((from, to) => {
    destinations.add(to.class);
    const list = lists[from.class];
    if (list === undefined) lists[from.class] = [to.class];
    else list.push(to.class);
  });
  const size = map.classes.length;
  const changed = lists.map(
    (list) =>
      list &&
      ClassSet.of(
        size,
        list.sort((a, b) => a - b),
      ),
  );
  const { endpoints, classOf } = map.population;
  const classes = new Map(endpoints.map((endpoint, i) => [endpoint, classOf[i]!]));
  return {
    pair: (from, to) => changed[from]?.has(to) ?? false,
    source: (endpoint) => changed[classes.get(endpoint)!] !== undefined,
    destination: (endpoint) => destinations.has(classes.get(endpoint)!),
  };
}
