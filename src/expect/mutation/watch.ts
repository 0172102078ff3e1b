import type { Part } from '../../evaluate/difference/policy-change.ts';
import type { Reachability } from '../../evaluate/map/reachability.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Family } from '../../model/address.ts';
import { Measure } from '../judgement/measure.ts';
import { meeting } from '../judgement/meeting.ts';
import type { Demand } from '../who/target.ts';
import type { ChangedPair } from './changed-pairs.ts';

/** Watches over demands that a map meets: tells whether they are still met when pairs change. */
export class Watch {
  readonly #bySource = new Map<number, Guard[]>();

  constructor(map: Reachability, demands: readonly Demand[]) {
    for (const demand of demands) {
      const guard = new Guard(map, demand);
      for (const source of demand.from.keys()) {
        const own = this.#bySource.get(source);
        if (own === undefined) this.#bySource.set(source, [guard]);
        else own.push(guard);
      }
    }
  }

  /** Whether any demand is no longer met. */
  notices(pairs: readonly ChangedPair[]): boolean {
    return pairs.some((pair) =>
      this.#bySource.get(pair.from.class)?.some((guard) => guard.isBrokenBy(pair, pairs)),
    );
  }
}

/** Watches over one demand. */
class Guard {
  readonly #map: Reachability;
  readonly #demand: Demand;
  readonly #measure: Measure;

  constructor(map: Reachability, demand: Demand) {
    this.#map = map;
    this.#demand = demand;
    this.#measure = new Measure(demand, map);
  }

  isBrokenBy(pair: ChangedPair, all: readonly ChangedPair[]): boolean {
    const { from, to, after } = pair;
    if (!this.#demand.to.has(to.class) || this.#measure.of(after) === undefined) return false;
    if (!this.#isMeant(from, to)) return false;
    return this.#demand.kind === 'deny' || !this.#hasOtherFamily(pair, all);
  }

  /** Whether the demand is about some of the pairs between two parts. */
  #isMeant(from: Part, to: Part): boolean {
    const sources = common(this.#demand.from.get(from.class)!, from);
    const destinations = common(this.#demand.to.get(to.class)!, to);
    if (sources.length === 0 || destinations.length === 0) return false;
    return meeting(sources, destinations, from.class === to.class).pairs > 0;
  }

  /**
   * Whether what must reach the outside, or be reached from it, still does over a family that was in order
   * before and in which nothing else breaks (D1).
   */
  #hasOtherFamily({ from, to }: ChangedPair, all: readonly ChangedPair[]): boolean {
    const sent = familyOf(to.endpoints[0]!);
    const family = sent ?? familyOf(from.endpoints[0]!);
    if (family === undefined) return false;
    const outside = sent === undefined ? this.#demand.from : this.#demand.to;
    const others = [...outside].filter(([, [one]]) => (familyOf(one!) ?? family) !== family);
    if (others.length === 0) return false;
    const pod = sent === undefined ? to : from;
    const broken = new Set<number>();
    for (const pair of all) {
      const [own, other] = sent === undefined ? [pair.to, pair.from] : [pair.from, pair.to];
      if (own === pod && this.#measure.of(pair.after) !== undefined) broken.add(other.class);
    }
    return others.every(([index]) => {
      const reach =
        sent === undefined ? this.#map.pair(index, pod.class) : this.#map.pair(pod.class, index);
      return !broken.has(index) && this.#measure.of(reach) === undefined;
    });
  }
}

function familyOf(endpoint: Endpoint): Family | undefined {
  return endpoint.kind === 'addresses' ? endpoint.family : undefined;
}

/** Those of the members that are, or are in part, in the part of their class. */
function common(members: readonly Endpoint[], { endpoints }: Part): readonly Endpoint[] {
  return members.filter((member) => endpoints.some((endpoint) => overlap(member, endpoint)));
}

function overlap(a: Endpoint, b: Endpoint): boolean {
  if (a === b) return true;
  if (a.kind === 'workload')
    return (
      b.kind === 'workload' &&
      a.workload === b.workload &&
      a.pods.some((pod) => b.pods.includes(pod))
    );
  if (a.kind !== 'addresses' || b.kind !== 'addresses') return a.id === b.id;
  return a.bounds.some(
    (low, i) =>
      i % 2 === 0 &&
      b.bounds.some(
        (other, k) => k % 2 === 0 && low <= b.bounds[k + 1]! && other <= a.bounds[i + 1]!,
      ),
  );
}
