import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction, NetworkPolicy } from '../../model/policy.ts';
import { workloadId } from '../../model/workload.ts';
import type { Workload } from '../../model/workload.ts';
import type { Reachability } from '../map/reachability.ts';
import type { Distinctions } from '../population/distinctions.ts';
import { isClusterSubject } from '../verdict/cluster-rules.ts';
import { isSubject } from '../verdict/endpoint.ts';
import type { Endpoint } from '../verdict/endpoint.ts';
import { isSubjectOf, nodesOf } from '../verdict/match.ts';
import { askedAspects, aspectsOf } from './aspects.ts';
import type { Aspect } from './aspects.ts';
import { hasTwoHeads, membersOf } from './ends.ts';
import type { PlacedMember } from './ends.ts';
import { changedObjects } from './objects.ts';
import type { ChangedObject, Versions } from './objects.ts';

/** Numbers of changed objects, ascending; the same list for the same objects. */
export type ObjectSet = readonly number[];

/** What may be at an end of a connection and neither cluster's policies, nor what changed, can tell apart. */
export interface End {
  readonly index: number;
  /** Its class in each cluster; undefined where it does not exist. */
  readonly old: number | undefined;
  readonly new: number | undefined;
  /** Never empty; the first speaks for all. */
  readonly members: readonly PlacedMember[];
  /** Whether two different pods or hosts of it are in both clusters, or in the only one it is in. */
  readonly hasTwo: boolean;
  /** The changed objects that may change what it may send, and what it may be sent. */
  readonly sending: ObjectSet;
  readonly receiving: ObjectSet;
}

/** What changed between two clusters, and whom it concerns. */
export interface Scope {
  readonly objects: readonly ChangedObject[];
  readonly ends: readonly End[];
  readonly sets: ObjectSets;
}

const NO_OBJECTS: ObjectSet = [];

/** Finds the objects that changed, and sorts everyone into ends by whom they concern. */
export function scopeOf(old: Reachability, current: Reachability): Scope {
  const members = membersOf(old.population, current.population);
  const objects = changedObjects(old.cluster, current.cluster);
  const workloads = new ChangedWorkloads(objects, [
    old.population.distinctions,
    current.population.distinctions,
  ]);
  const own = members.map((one) => workloads.of(one));
  const concerns = new Concerns(objects, old.cluster, current.cluster);
  const sets = new ObjectSets();
  const ends: (End & { members: PlacedMember[]; hasTwo: boolean })[] = [];
  const byKey = new Map<number | string, (typeof ends)[number]>();
  const classes = current.classes.length + 1;
  members.forEach((one, i) => {
    const ownObjects = together(own[i]!, concerns.surroundings(one));
    const [receiving, sending] = DIRECTIONS.map((direction) =>
      sets.of(together(ownObjects, concerns.policies(one, direction))),
    );
    // most are concerned by nothing, and there are thousands
    const place = ((one.oldClass ?? -1) + 1) * classes + (one.newClass ?? -1) + 1;
    const isUntouched = sending!.length === 0 && receiving!.length === 0;
    const key = isUntouched ? place : `${place} ${sending!.join()} ${receiving!.join()}`;
    const known = byKey.get(key);
    if (known !== undefined) {
      known.members.push(one);
      known.hasTwo = true;
      return;
    }
    const end = {
      index: ends.length,
      old: one.oldClass,
      new: one.newClass,
      members: [one],
      hasTwo: hasTwoHeads(one),
      sending: sending!,
      receiving: receiving!,
    };
    byKey.set(key, end);
    ends.push(end);
  });
  return { objects, ends, sets };
}

function together(a: ObjectSet, b: ObjectSet): ObjectSet {
  if (b.length === 0) return a;
  return a.length === 0 ? b : [...a, ...b];
}

/** Keeps each set of objects once. */
export class ObjectSets {
  readonly #known = new Map<string, ObjectSet>();

  of(numbers: readonly number[]): ObjectSet {
    if (numbers.length === 0) return NO_OBJECTS;
    const set = numbers.length === 1 ? numbers : [...new Set(numbers)].sort((a, b) => a - b);
    const key = set.join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, set);
    return set;
  }
}

/** Notes the workloads whose pods changed in what policies ask about, or may be told of. */
class ChangedWorkloads {
  readonly #objects: ChangedObject[];
  readonly #asked: readonly Distinctions[];
  readonly #numbers = new Map<string, { readonly number: number; aspects: readonly Aspect[] }>();

  constructor(objects: ChangedObject[], asked: readonly Distinctions[]) {
    this.#objects = objects;
    this.#asked = asked;
  }

