import type { Cluster } from '../../model/cluster.ts';
import type { NetworkPolicy, PodPeer } from '../../model/policy.ts';
import { UNREADABLE, selects } from '../../model/selector.ts';
import type { Labels, Requirement, Selector } from '../../model/selector.ts';
import type { Id } from '../ids/pair-memo.ts';
import { podOf } from '../verdict/endpoint.ts';
import type { WorkloadEndpoint } from '../verdict/endpoint.ts';
import { ClassSet } from './class-set.ts';
import { Labelled } from './labelled.ts';
import { SelectorIds } from './selector-ids.ts';

/** Ids of selectors, and twice the number of namespaces, are below it. */
const MOST_IDS = 0x400_0000;

/** Answers selectors with sets of classes. */
export class LabelIndex {
  readonly #cluster: Cluster;
  readonly #subjects: readonly WorkloadEndpoint[];
  readonly #size: number;
  #hasUnreadable: boolean | undefined;
  /** Every class of pods. */
  readonly everyPod: ClassSet;
  readonly #pods: Labelled;
  /** The namespaces that have pods, by number, and the pods of each. */
  readonly #namespaces: Labelled;
  readonly #numbers = new Map<string, number>();
  readonly #within: Labelled[];
  readonly #podsOf: ClassSet[] = [];
  readonly #ids = new SelectorIds();
  readonly #requirements = new Map<Id, ClassSet>();
  readonly #podSelectors = new Map<Id, ClassSet>();
  readonly #namespaceSelectors = new Map<Id, ClassSet>();
  readonly #peers = new Map<number, ClassSet>();

  /** `subjects`: what speaks for class 0, 1, …; `size`: the number of all classes; `keys`: label keys ever asked for. */
  constructor(
    cluster: Cluster,
    subjects: readonly WorkloadEndpoint[],
    size: number,
    keys: Iterable<string>,
  ) {
    this.#cluster = cluster;
    this.#subjects = subjects;
    this.#size = size;
    const pods = subjects.map((_, index) => index);
    this.everyPod = ClassSet.of(size, pods);
    const labelsOf = (index: number): Labels => podOf(subjects[index]!).labels;
    this.#pods = new Labelled(pods, labelsOf, keys);
    const members: number[][] = [];
    subjects.forEach(({ workload: { namespace } }, index) => {
      const number = this.#numbers.get(namespace);
      if (number !== undefined) members[number]!.push(index);
      else this.#numbers.set(namespace, members.push([index]) - 1);
    });
    this.#within = members.map((own) => new Labelled(own, labelsOf));
    const names = [...this.#numbers.keys()];
    this.#namespaces = new Labelled(
      names.map((_, number) => number),
      (number) => cluster.namespaces.get(names[number]!)!.labels,
    );
  }

  /** The classes a policy selects. */
  subjectsOf({ namespace, subject }: NetworkPolicy): readonly number[] {
    const number = this.#numbers.get(namespace);
    return number === undefined ? [] : this.#within[number]!.select(subject, true);
  }

  /** The classes that pod selectors select in the namespaces that namespace selectors select. */
  inSelected(namespaces: Selector, pods: Selector): ClassSet {
    const key = this.#ids.of(pods) * MOST_IDS + this.#ids.of(namespaces) * 2;
    return remember(this.#peers, key, () =>
      this.#inNamespaces(namespaces).intersect(this.#withLabels(pods)),
    );
  }

  /** As {@link inSelected}, where labels that cannot be read count as asked for. */
  possiblySelected(namespaces: Selector, pods: Selector): ClassSet {
    const members = this.#subjects.flatMap((subject, index) => {
      const own = this.#cluster.namespaces.get(subject.workload.namespace)!;
      const isSelected =
        selects(namespaces, own.labels, true) && selects(pods, podOf(subject).labels, true);
      return isSelected ? [index] : [];
    });
    return ClassSet.of(this.#size, members);
  }

  /** Whether a label of a pod, or of a namespace with pods, cannot be read. */
  get hasUnreadable(): boolean {
    return (this.#hasUnreadable ??= this.#subjects.some((subject) => {
      const own = this.#cluster.namespaces.get(subject.workload.namespace)!;
      return (own.labels[UNREADABLE] ?? podOf(subject).labels[UNREADABLE]) !== undefined;
    }));
  }

  /** The classes a pod peer matches. */
  peersOf(policy: NetworkPolicy, peer: PodPeer): ClassSet {
    const pods = peer.pods ?? [];
    if (peer.namespaces !== 'own') return this.inSelected(peer.namespaces, pods);
    const number = this.#numbers.get(policy.namespace);
    if (number === undefined) return ClassSet.empty(this.#size);
    const key = this.#ids.of(pods) * MOST_IDS + number * 2 + 1;
    return remember(this.#peers, key, () =>
      ClassSet.of(this.#size, this.#within[number]!.select(pods)),
    );
  }

  #inNamespaces(selector: Selector): ClassSet {
    if (selector.length === 0) return this.everyPod;
    return remember(this.#namespaceSelectors, this.#ids.of(selector), () => {
      const sets = this.#namespaces.select(selector).map((number) => this.#inNamespace(number));
      return ClassSet.union(this.#size, sets);
    });
  }

  #inNamespace(number: number): ClassSet {
    return (this.#podsOf[number] ??= ClassSet.of(this.#size, this.#within[number]!.members));
  }

  #withLabels(selector: Selector): ClassSet {
    if (selector.length === 0) return this.everyPod;
    return remember(this.#podSelectors, this.#ids.of(selector), () =>
      selector
        .map((requirement) => this.#holding(requirement))
        .sort((a, b) => a.count - b.count)
        .reduce((set, next) => set.intersect(next)),
    );
  }

  #holding(requirement: Requirement): ClassSet {
    return remember(this.#requirements, this.#ids.ofRequirement(requirement), () => {
      const { key, operator, values } = requirement;
      const byValue = this.#pods.byValue(key);
      const named = operator === 'In' || operator === 'NotIn' ? values : byValue.keys();
      const lists = [...named].map((value) => byValue.get(value) ?? []);
      const present = ClassSet.union(
        this.#size,
        lists.map((list) => ClassSet.of(this.#size, list)),
      );
      const negative = operator === 'NotIn' || operator === 'DoesNotExist';
      if (!negative) return present;
      const unreadable = this.#pods.unreadable(key);
      const rest = this.everyPod.subtract(present);
      return unreadable.length > 0 ? rest.subtract(ClassSet.of(this.#size, unreadable)) : rest;
    });
  }
}

function remember(sets: Map<number, ClassSet>, key: number, make: () => ClassSet): ClassSet {
  let set = sets.get(key);
  if (set === undefined) sets.set(key, (set = make()));
  return set;
}
