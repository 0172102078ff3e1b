import type { Unknown } from '../../evaluate/verdict/verdict.ts';
import { intersectPorts, isNoPorts, portSetKey, subtractPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import { Openings } from './openings.ts';
import { becauseOf, openingsOf } from './ports.ts';
import type { Opening } from './ports.ts';
import { NOTHING } from './view.ts';
import type { ReachView } from './view.ts';

/** What pairs of two groups let through, put together. */
export interface GroupOpening extends Opening {
  /** Whether every pair lets all of the ports through, or only some do. */
  readonly pairs: 'all' | 'some';
}

/** What a reach lets through, and the kinds of openings that groups got by it. */
interface Known {
  readonly sure: Opening | undefined;
  readonly perhaps: Opening | undefined;
  /** A number equal for reaches that surely let the same through. */
  readonly allowed: number;
  readonly depends: PortSet;
  readonly unknowns: readonly Unknown[];
  /** The kinds by `pairs`: of the sure opening, and of the uncertain one by what it depends on. */
  readonly sureKinds: Partial<Record<Pairs, number>>;
  readonly uncertainKinds: Partial<Record<Unknown, Partial<Record<Pairs, number>>>>;
}

type Pairs = GroupOpening['pairs'];

/** Puts the reaches that occur between two groups together to openings. */
export class GroupOpenings {
  readonly all = new Openings<GroupOpening>();
  readonly #view: ReachView;
  /** By reach id. */
  readonly #known: (Known | undefined)[] = [];
  readonly #allowed = new Map<string, number>();

  constructor(view: ReachView) {
    this.#view = view;
  }

  /** Says which group's openings are added from now on. */
  begin(from: number): void {
    this.all.begin(from);
  }

  /** Adds what the source at hand lets through to a group; `ids`, ascending: by what its pairs reach. */
  add(to: number, ids: readonly number[]): void {
    const joined = this.#view.reachability.joinReaches(ids);
    if (joined === NOTHING) return;
    const known = this.#knownOf(joined);
    if (known.sure !== undefined) this.all.add(to, this.#sureKind(known, known.sure, ids));
    if (known.perhaps !== undefined)
      this.all.add(to, this.#uncertainKind(known, known.perhaps, ids));
  }

  #sureKind(known: Known, sure: Opening, ids: readonly number[]): number {
    let pairs: Pairs = 'all';
    for (let i = 0; i < ids.length && pairs === 'all'; i++)
      if (this.#knownOf(ids[i]!).allowed !== known.allowed) pairs = 'some';
    return (known.sureKinds[pairs] ??= this.all.kindOf({ ...sure, pairs }));
  }

  #uncertainKind(known: Known, perhaps: Opening, ids: readonly number[]): number {
    const unknown = this.#onlyUnknown(ids);
    if (unknown === undefined) return this.all.kindOf(this.#uncertain(perhaps, ids));
    const kinds = (known.uncertainKinds[unknown] ??= {});
    const pairs = this.#allLet(perhaps.ports, ids);
    return (kinds[pairs] ??= this.all.kindOf(this.#uncertain(perhaps, ids)));
  }

  /** The one unknown there is; undefined when there are several. */
  #onlyUnknown(ids: readonly number[]): Unknown | undefined {
    let only: Unknown | undefined;
    for (let i = 0; i < ids.length; i++) {
      const { unknowns } = this.#knownOf(ids[i]!);
      if (unknowns.length > 1) return undefined;
      const [unknown] = unknowns;
      if (unknown === undefined || unknown === only) continue;
      if (only !== undefined) return undefined;
      only = unknown;
    }
    return only;
  }

  #uncertain(opening: Opening, ids: readonly number[]): GroupOpening {
    const { ports } = opening;
    let unknowns = this.#unknownsOf(ids);
    if (unknowns.length > 1) {
      // some of them may speak of ports that others surely allow
      unknowns = this.#unknownsOf(
        ids.filter((id) => !isNoPorts(intersectPorts(this.#knownOf(id).depends, ports))),
      );
    }
    return { ...opening, unknowns, because: becauseOf(unknowns), pairs: this.#allLet(ports, ids) };
  }

  /** Whether all of the reaches let the ports through perhaps, or only some. */
  #allLet(ports: PortSet, ids: readonly number[]): Pairs {
    for (let i = 0; i < ids.length; i++)
      if (this.#knownOf(ids[i]!).unknowns.length === 0) return 'some';
    const all = ids.every((id) => isNoPorts(subtractPorts(ports, this.#knownOf(id).depends)));
    return all ? 'all' : 'some';
  }

  #unknownsOf(ids: readonly number[]): Unknown[] {
    return [...new Set(ids.flatMap((id) => this.#knownOf(id).unknowns))];
  }

  #knownOf(id: number): Known {
    return (this.#known[id] ??= this.#learn(id));
  }

  #learn(id: number): Known {
    const letting = this.#view.letting(id);
    const openings = openingsOf(letting);
    const key = portSetKey(letting.allowed);
    let allowed = this.#allowed.get(key);
    if (allowed === undefined) this.#allowed.set(key, (allowed = this.#allowed.size));
    return {
      sure: openings.find(({ certainty }) => certainty === 'allowed'),
      perhaps: openings.find(({ certainty }) => certainty === 'depends'),
      allowed,
      depends: letting.depends,
      unknowns: letting.unknowns,
      sureKinds: {},
      uncertainKinds: {},
    };
  }
}