  /** The object of the member's workload, if policies can see that its pods are not what they were. */
  of({ old, new: current }: PlacedMember): ObjectSet {
    if (old?.kind !== 'workload' || current?.kind !== 'workload') return NO_OBJECTS;
    const aspects = aspectsOf(old, current);
    if (aspects.length === 0) return NO_OBJECTS;
    const seen = askedAspects(old, current, aspects, this.#asked);
    // where pods run and what addresses they get changes all the time, and by itself is nobody's change
    const told = aspects.filter((one) => one !== 'addresses' && one !== 'nodes');
    if (seen.length === 0 && told.length === 0) return NO_OBJECTS;
    const number = this.#note(old.workload, current.workload, [...told, ...seen]);
    return seen.length > 0 ? [number] : NO_OBJECTS;
  }

  #note(old: Workload, current: Workload, aspects: readonly Aspect[]): number {
    const id = workloadId(current);
    let known = this.#numbers.get(id);
    if (known === undefined) {
      known = { number: this.#objects.length, aspects: [] };
      this.#numbers.set(id, known);
    }
    known.aspects = [...new Set([...known.aspects, ...aspects])];
    this.#objects[known.number] = {
      is: 'workload',
      old,
      new: current,
      aspects: known.aspects,
    };
    return known.number;
  }
}

type Numbered<T> = Versions<T> & { readonly number: number };

/** Finds the changed objects that concern an end. */
class Concerns {
  readonly #old: Cluster;
  readonly #new: Cluster;
  readonly #namespaces = new Map<string, number>();
  readonly #nodes = new Map<string, number>();
  readonly #policies = new Map<string, Numbered<NetworkPolicy>[]>();
  readonly #clusterPolicies: Numbered<ClusterPolicy>[] = [];

  constructor(objects: readonly ChangedObject[], old: Cluster, current: Cluster) {
    this.#old = old;
    this.#new = current;
    objects.forEach((object, number) => {
      const name = (object.new ?? object.old)!.name;
      switch (object.is) {
        case 'namespace':
          this.#namespaces.set(name, number);
          return;
        case 'node':
          this.#nodes.set(name, number);
          return;
        case 'policy': {
          const { namespace } = (object.new ?? object.old)!;
          const list = this.#policies.get(namespace) ?? [];
          list.push({ number, old: object.old, new: object.new });
          this.#policies.set(namespace, list);
          return;
        }
        case 'cluster-policy':
          this.#clusterPolicies.push({ number, old: object.old, new: object.new });
          return;
        case 'service':
        case 'workload':
      }
    });
  }

  /** Its namespace, its node. */
  surroundings({ old, new: current, shown }: PlacedMember): ObjectSet {
    const found: number[] = [];
    if (shown.kind === 'workload') {
      const namespace = this.#namespaces.get(shown.workload.namespace);
      if (namespace !== undefined) found.push(namespace);
    }
    if (this.#nodes.size === 0) return found;
    for (const one of [old, current]) {
      // where other pods run matters to the nodes' own traffic, and their addresses are not the nodes'
      if (one === undefined || isSubject(one)) continue;
      for (const name of nodesOf(one)) {
        const node = name === undefined ? undefined : this.#nodes.get(name);
        if (node !== undefined) found.push(node);
      }
    }
    return found;
  }

  /** The changed policies that say something of its connections in a direction, before or after. */
  policies({ old, new: current, shown }: PlacedMember, direction: Direction): ObjectSet {
    if (shown.kind !== 'workload') return NO_OBJECTS;
    const found: number[] = [];
    for (const policy of this.#policies.get(shown.workload.namespace) ?? []) {
      if (isolates(policy.old, old, direction) || isolates(policy.new, current, direction))
        found.push(policy.number);
    }
    for (const policy of this.#clusterPolicies) {
      if (
        isRuledBy(this.#old, policy.old, old, direction) ||
        isRuledBy(this.#new, policy.new, current, direction)
      )
        found.push(policy.number);
    }
    return found;
  }
}

function isolates(
  policy: NetworkPolicy | undefined,
  endpoint: Endpoint | undefined,
  direction: Direction,
): boolean {
  if (policy === undefined || endpoint === undefined) return false;
  return policy.isolates.includes(direction) && isSubjectOf(policy, endpoint);
}

/** Whether the endpoint is, or may be, a subject of a cluster policy that has rules in the direction. */
export function isRuledBy(
  cluster: Cluster,
  policy: ClusterPolicy | undefined,
  endpoint: Endpoint | undefined,
  direction: Direction,
): boolean {
  if (policy === undefined || endpoint === undefined || !isSubject(endpoint)) return false;
  if (clusterRulesOf(policy, direction).length === 0) return false;
  return isClusterSubject(cluster, policy.subject, endpoint, true);
}
