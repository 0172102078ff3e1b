import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS, rulesOf } from '../../model/policy.ts';
import { selectorKey, selects } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
import type { Id } from '../ids/pair-memo.ts';
import { BlockIndex } from '../population/block-index.ts';
import { distinctionsOf } from '../population/distinctions.ts';
import { knownAddresses } from '../population/population.ts';
import type { EndpointClass, Population } from '../population/population.ts';
import { Signer } from '../population/signer.ts';
import { addressEndpoint, domainEndpoint, headCount, isSubject } from '../verdict/endpoint.ts';
import type { AddressEndpoint, Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';
import { splitOutside } from '../verdict/outside.ts';

/** Endpoints that neither a map nor the policies in focus can tell apart. */
export interface Part {
  readonly index: number;
  /** Its class in the map. */
  readonly class: number;
  /** Its class in focus. */
  readonly focus: number;
  /** Never empty. */
  readonly endpoints: readonly Endpoint[];
  /** Whether two different pods or hosts are in it. */
  readonly hasTwo: boolean;
}

/**
 * The endpoints of a map sorted into the classes that a few policies can tell apart. Endpoints are taken as
 * the map has them, and taken apart where those policies can.
 */
export class FocusedPopulation {
  /** A class speaks by its first endpoint alone. */
  readonly population: Population;
  readonly #map: Population;
  readonly #pieces: readonly Piece[];
  #parts: readonly Part[] | undefined;

  /** `cluster`: that of the map, with the policies in focus in the place of its own. */
  constructor(map: Population, cluster: Cluster) {
    this.#map = map;
    const distinctions = distinctionsOf(cluster);
    const outside = splitOutside(cluster, distinctions.blocks);
    const blocks = new BlockIndex(distinctions.blocks, knownAddresses(cluster), outside);
    const signer = new Signer(cluster, distinctions, blocks);
    const classes: EndpointClass[] = [];
    const numbers = new Map<Id, number>();
    const spaces = namespacesAlike(cluster);
    const place = (endpoint: Endpoint): number => {
      const signature = signer.sign(inSpace(endpoint, spaces));
      let index = numbers.get(signature);
      if (index === undefined) {
        index = classes.length;
        numbers.set(signature, index);
        classes.push({ index, endpoints: [endpoint] });
      }
      return index;
    };
    const pieces: Piece[] = [];
    let subjects = 0;
    map.endpoints.forEach((endpoint, i) => {
      if (endpoint.kind === 'addresses') return;
      const own = map.classOf[i]!;
      if (endpoint.kind !== 'workload' || endpoint.pods.length === 1) {
        pieces.push({ endpoint, own, focus: place(endpoint) });
      } else {
        for (const piece of piecesOf(endpoint, signer))
          pieces.push({ endpoint: piece, own, focus: place(piece) });
      }
      if (isSubject(endpoint)) subjects = classes.length;
    });
    const named = new Set(map.distinctions.domains);
    for (const name of distinctions.domains) if (!named.has(name)) place(domainEndpoint(name));
    const outsideClasses = outside.map(place);
    map.endpoints.forEach((endpoint, i) => {
      if (endpoint.kind !== 'addresses') return;
      for (const [common, at] of overlaps(endpoint, outside))
        pieces.push({ endpoint: common, own: map.classOf[i]!, focus: outsideClasses[at]! });
    });
    this.#pieces = pieces;
    this.population = { endpoints: [], classOf: [], classes, subjects, distinctions, blocks };
  }

  /** Every endpoint of the map is in one part. */
  get parts(): readonly Part[] {
    return (this.#parts ??= this.#findParts());
  }

  #findParts(): Part[] {
    const parts: (Part & { endpoints: Endpoint[]; hasTwo: boolean })[] = [];
    // most classes of the map are one part
    const first = new Int32Array(this.#map.classes.length).fill(-1);
    const further = new Map<number, number>();
    const size = this.population.classes.length;
    for (const { endpoint, own, focus } of this.#pieces) {
      let index = first[own]!;
      if (index !== -1 && parts[index]!.focus !== focus)
        index = further.get(own * size + focus) ?? -1;
      if (index !== -1) {
        parts[index]!.endpoints.push(endpoint);
        parts[index]!.hasTwo = true;
        continue;
      }
      index = parts.length;
      const hasTwo = headCount(endpoint) > 1;
      parts.push({ index, class: own, focus, endpoints: [endpoint], hasTwo });
      if (first[own] === -1) first[own] = index;
      else further.set(own * size + focus, index);
    }
    return parts;
  }
}

interface Piece {
  readonly endpoint: Endpoint;
  readonly own: number;
  readonly focus: number;
}

/** The pods of an endpoint by what the policies in focus see of them. */
function piecesOf(endpoint: WorkloadEndpoint, signer: Signer): WorkloadEndpoint[] {
  const kinds = new Map<Id, WorkloadEndpoint['pods'][number][]>();
  for (const pod of endpoint.pods) {
    const signature = signer.signPod(pod);
    const alike = kinds.get(signature);
    if (alike === undefined) kinds.set(signature, [pod]);
    else alike.push(pod);
  }
  if (kinds.size === 1) return [endpoint];
  return [...kinds.values()].map((pods, i) => ({
    ...endpoint,
    id: `${endpoint.id}.${i + 1}`,
    pods,
  }));
}

/** What an endpoint of the outside has in common with others, which are ascending within a family. */
function overlaps(
  endpoint: AddressEndpoint,
  others: readonly AddressEndpoint[],
): (readonly [AddressEndpoint, number])[] {
  const found: (readonly [AddressEndpoint, number])[] = [];
  const { family, bounds } = endpoint;
  const [lowest, highest] = [bounds[0]!, bounds.at(-1)!];
  others.forEach((other, at) => {
    if (other.family !== family) return;
    if (other.bounds[0]! > highest || other.bounds.at(-1)! < lowest) return;
    if (other.bounds.length === 2 && other.bounds[0]! <= lowest && highest <= other.bounds[1]!) {
      found.push([endpoint, at]);
      return;
    }
    const common = intersection(bounds, other.bounds);
    if (common.length > 0) found.push([addressEndpoint(family, common), at]);
  });
  return found;
}

function intersection(a: readonly bigint[], b: readonly bigint[]): bigint[] {
  const bounds: bigint[] = [];
  for (let i = 0, k = 0; i < a.length && k < b.length;) {
    const low = a[i]! > b[k]! ? a[i]! : b[k]!;
    const high = a[i + 1]! < b[k + 1]! ? a[i + 1]! : b[k + 1]!;
    if (low <= high) bounds.push(low, high);
    if (a[i + 1]! < b[k + 1]!) i += 2;
    else k += 2;
  }
  return bounds;
}

/** By name, a namespace that stands for all that the policies of a cluster cannot tell apart. */
function namespacesAlike({ namespaces, policies, clusterPolicies }: Cluster): Map<string, string> {
  const own = new Set(policies.map(({ namespace }) => namespace));
  const selectors = new Map<string, Selector>();
  const ask = (selector: Selector): void => void selectors.set(selectorKey(selector), selector);
  for (const direction of DIRECTIONS) {
    for (const policy of policies) {
      for (const { peers } of rulesOf(policy, direction)) {
        if (peers === 'all') continue;
        for (const peer of peers)
          if (peer.kind === 'pods' && peer.namespaces !== 'own') ask(peer.namespaces);
      }
    }
    for (const policy of clusterPolicies) {
      ask(policy.subject.namespaces);
      for (const { peers } of clusterRulesOf(policy, direction)) {
        if (peers === 'all') continue;
        for (const peer of peers) if (peer.kind === 'pods') ask(peer.namespaces);
      }
    }
  }
  const first = new Map<string, string>();
  const alike = new Map<string, string>();
  for (const { name, labels } of namespaces.values()) {
    let key = own.has(name) ? `is ${name}` : '';
    for (const selector of selectors.values())
      key += selects(selector, labels) ? 2 : selects(selector, labels, true) ? 1 : 0;
    if (!first.has(key)) first.set(key, name);
    alike.set(name, first.get(key)!);
  }
  return alike;
}

/** The endpoint as if it were in the namespace that stands for its own. */
function inSpace(endpoint: Endpoint, spaces: ReadonlyMap<string, string>): Endpoint {
  if (endpoint.kind !== 'workload') return endpoint;
  const namespace = spaces.get(endpoint.workload.namespace)!;
  if (namespace === endpoint.workload.namespace) return endpoint;
  return { ...endpoint, workload: { ...endpoint.workload, namespace } };
}
