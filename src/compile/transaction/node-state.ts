import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import { AddressSpace } from '../matrix/address-space.ts';
import { AtomSource } from '../matrix/atom-registry.ts';
import type { ClusterChange } from '../matrix/change.ts';
import type { ClassChanges } from '../matrix/class-table.ts';
import { GrantsTable } from '../matrix/grants-table.ts';
import type { Grants } from '../matrix/grants.ts';
import { GroupTable } from '../matrix/group-table.ts';
import type { PodAddress, PodRecord } from '../matrix/pod-record.ts';
import { PodTable } from '../matrix/pod-table.ts';
import { PolicyIndex } from '../matrix/policy-index.ts';
import { policyKey } from '../matrix/policy-record.ts';
import { PortNames } from '../matrix/port-names.ts';
import { PortSetTable } from '../matrix/port-set-table.ts';
import { RowTable } from '../matrix/row-table.ts';
import type { Row } from '../matrix/row.ts';
import type { IdSource } from '../ruleset/id-source.ts';
import { TierTable } from '../tiers/table.ts';

/**
 * How many blocks that no rule names any more are kept. To merge what a block told apart takes the kernel
 * some milliseconds for each element of an interval set, and the block may come back.
 */
const IDLE_BLOCKS = 256;

/** How many of them, and of port sets nobody uses, are dropped at a time while there is nothing else to do. */
const TIDIED = 16;

/** What one change did to the state of a node. */
export interface StateChange {
  readonly classes: Readonly<Record<Family, ClassChanges>>;
  /** Addresses of pods that may be another class's, or judged by another row. */
  readonly addresses: ReadonlySet<PodAddress>;
  /** Rows that stayed in force and have cells that changed. */
  readonly rows: ReadonlySet<Row>;
}

/**
 * The reachability matrix of one node, kept up to date: which classes of peers there are, and what each
 * local pod grants each of them. Knows nothing of nft.
 */
export class NodeState {
  readonly spaces: Readonly<Record<Family, AddressSpace>>;
  readonly ports: PortSetTable;
  readonly names: PortNames;
  readonly rows: RowTable;
  readonly grants: GrantsTable;
  readonly groups: GroupTable;
  readonly pods: PodTable;
  readonly tiers: TierTable;
  readonly #policies: PolicyIndex;

  /** `node`: the name of the node whose pods are local. */
  constructor(node: string, ids: IdSource) {
    const atoms = new AtomSource();
    this.spaces = { 4: new AddressSpace(4, ids), 6: new AddressSpace(6, ids) };
    this.ports = new PortSetTable(ids);
    this.pods = new PodTable(node, this.spaces);
    this.names = new PortNames(atoms, this.ports);
    this.groups = new GroupTable(atoms, this.pods.cluster, this.pods.index);
    this.grants = new GrantsTable(atoms, this.ports, this.groups, this.names);
    this.rows = new RowTable(this.spaces, this.ports, this.names);
    this.#policies = new PolicyIndex(this.pods.local, this.ports);
    this.tiers = new TierTable(this.pods.cluster.namespaces, this.spaces, ids);
  }

  apply(change: ClusterChange): StateChange {
    this.tiers.take(change);
    const { gone, come } = this.pods.apply(change);
    const rejudged = this.#selectSubjects(change, gone, come);
    const judged = this.#rejudge(rejudged, gone);
    const { idle } = this.grants.blocks;
    return this.#follow(judged, Math.max(0, Math.ceil((idle - IDLE_BLOCKS) / 16)));
  }

  /** Forgets some blocks and port sets that no rule names any more; nobody is judged otherwise for it. */
  tidy(): StateChange | undefined {
    if (this.grants.blocks.idle === 0 && !this.ports.hasIdle) return undefined;
    this.ports.dropIdle(TIDIED);
    return this.#follow(new Set(), TIDIED);
  }

