import type { AddressView } from '../../evaluate/verdict/endpoint.ts';
import { matchPeer } from '../../evaluate/verdict/match.ts';
import { NO_ADDRESSES } from '../../model/address-set.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { NetworkPolicy, PodPeer } from '../../model/policy.ts';
import { EVERYTHING, selectorKey, selects } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
import { Anchors } from './anchors.ts';
import { AtomRegistry } from './atom-registry.ts';
import type { AtomSource, Said } from './atom-registry.ts';
import type { Atom } from './peer-class.ts';
import type { PodIndex } from './pod-index.ts';
import type { PodRecord } from './pod-record.ts';

/** Pods that a peer selects: one for all peers that are written alike. */
export interface Group {
  /** The first policy and peer that named the group. */
  readonly policy: NetworkPolicy;
  readonly peer: PodPeer;
}

/** Peers of pods are never asked for addresses. */
const NO_VIEW: AddressView = { known: [], range: NO_ADDRESSES };

/** The groups rules name, and who is in them: found by label, decided by the engine. */
export class GroupTable {
  readonly registry: AtomRegistry<Group>;
  readonly #cluster: Cluster;
  readonly #pods: PodIndex;
  readonly #anchors = new Anchors<Said<Group>>();

  constructor(atoms: AtomSource, cluster: Cluster, pods: PodIndex) {
    this.registry = new AtomRegistry(atoms);
    this.#cluster = cluster;
    this.#pods = pods;
  }

  /** Groups named since the last call. */
  takeFresh(): Said<Group>[] {
    const fresh = this.registry.takeFresh();
    for (const said of fresh) this.#anchors.add(said, ...anchorOf(said.what));
    return fresh;
  }

  /** Groups nobody names any more since the last call. */
  takeDead(): Said<Group>[] {
    const dead = this.registry.takeDead();
    for (const said of dead) this.#anchors.remove(said, ...anchorOf(said.what));
    return dead;
  }

  /** The pods in a group. */
  *membersOf(group: Group): Generator<PodRecord> {
    const { peer } = group;
    const selector = peer.pods ?? EVERYTHING;
    for (const namespace of this.#namespacesOf(group)) {
      for (const record of this.#pods.candidates(namespace, selector)) {
        if (this.#isIn(record, group)) yield record;
      }
    }
  }

  /** The groups a pod is in. */
  groupsOf(record: PodRecord): Atom[] {
    const atoms: Atom[] = [];
    for (const said of this.#anchors.of(record.namespace, record.pod.labels)) {
      if (this.#isIn(record, said.what)) atoms.push(said.atom);
    }
    return atoms;
  }

  *#namespacesOf(group: Group): Generator<string> {
    const { peer } = group;
    const [named] = anchorOf(group);
    if (named !== undefined || peer.namespaces === 'own') {
      yield* named ?? [];
      return;
    }
    for (const name of this.#pods.namespacesFor(peer.pods ?? EVERYTHING)) {
      // one look spares looking at each of its pods; for these the engine decides
      if (selects(peer.namespaces, this.#cluster.namespaces.get(name)!.labels)) yield name;
    }
  }

  #isIn({ endpoint }: PodRecord, { policy, peer }: Group): boolean {
    const candidate = { endpoint, view: NO_VIEW, family: 4 } as const;
    return matchPeer(this.#cluster, policy, peer, candidate) === 'yes';
  }
}

/** A text equal for peers that select the same pods because they are written alike. */
export function groupKey(namespace: string, peer: PodPeer): string {
  const pods = selectorKey(peer.pods ?? EVERYTHING);
  return peer.namespaces === 'own'
    ? `${namespace}|${pods}`
    : `?${selectorKey(peer.namespaces)}|${pods}`;
}

/** Whether a peer selects every pod there is. */
export function isEveryPod({ namespaces, pods }: PodPeer): boolean {
  return namespaces !== 'own' && namespaces.length === 0 && (pods ?? EVERYTHING).length === 0;
}

/** The namespaces a group is confined to by name, and its selector of pods. */
function anchorOf({ policy, peer }: Group): [string[] | undefined, Selector] {
  const selector = peer.pods ?? EVERYTHING;
  if (peer.namespaces === 'own') return [[policy.namespace], selector];
  const byName = peer.namespaces.find(
    ({ key, operator }) => key === NAMESPACE_NAME_LABEL && operator === 'In',
  );
  return [byName && [...new Set(byName.values)], selector];
}
