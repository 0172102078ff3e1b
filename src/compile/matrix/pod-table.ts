import type { Family } from '../../model/address.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import { NO_CLUSTER } from '../../model/cluster.ts';
import type { Cluster, Namespace } from '../../model/cluster.ts';
import type { AddressSpace } from './address-space.ts';
import { removeFrom } from './anchors.ts';
import type { ClusterChange, ClusterPod } from './change.ts';
import { sameLabels } from './comparable.ts';
import type { Atom, PeerClass } from './peer-class.ts';
import { PodIndex } from './pod-index.ts';
import { PodRecord, podKey } from './pod-record.ts';
import type { PodAddress } from './pod-record.ts';

/** Local pods that went and came; one that changed did both. */
export interface LocalPods {
  readonly gone: readonly PodRecord[];
  readonly come: readonly PodRecord[];
}

/** The pods of the cluster that have a network and an address of their own, and their namespaces. */
export class PodTable {
  /** The cluster as far as the engine's matching of peers looks at it. */
  readonly cluster: Cluster;
  readonly index = new PodIndex();
  /** The same, of this node's pods only. */
  readonly local = new PodIndex();
  readonly #namespaces = new Map<string, Namespace>();
  readonly #node: string;
  readonly #spaces: Readonly<Record<Family, AddressSpace>>;
  readonly #byKey = new Map<string, PodRecord>();
  /** Addresses to be placed again, with the class of the outside there before this change. */
  readonly #touched = new Map<PodAddress, PeerClass>();

  constructor(node: string, spaces: Readonly<Record<Family, AddressSpace>>) {
    this.#node = node;
    this.#spaces = spaces;
    this.cluster = { ...NO_CLUSTER, namespaces: this.#namespaces };
  }

  /** Whether any address has a class. */
  get hasPlaced(): boolean {
    return this.#spaces[4].classes.pods.size + this.#spaces[6].classes.pods.size > 0;
  }

  get all(): Iterable<PodRecord> {
    return this.#byKey.values();
  }

  /** Takes what changed of pods and namespaces over; their addresses have no class until {@link place}. */
  apply({ namespaces, pods }: ClusterChange): LocalPods {
    for (const name of namespaces.removed) this.#name(impliedNamespace(name));
    for (const namespace of namespaces.upserted) this.#name(namespace);
    const gone: PodRecord[] = [];
    const come: PodRecord[] = [];
    for (const key of pods.removed) this.#remove(key, gone);
    for (const pod of pods.upserted) {
      if (pod.pod.name === undefined) continue;
      this.#remove(podKey(pod.workload.namespace, pod.pod.name), gone);
      const record = this.#add(pod);
      if (record?.isLocal) come.push(record);
    }
    return { gone, come };
  }

  /** Puts the addresses that were touched into the classes they belong to, and tells which they are. */
  place(atomsOf: (record: PodRecord) => readonly Atom[]): PodAddress[] {
    const atoms = new Map<PodRecord, readonly Atom[]>();
    for (const [address, outside] of this.#touched) {
      const space = this.#spaces[address.family];
      if (address.claims.length === 0) {
        space.forget(address);
        continue;
      }
      const { owner } = address;
      const own = owner === undefined ? [] : (atoms.get(owner) ?? atomsOf(owner));
      if (owner !== undefined) atoms.set(owner, own);
      space.classes.place(address, true, [...own, ...space.blocksAt(address.value)], outside);
    }
    const touched = [...this.#touched.keys()];
    this.#touched.clear();
    return touched;
  }

  #name(namespace: Namespace): void {
    const before = this.#namespaces.get(namespace.name);
    this.#namespaces.set(namespace.name, namespace);
    if (before !== undefined && sameLabels(before.labels, namespace.labels)) return;
    for (const record of this.index.inNamespace(namespace.name)) {
      for (const address of record.addresses) this.#touch(address);
    }
  }

  #remove(key: string, gone: PodRecord[]): void {
    const record = this.#byKey.get(key);
    if (record === undefined) return;
    this.#byKey.delete(key);
    this.index.remove(record);
    if (record.isLocal) {
      this.local.remove(record);
      gone.push(record);
    }
    for (const address of record.addresses) {
      this.#touch(address);
      removeFrom(address.claims, record);
    }
  }

  /** Undefined for pods that are told by their node's addresses, or have none yet. */
  #add(pod: ClusterPod): PodRecord | undefined {
    const { hostNetwork, addresses, node } = pod.pod;
    if (hostNetwork || addresses.length === 0) return undefined;
    const record = new PodRecord(pod, node === this.#node);
    if (!this.#namespaces.has(record.namespace)) this.#name(impliedNamespace(record.namespace));
    this.#byKey.set(record.key, record);
    this.index.add(record);
    if (record.isLocal) this.local.add(record);
    for (const one of addresses) {
      const address = this.#spaces[one.family].podAt(one);
      if (record.addresses.includes(address)) continue;
      record.addresses.push(address);
      address.claims.push(record);
      this.#touch(address);
    }
    return record;
  }

  #touch(address: PodAddress): void {
    if (this.#touched.has(address)) return;
    const space = this.#spaces[address.family];
    this.#touched.set(address, space.outsideAt(address.value));
    if (address.class !== undefined) space.classes.withdraw(address);
  }
}

/** A namespace nobody has told of has just its name (decision D10). */
function impliedNamespace(name: string): Namespace {
  const labels = { [NAMESPACE_NAME_LABEL]: name };
  return { name, labels, annotations: {}, place: undefined };
}