  /** Brings classes and rows up to date, and drops so many blocks that no rule names any more. */
  #follow(judged: Set<PodAddress>, droppedBlocks: number): StateChange {
    for (const grants of this.grants.takeDead()) this.rows.remove(grants);
    this.#reclassify(droppedBlocks);
    for (const address of this.pods.place((record) => this.#atomsOf(record))) judged.add(address);
    const classes = { 4: this.spaces[4].classes.settle(), 6: this.spaces[6].classes.settle() };
    for (const family of FAMILIES) this.rows.follow(classes[family]);
    this.#assignRows(judged);
    return { classes, addresses: judged, rows: this.rows.takeChanged() };
  }

  /** Ties policies to the local pods they select; returns the pods for which that changed. */
  #selectSubjects(
    { policies }: ClusterChange,
    gone: Iterable<PodRecord>,
    come: Iterable<PodRecord>,
  ): Set<PodRecord> {
    const rejudged = new Set<PodRecord>();
    for (const pod of gone) this.#policies.forget(pod);
    for (const key of [...policies.removed, ...policies.upserted.map(policyKey)]) {
      const record = this.#policies.remove(key);
      for (const pod of record?.subjects ?? []) rejudged.add(pod);
    }
    for (const pod of come) {
      this.#policies.select(pod);
      rejudged.add(pod);
    }
    // they find the pods that came themselves
    for (const policy of policies.upserted) {
      for (const pod of this.#policies.add(policy).subjects) rejudged.add(pod);
    }
    return rejudged;
  }

  /** Gives pods the grants of their policies; returns the addresses for which they changed. */
  #rejudge(pods: Iterable<PodRecord>, gone: Iterable<PodRecord>): Set<PodAddress> {
    const judged = new Set<PodAddress>();
    const left: Grants[] = [];
    for (const pod of gone) {
      for (const direction of DIRECTIONS)
        if (pod[direction] !== undefined) left.push(pod[direction]);
    }
    for (const pod of pods) {
      for (const direction of DIRECTIONS) {
        const before = pod[direction];
        pod[direction] = this.grants.acquire(pod, direction);
        if (before !== undefined) left.push(before);
        if (before === pod[direction]) continue;
        for (const address of pod.addresses) judged.add(address);
      }
    }
    // what is still wanted was acquired first, so that nothing is given up only to be made again
    for (const grants of left) this.grants.release(grants);
    return judged;
  }

  /** Tells apart what rules say of peers now, and no longer what they do not say any more. */
  #reclassify(droppedBlocks: number): void {
    const blocks = this.grants.blocks.takeFresh();
    for (const family of FAMILIES) this.spaces[family].addBlocks(blocks);
    const [groups, names] = [this.groups.takeFresh(), this.names.registry.takeFresh()];
    // addresses that are yet to be placed find all that is said of them then
    if (this.pods.hasPlaced) {
      for (const { atom, what } of groups) this.#spread(atom, [...this.groups.membersOf(what)]);
      for (const said of names) {
        for (const [atom, pods] of this.names.servers(said, this.pods.all))
          this.#spread(atom, pods);
      }
    }
    const dead = [...this.groups.takeDead().map(({ atom }) => atom), ...this.names.takeDead()];
    const oldBlocks = this.grants.blocks.takeDead(droppedBlocks);
    for (const family of FAMILIES) {
      for (const atom of dead) this.spaces[family].classes.drop(atom);
      this.spaces[family].dropBlocks(oldBlocks);
    }
  }

  #spread(atom: number, pods: readonly PodRecord[]): void {
    for (const family of FAMILIES) {
      const members = pods.flatMap((pod) =>
        pod.addresses.filter((one) => one.family === family && one.owner === pod),
      );
      this.spaces[family].classes.spread(atom, members);
    }
  }

  /** What rules say of a pod, its addresses aside. */
  #atomsOf(record: PodRecord): number[] {
    return [...this.groups.groupsOf(record), ...this.names.atomsOf(record)];
  }

  #assignRows(judged: Set<PodAddress>): void {
    const left = new Set<Row>();
    const assign = (
      address: PodAddress,
      direction: 'ingress' | 'egress',
      row: Row | undefined,
    ): void => {
      const before = address[direction];
      if (before === row) return;
      before?.addresses.delete(address);
      if (before !== undefined) left.add(before);
      row?.addresses.add(address);
      address[direction] = row;
    };
    for (const address of judged) {
      const { owner, family } = address;
      for (const direction of DIRECTIONS) {
        const grants = owner?.isLocal ? owner[direction] : undefined;
        assign(address, direction, grants && this.rows.rowOf(grants, family));
      }
    }
    for (const [old, row] of this.rows.renew()) {
      for (const address of old.addresses) {
        assign(address, row.grants.direction, row);
        judged.add(address);
      }
    }
    for (const row of left) this.rows.dropUnused(row);
  }
}
