import type { Family } from '../../model/address.ts';
import type { Direction, NamedPort } from '../../model/policy.ts';
import type { Said } from './atom-registry.ts';
import type { Group } from './group-table.ts';
import type { NamedBlock } from './outside-runs.ts';
import type { Atom, PeerClass } from './peer-class.ts';
import type { PolicyRecord } from './policy-record.ts';
import type { Name, PortNames } from './port-names.ts';
import type { Ports, PortSetTable } from './port-set-table.ts';
import type { Row } from './row.ts';

/** What is granted to some peers: ports, and names whose numbers are the destination's own. */
export interface Grant {
  ports: Ports;
  names: readonly NamedPort[];
}

/** What rules say of peers, to be given back when the grants go. */
export interface Holds {
  readonly groups: readonly Said<Group>[];
  readonly blocks: readonly Said<NamedBlock>[];
  readonly names: readonly Said<Name>[];
}

/** Grants by whom they are for. */
export interface GrantLists {
  /** To every address of a family. */
  readonly everyone: Readonly<Record<Family, Grant>>;
  /** To every pod. */
  readonly everyPod: Grant;
  readonly byAtom: ReadonlyMap<Atom, Grant>;
}

/**
 * What the policies that isolate a pod in one direction grant. Pods that the same policies isolate share
 * it, unless a port name means something else to them. It never changes: other policies, other grants.
 */
export class Grants {
  readonly key: string;
  readonly direction: Direction;
  /** The policies that isolate the pod, and those of them whose rules count for it (decision D8). */
  readonly policies: readonly PolicyRecord[];
  readonly allowing: readonly PolicyRecord[];
  readonly lists: GrantLists;
  /** Whether anything granted depends on what the peer serves. */
  readonly hasNames: boolean;
  readonly holds: Holds;
  readonly rows: Partial<Record<Family, Row>> = {};
  /** How many pods they are for. */
  uses = 0;
  readonly #table: PortSetTable;
  readonly #names: PortNames;

  constructor(
    {
      key,
      direction,
      policies,
      allowing,
      lists,
      holds,
    }: Pick<Grants, 'key' | 'direction' | 'policies' | 'allowing' | 'lists' | 'holds'>,
    table: PortSetTable,
    names: PortNames,
  ) {
    this.key = key;
    this.direction = direction;
    this.policies = policies;
    this.allowing = allowing;
    this.lists = lists;
    const { everyone, everyPod, byAtom } = lists;
    this.hasNames = [everyone[4], everyone[6], everyPod, ...byAtom.values()].some(
      ({ names: own }) => own.length > 0,
    );
    this.holds = holds;
    this.#table = table;
    this.#names = names;
  }

  /** Whether pods that serve a port name may be granted more than other pods, whatever else they are. */
  hasNamesForAll(family: Family): boolean {
    const { everyone, everyPod } = this.lists;
    return everyone[family].names.length > 0 || everyPod.names.length > 0;
  }

  /** What is granted to pods, or to outside addresses, of which nothing else is known. */
  common(family: Family, ofPods: boolean): Ports {
    const { everyone, everyPod } = this.lists;
    const { ports } = everyone[family];
    return ofPods ? this.#table.union(ports, everyPod.ports) : ports;
  }

  /** What is granted to the peers of a class. */
  to(peers: PeerClass): Ports {
    const { everyone, everyPod, byAtom } = this.lists;
    const { family, ofPods, atoms } = peers;
    let ports = this.common(family, ofPods);
    if (ofPods) {
      ports = this.#withNames(ports, everyone[family].names, peers);
      ports = this.#withNames(ports, everyPod.names, peers);
    }
    if (atoms.size < byAtom.size) {
      for (const atom of atoms) ports = this.#with(ports, byAtom.get(atom), peers);
    } else {
      for (const [atom, grant] of byAtom) {
        if (atoms.has(atom)) ports = this.#with(ports, grant, peers);
      }
    }
    return ports;
  }

  #with(ports: Ports, grant: Grant | undefined, peers: PeerClass): Ports {
    if (grant === undefined) return ports;
    return this.#withNames(this.#table.union(ports, grant.ports), grant.names, peers);
  }

  #withNames(ports: Ports, names: readonly NamedPort[], peers: PeerClass): Ports {
    if (names.length === 0) return ports;
    return this.#table.union(ports, this.#names.resolve(names, peers));
  }
}
