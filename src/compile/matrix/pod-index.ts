import { UNREADABLE } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
import { labelText, removeFrom, valuesNeeded } from './anchors.ts';
import type { PodRecord } from './pod-record.ts';

/** The pods of one namespace. */
class NamespacePods {
  readonly all = new Set<PodRecord>();
  readonly byLabel = new Map<string, PodRecord[]>();
  /** Those with labels that cannot be read. */
  readonly unreadable = new Set<PodRecord>();
}

const NONE: ReadonlySet<PodRecord> = new Set();

/** Pods by namespace and label value: narrows down whom a selector may select. */
export class PodIndex {
  readonly #namespaces = new Map<string, NamespacePods>();
  readonly #namespacesWith = new Map<string, Set<string>>();

  add(record: PodRecord): void {
    const { namespace, pod } = record;
    let own = this.#namespaces.get(namespace);
    if (own === undefined) this.#namespaces.set(namespace, (own = new NamespacePods()));
    own.all.add(record);
    if (pod.labels[UNREADABLE] !== undefined) own.unreadable.add(record);
    for (const key of Object.keys(pod.labels)) {
      const label = labelText(key, pod.labels[key]!);
      const having = own.byLabel.get(label);
      if (having !== undefined) {
        having.push(record);
        continue;
      }
      own.byLabel.set(label, [record]);
      const namespaces = this.#namespacesWith.get(label);
      if (namespaces === undefined) this.#namespacesWith.set(label, new Set([namespace]));
      else namespaces.add(namespace);
    }
  }

  remove(record: PodRecord): void {
    const { namespace, pod } = record;
    const own = this.#namespaces.get(namespace)!;
    own.all.delete(record);
    own.unreadable.delete(record);
    if (own.all.size === 0) this.#namespaces.delete(namespace);
    for (const key of Object.keys(pod.labels)) {
      const label = labelText(key, pod.labels[key]!);
      const having = own.byLabel.get(label)!;
      removeFrom(having, record);
      if (having.length > 0) continue;
      own.byLabel.delete(label);
      const namespaces = this.#namespacesWith.get(label)!;
      namespaces.delete(namespace);
      if (namespaces.size === 0) this.#namespacesWith.delete(label);
    }
  }

  inNamespace(namespace: string): ReadonlySet<PodRecord> {
    return this.#namespaces.get(namespace)?.all ?? NONE;
  }

  /** The namespaces that have a pod the selector may select. */
  namespacesFor(selector: Selector): Iterable<string> {
    const labels = valuesNeeded(selector);
    if (labels === undefined) return this.#namespaces.keys();
    return new Set(labels.flatMap((label) => [...(this.#namespacesWith.get(label) ?? [])]));
  }

  /**
   * The pods of a namespace among which all that the selector selects are. `unreadable`: labels that
   * cannot be read may be what it asks for, as they may for the subject of a policy (decision D8).
   */
  *candidates(namespace: string, selector: Selector, unreadable = false): Generator<PodRecord> {
    const own = this.#namespaces.get(namespace);
    if (own === undefined) return;
    const labels = valuesNeeded(selector);
    if (labels === undefined) {
      yield* own.all;
      return;
    }
    for (const label of labels) yield* own.byLabel.get(label) ?? [];
    if (unreadable) yield* own.unreadable;
  }
}
