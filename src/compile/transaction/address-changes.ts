import { FAMILIES } from '../../model/address.ts';
import { Run } from '../matrix/outside-runs.ts';
import type { PeerClass } from '../matrix/peer-class.ts';
import { PodAddress } from '../matrix/pod-record.ts';
import { eachPortElement } from '../matrix/port-set-table.ts';
import { formatId } from '../ruleset/id-source.ts';
import { linkOfPod } from '../ruleset/node.ts';
import type { NodeOptions } from '../ruleset/node.ts';
import * as names from '../ruleset/set-names.ts';
import { isKnown } from './disturbance.ts';
import type { Delta } from './element-changes.ts';
import type { NodeState, StateChange } from './node-state.ts';

/** Writes what changed of port sets and of addresses: who is in which class, and which are known. */
export class AddressChanges {
  readonly #apply: Delta['apply'];
  readonly #sweep: Delta['sweep'];
  readonly #state: NodeState;
  readonly #options: NodeOptions;

  constructor(
    state: NodeState,
    options: NodeOptions,
    { apply, sweep }: Pick<Delta, 'apply' | 'sweep'>,
  ) {
    this.#state = state;
    this.#options = options;
    this.#apply = apply;
    this.#sweep = sweep;
  }

  /** Names port sets that came into use; what spells out those nobody uses is swept. */
  ports(): void {
    const { added, dropped } = this.#state.ports.settle();
    for (const { set, id } of added) {
      eachPortElement(set, id!, (name, element) => this.#apply.add(name, element));
      if (set.other) this.#apply.add(names.OTHERS, formatId(id!));
    }
    for (const { ports, id } of dropped) {
      eachPortElement(ports.set, id, (name, element) => this.#sweep.delete(name, element));
      if (ports.set.other) this.#sweep.delete(names.OTHERS, formatId(id));
    }
  }

  /** The classes of pods' addresses, and which addresses are of local pods. */
  peers({ addresses, classes }: StateChange, renamed: readonly PeerClass[]): void {
    const dirty = new Set(addresses);
    for (const family of FAMILIES) {
      for (const member of classes[family].before.keys()) {
        if (member instanceof PodAddress) dirty.add(member);
      }
    }
    for (const { members } of renamed) {
      for (const member of members) if (member instanceof PodAddress) dirty.add(member);
    }
    for (const address of dirty) {
      const { family, text, kernel, class: own } = address;
      const id = own?.id;
      if (kernel.peer !== id) {
        if (kernel.peer !== undefined) this.#apply.delete(names.peersOf(family), text);
        if (id !== undefined) this.#apply.add(names.peersOf(family), text, formatId(id));
        kernel.peer = id;
      }
    }
    for (const address of addresses) this.#knownAs(address);
  }

  #knownAs(address: PodAddress): void {
    const { family, text, kernel, owner } = address;
    const known = isKnown(address);
    if (known !== kernel.known) {
      if (known) this.#apply.add(names.knownOf(family), text);
      else this.#apply.delete(names.knownOf(family), text);
    }
    const link = known ? linkOfPod(this.#options, owner!.key) : undefined;
    if (link === kernel.link) return;
    const set = names.sourcesOf(family);
    if (kernel.link !== undefined) this.#apply.delete(set, `${kernel.link} . ${text}`);
    if (link !== undefined) this.#apply.add(set, `${link} . ${text}`);
    kernel.link = link;
  }

  /** The classes of outside addresses. */
  blocks({ classes }: StateChange, renamed: readonly PeerClass[]): void {
    for (const family of FAMILIES) {
      const { runs } = this.#state.spaces[family];
      const set = names.blocksOf(family);
      for (const run of runs.takeRemoved()) this.#apply.delete(set, run.kernel!.key);
      const dirty = new Set(runs.takeDirty());
      for (const member of classes[family].before.keys()) {
        if (member instanceof Run && member.class !== undefined) dirty.add(member);
      }
      for (const peers of renamed) {
        if (peers.family !== family || peers.ofPods) continue;
        for (const member of peers.members) dirty.add(member as Run);
      }
      for (const run of dirty) {
        const [key, id] = [runs.elementOf(run), run.class!.id];
        if (run.kernel?.key === key && run.kernel.id === id) continue;
        if (run.kernel !== undefined) this.#apply.delete(set, run.kernel.key);
        this.#apply.add(set, key, formatId(id));
        run.kernel = { key, id };
      }
    }
  }
}
