import type { Reach } from '../../src/evaluate/grants/reach-table.ts';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { isNodeTraffic } from '../../src/evaluate/verdict/endpoint.ts';
import type {
  AddressEndpoint,
  Endpoint,
  WorkloadEndpoint,
} from '../../src/evaluate/verdict/endpoint.ts';
import { nodesOf } from '../../src/evaluate/verdict/match.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { hasPort } from '../../src/model/port-set.ts';
import type { Pod } from '../../src/model/workload.ts';
import { EndIndex, pairsOf } from './ends.ts';
import type { End } from './ends.ts';
import { common } from './implementation.ts';
import type { Answer, Implementation, Judge, Question } from './implementation.ts';
import { clusterOf } from './manifests.ts';

/** The map of all pairs: reads manifests, looks both ends' classes up. Knows no sides. */
export const REACHABILITY: Implementation = {
  name: 'reachability',
  judgeOf: (world) => judgeIn(clusterOf(world)),
};

/** What the map says of a port between two classes. */
export function answerOf(
  { certain, depends }: Reach,
  { protocol, port = 0 }: Pick<Question, 'protocol' | 'port'>,
): Answer {
  if (hasPort(certain, protocol, port)) return 'allowed';
  return hasPort(depends, protocol, port) ? 'depends' : 'denied';
}

/** As {@link REACHABILITY}, of a cluster that has been read. */
export function judgeIn(cluster: Cluster): Judge {
  const reachability = new Reachability(cluster);
  const index = new EndIndex(cluster);
  const places = new Places(reachability);
  return (question) => {
    const [from, to] = [index.find(question.from), index.find(question.to)];
    const pairs = pairsOf(from, to);
    if (pairs === 'itself') return { answer: 'allowed' };
    const answers = pairs.map((pair): Answer | undefined => {
      const source = places.of(pair.from);
      const destination = places.of(pair.to);
      if (source === undefined || destination === undefined) return undefined;
      // Nothing is listed between nodes and the outside, which no policy concerns.
      if (isNoPod(source.endpoint) && isNoPod(destination.endpoint)) return undefined;
      const [wholeFrom, wholeTo] = [from.isWorkload, to.isWorkload];
      if (!wholeFrom && isVague(source.endpoint, destination.endpoint)) return undefined;
      if (!wholeTo && isVague(destination.endpoint, source.endpoint)) return undefined;
      const reach = reachability.reach(reachability.pair(source.index, destination.index));
      return answerOf(reach, question);
    });
    const known = answers.filter((answer) => answer !== undefined);
    return known.length === answers.length ? { answer: common(known) } : undefined;
  };
}

function isNoPod(endpoint: Endpoint): boolean {
  return endpoint.kind !== 'workload';
}

/** Where nodes matter (N1) the map has one answer for pods on several of them, and none for one pod. */
function isVague(pod: Endpoint, other: Endpoint): boolean {
  const nodesMatter = isNodeTraffic(pod) || isNodeTraffic(other);
  return pod.kind === 'workload' && nodesMatter && nodesOf(pod).size > 1;
}

/** Where the map has each end. */
class Places {
  readonly #byPod = new Map<Pod, Place>();
  /** Nodes and domains, by their id. */
  readonly #byId = new Map<string, Place>();
  readonly #outside: { readonly place: Place; readonly endpoint: AddressEndpoint }[] = [];

  constructor({ population }: Reachability) {
    population.endpoints.forEach((endpoint, i) => {
      const place = { index: population.classOf[i]!, endpoint };
      switch (endpoint.kind) {
        case 'workload':
          for (const pod of endpoint.pods) this.#byPod.set(pod, place);
          return;
        case 'node':
        case 'domain':
          this.#byId.set(endpoint.id, place);
          return;
        case 'addresses':
          this.#outside.push({ place, endpoint });
      }
    });
  }

  /** Undefined for an address that is not part of the outside in maps (D11). */
  of({ endpoint }: End): Place | undefined {
    switch (endpoint.kind) {
      case 'workload':
        return this.#byPod.get((endpoint satisfies WorkloadEndpoint).pods[0]!);
      case 'node':
      case 'domain':
        return this.#byId.get(endpoint.id);
      case 'addresses':
        return this.#outside.find((one) => holds(one.endpoint, endpoint))?.place;
    }
  }
}

interface Place {
  /** The number of the class. */
  readonly index: number;
  readonly endpoint: Endpoint;
}

function holds(range: AddressEndpoint, { family, bounds }: AddressEndpoint): boolean {
  const value = bounds[0]!;
  if (range.family !== family) return false;
  for (let i = 0; i < range.bounds.length; i += 2) {
    if (range.bounds[i]! <= value && value <= range.bounds[i + 1]!) return true;
  }
  return false;
}
