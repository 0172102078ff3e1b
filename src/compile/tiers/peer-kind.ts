import type { Namespace } from '../../model/cluster.ts';
import { UNREADABLE, selects } from '../../model/selector.ts';
import type { Labels } from '../../model/selector.ts';
import type { ContainerPort } from '../../model/workload.ts';
import { labelText, valuesNeeded } from '../matrix/anchors.ts';
import type { Atom } from '../matrix/peer-class.ts';
import type { PodRecord } from '../matrix/pod-record.ts';
import type { PodGroup, TierAtoms } from '../matrix/tier-atoms.ts';

/** Peers, or subjects, that no rule of any cluster policy tells apart. */
export interface PeerKind {
  readonly number: number;
  /** What is surely said of them; and what perhaps is, where a label cannot be read (decision D22). */
  readonly surely: ReadonlySet<Atom>;
  readonly possibly: ReadonlySet<Atom>;
  /** Ports they serve under names that rules ask for. */
  readonly served: readonly ContainerPort[];
}

/** The groups that pods of one namespace may be in. */
interface NamespaceGroups {
  readonly number: number;
  /** By the label a pod must have; `undefined`: any. */
  readonly byLabel: ReadonlyMap<string | undefined, readonly PossibleGroup[]>;
  readonly all: readonly PossibleGroup[];
}

interface PossibleGroup {
  readonly group: PodGroup;
  /** Whether the namespace is surely one of the group's. */
  readonly isSure: boolean;
}

/** Which kind a pod is of: asked for every pod of the cluster, so that pods labelled alike are looked at once. */
export class PeerKinds {
  /** Of whom nothing is known that rules could say. */
  readonly none: PeerKind;
  /** Of an address several pods have: nobody, and perhaps anybody. */
  readonly anybody: PeerKind;
  readonly #atoms: TierAtoms;
  readonly #namespaces: ReadonlyMap<string, Namespace>;
  readonly #groups = new Map<Namespace, NamespaceGroups>();
  readonly #bySignature = new Map<string, PeerKind>();
  readonly #byContent = new Map<string, PeerKind>();
  readonly #combined = new Map<number, PeerKind>();
  /** The kind of each pod, with what its namespace was when it was found. */
  readonly #byPod = new WeakMap<PodRecord, readonly [Namespace, PeerKind]>();
  /** The keys of labels that any selector of pods asks for. */
  readonly #keys: readonly string[];

  constructor(atoms: TierAtoms, namespaces: ReadonlyMap<string, Namespace>) {
    this.#atoms = atoms;
    this.#namespaces = namespaces;
    this.#keys = [...new Set(atoms.groups.flatMap(({ pods }) => pods.map(({ key }) => key)))];
    this.none = this.intern([], [], []);
    const all = atoms.groups.map(({ atom }) => atom);
    this.anybody = this.intern([], all, []);
  }

  /** The kind of a pod, its addresses aside. */
  ofPod(record: PodRecord | undefined): PeerKind {
    if (record === undefined) return this.anybody;
    const namespace = this.#namespaces.get(record.namespace)!;
    const known = this.#byPod.get(record);
    if (known?.[0] === namespace) return known[1];
    const kind = this.#find(record, namespace);
    this.#byPod.set(record, [namespace, kind]);
    return kind;
  }

  #find({ pod }: PodRecord, namespace: Namespace): PeerKind {
    const groups = this.#groupsOf(namespace);
    const served =
      this.#atoms.names.size === 0
        ? []
        : pod.ports.filter(({ name }) => name !== undefined && this.#atoms.names.has(name));
    if (pod.labels[UNREADABLE] !== undefined) return this.#look(groups.all, pod.labels, served);
    let signature = `${groups.number}|${servedKey(served)}`;
    for (const key of this.#keys) signature += `|${pod.labels[key] ?? ' '}`;
    let kind = this.#bySignature.get(signature);
    if (kind === undefined) {
      kind = this.#look(candidates(groups, pod.labels), pod.labels, served);
      this.#bySignature.set(signature, kind);
    }
    return kind;
  }

  /** The kind of a pod where addresses are said to be somebody's. */
  combine(pod: PeerKind, place: PeerKind): PeerKind {
    if (place === this.none) return pod;
    const key = pod.number * 0x400_0000 + place.number;
    let kind = this.#combined.get(key);
    if (kind === undefined) {
      const [surely, possibly] = [
        [...pod.surely, ...place.surely],
        [...pod.possibly, ...place.possibly],
      ];
      this.#combined.set(key, (kind = this.intern(surely, possibly, pod.served)));
    }
    return kind;
  }

  intern(
    surely: readonly Atom[],
    possibly: readonly Atom[],
    served: readonly ContainerPort[],
  ): PeerKind {
    const key = `${sorted(surely)}|${sorted(possibly)}|${servedKey(served)}`;
    let kind = this.#byContent.get(key);
    if (kind === undefined) {
      const number = this.#byContent.size;
      kind = { number, surely: new Set(surely), possibly: new Set(possibly), served };
      this.#byContent.set(key, kind);
    }
    return kind;
  }

  #look(
    groups: Iterable<PossibleGroup>,
    labels: Labels,
    served: readonly ContainerPort[],
  ): PeerKind {
    const [surely, possibly]: [Atom[], Atom[]] = [[], []];
    for (const { group, isSure } of groups) {
      if (!selects(group.pods, labels, true)) continue;
      possibly.push(group.atom);
      if (isSure && selects(group.pods, labels)) surely.push(group.atom);
    }
    return this.intern(surely, possibly, served);
  }

  #groupsOf(namespace: Namespace): NamespaceGroups {
    let own = this.#groups.get(namespace);
    if (own !== undefined) return own;
    const byLabel = new Map<string | undefined, PossibleGroup[]>();
    const all: PossibleGroup[] = [];
    for (const group of this.#atoms.groups) {
      if (!selects(group.namespaces, namespace.labels, true)) continue;
      const possible = { group, isSure: selects(group.namespaces, namespace.labels) };
      all.push(possible);
      for (const label of valuesNeeded(group.pods) ?? [undefined]) {
        const list = byLabel.get(label);
        if (list === undefined) byLabel.set(label, [possible]);
        else list.push(possible);
      }
    }
    own = { number: this.#groups.size, byLabel, all };
    this.#groups.set(namespace, own);
    return own;
  }
}

function* candidates({ byLabel }: NamespaceGroups, labels: Labels): Generator<PossibleGroup> {
  yield* byLabel.get(undefined) ?? [];
  for (const key of Object.keys(labels)) yield* byLabel.get(labelText(key, labels[key]!)) ?? [];
}

function sorted(atoms: readonly Atom[]): string {
  return atoms.length < 2 ? atoms.join() : [...atoms].sort((a, b) => a - b).join();
}

/** Equal for those who serve the same ports under the same names. */
export function servedKey(served: readonly ContainerPort[]): string {
  if (served.length === 0) return '';
  return served.map(({ name, protocol, number }) => `${name}/${protocol}/${number}`).join();
}
