import type { Cluster } from '../model/cluster.ts';
import { UNREADABLE, isUnreadable, selectorKey, selects } from '../model/selector.ts';
import type { Requirement, Selector } from '../model/selector.ts';
import type { NetworkPolicy, PodPeer } from '../model/policy.ts';
import { ClassSet } from './class-set.ts';
import { podOf } from './endpoint.ts';
import type { WorkloadEndpoint } from './endpoint.ts';

/** Answers selectors with sets of classes: one list of classes for each label value that occurs. */
export class LabelIndex {
  readonly #cluster: Cluster;
  readonly #size: number;
  readonly #subjects: readonly WorkloadEndpoint[];
  /** Every class of pods. */
  readonly everyPod: ClassSet;
  readonly #byNamespace = new Map<string, number[]>();
  readonly #byKey = new Map<string, Map<string, number[]>>();
  /** For each key, the classes whose label of that name cannot be read: they match no peer (D8). */
  readonly #unreadable = new Map<string, number[]>();
  readonly #requirements = new Map<string, ClassSet>();
  readonly #podSelectors = new Map<string, ClassSet>();
  readonly #namespaceSelectors = new Map<string, ClassSet>();
  readonly #peers = new Map<string, ClassSet>();

  /** `subjects`: what speaks for class 0, 1, …; `size`: the number of all classes; `keys`: label keys ever asked for. */
  constructor(
    cluster: Cluster,
    subjects: readonly WorkloadEndpoint[],
    size: number,
    keys: Iterable<string>,
  ) {
    this.#cluster = cluster;
    this.#size = size;
    this.#subjects = subjects;
    this.everyPod = ClassSet.of(
      size,
      Array.from(subjects, (_, i) => i),
    );
    for (const key of keys) this.#byKey.set(key, new Map());
    subjects.forEach((endpoint, index) => {
      push(this.#byNamespace, endpoint.workload.namespace, index);
      const { labels } = podOf(endpoint);
      for (const [key, postings] of this.#byKey) {
        if (Object.hasOwn(labels, key)) push(postings, labels[key]!, index);
      }
      if (labels[UNREADABLE] === undefined) return;
      for (const key of this.#byKey.keys()) {
        if (isUnreadable(labels, key)) push(this.#unreadable, key, index);
      }
    });
  }

  /** The classes a policy selects. */
  subjectsOf(policy: NetworkPolicy): readonly number[] {
    return this.#inNamespace(policy.namespace, policy.subject, true);
  }

  /** `unreadable`: what a requirement on a label that cannot be read counts as. */
  #inNamespace(namespace: string, selector: Selector, unreadable: boolean): readonly number[] {
    const members = this.#byNamespace.get(namespace) ?? [];
    if (selector.length === 0) return members;
    const few = this.#candidates(selector, unreadable, members.length);
    return (few ?? members).filter((index) => {
      const endpoint = this.#subjects[index]!;
      return (
        (few === undefined || endpoint.workload.namespace === namespace) &&
        selects(selector, podOf(endpoint).labels, unreadable)
      );
    });
  }

  /** Ascending classes among which all that satisfy the selector are, if fewer than `limit` by one of its values. */
  #candidates(selector: Selector, unreadable: boolean, limit: number): number[] | undefined {
    let best: readonly (readonly number[])[] | undefined;
    let least = limit;
    for (const { key, operator, values } of selector) {
      if (operator !== 'In') continue;
      const postings = this.#byKey.get(key)!;
      const lists = values.map((value) => postings.get(value) ?? []);
      if (unreadable) lists.push(this.#unreadable.get(key) ?? []);
      const count = lists.reduce((sum, list) => sum + list.length, 0);
      if (count < least) [best, least] = [lists, count];
    }
    return best && [...new Set(best.flat())].sort((a, b) => a - b);
  }

  /** The classes a pod peer matches. */
  peersOf(policy: NetworkPolicy, peer: PodPeer): ClassSet {
    const pods = peer.pods ?? [];
    const namespaces =
      peer.namespaces === 'own' ? `own ${policy.namespace}` : selectorKey(peer.namespaces);
    const key = `${namespaces}|${selectorKey(pods)}`;
    let set = this.#peers.get(key);
    if (set === undefined) {
      set =
        peer.namespaces === 'own'
          ? ClassSet.of(this.#size, this.#inNamespace(policy.namespace, pods, false))
          : this.#inNamespaces(peer.namespaces).intersect(this.#withLabels(pods));
      this.#peers.set(key, set);
    }
    return set;
  }

  #inNamespaces(selector: Selector): ClassSet {
    if (selector.length === 0) return this.everyPod;
    return remember(this.#namespaceSelectors, selectorKey(selector), () => {
      const members: number[] = [];
      for (const [name, own] of this.#byNamespace) {
        if (selects(selector, this.#cluster.namespaces.get(name)!.labels)) members.push(...own);
      }
      return ClassSet.of(
        this.#size,
        members.sort((a, b) => a - b),
      );
    });
  }

  #withLabels(selector: Selector): ClassSet {
    if (selector.length === 0) return this.everyPod;
    return remember(this.#podSelectors, selectorKey(selector), () =>
      selector
        .map((requirement) => this.#holding(requirement))
        .sort((a, b) => a.count - b.count)
        .reduce((set, next) => set.intersect(next)),
    );
  }

  #holding(requirement: Requirement): ClassSet {
    return remember(this.#requirements, selectorKey([requirement]), () => {
      const { key, operator, values } = requirement;
      const postings = this.#byKey.get(key)!;
      const named = operator === 'In' || operator === 'NotIn' ? values : postings.keys();
      const lists = [...named].map((value) => postings.get(value) ?? []);
      const present = ClassSet.union(
        this.#size,
        lists.map((list) => ClassSet.of(this.#size, list)),
      );
      const negative = operator === 'NotIn' || operator === 'DoesNotExist';
      if (!negative) return present;
      const unreadable = this.#unreadable.get(key);
      const rest = this.everyPod.subtract(present);
      return unreadable ? rest.subtract(ClassSet.of(this.#size, unreadable)) : rest;
    });
  }
}

function push<K>(map: Map<K, number[]>, key: K, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function remember(sets: Map<string, ClassSet>, key: string, make: () => ClassSet): ClassSet {
  let set = sets.get(key);
  if (set === undefined) sets.set(key, (set = make()));
  return set;
}
