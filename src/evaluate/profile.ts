import { FAMILIES } from '../model/address.ts';
import type { Family } from '../model/address.ts';
import type { Cluster } from '../model/cluster.ts';
import { ALL_PORTS } from '../model/port-set.ts';
import { rulesOf } from '../model/policy.ts';
import type { Direction } from '../model/policy.ts';
import { portNameKey } from './distinctions.ts';
import { ClassSet } from './class-set.ts';
import { familiesOf, isNodeTraffic } from './endpoint.ts';
import { EVERYTHING, NOTHING, unknownBit } from './grant.ts';
import type { GrantTable } from './grant.ts';
import { addressView, namedPortsOf, sameNode } from './match.ts';
import type { Id } from './pair-memo.ts';
import type { Population } from './population.ts';
import { RuleGrants } from './rule-grants.ts';
import type { RuleGrant } from './rule-grants.ts';

/** The classes at the other end that are granted the same. */
export interface Cell {
  readonly grant: Id;
  readonly peers: ClassSet;
}

/**
 * What the policies say in one direction of all classes they treat alike. Most peers are granted a
 * base: one for classes of pods, one for the others; the cells hold those granted something else. For
 * classes nothing isolates both bases are everything and there are no cells.
 */
export interface Profile {
  readonly isolated: boolean;
  readonly podBase: Id;
  readonly otherBase: Id;
  readonly cells: readonly Cell[];
  /** The subject classes it speaks for, ascending. */
  readonly classes: number[];
}

/** The profile of each subject class, by direction. */
export interface Profiles {
  readonly all: Readonly<Record<Direction, readonly Profile[]>>;
  /** The number in `all` of each class's profile. */
  readonly of: Readonly<Record<Direction, Int32Array>>;
}

/** Works out what the policies say of every class, each different set of policies once. */
export function profilesOf(cluster: Cluster, population: Population, grants: GrantTable): Profiles {
  const builder = new ProfileBuilder(cluster, population, grants);
  const ingress = builder.build('ingress');
  const egress = builder.build('egress');
  return {
    all: { ingress: ingress.profiles, egress: egress.profiles },
    of: { ingress: ingress.of, egress: egress.of },
  };
}

class ProfileBuilder {
  readonly #cluster: Cluster;
  readonly #population: Population;
  readonly #grants: GrantTable;
  readonly #rules: RuleGrants;
  readonly #families: readonly (readonly Family[])[];
  readonly #nodeTraffic: readonly number[];
  readonly #scratch: Scratch;

  constructor(cluster: Cluster, population: Population, grants: GrantTable) {
    this.#cluster = cluster;
    this.#population = population;
    this.#grants = grants;
    this.#rules = new RuleGrants(cluster, population, grants);
    const { classes } = population;
    this.#scratch = new Scratch(classes.length);
    this.#families = classes.map(({ endpoints }) =>
      familiesOf(addressView(cluster, endpoints[0]!)),
    );
    this.#nodeTraffic = classes
      .filter(({ endpoints }) => isNodeTraffic(endpoints[0]!))
      .map(({ index }) => index);
  }

  build(direction: Direction): { profiles: Profile[]; of: Int32Array } {
    const { subjects } = this.#population;
    const isolating = this.#isolatingPolicies(direction);
    const of = new Int32Array(subjects);
    const profiles: Profile[] = [];
    const byKey = new Map<string, number>();
    for (let index = 0; index < subjects; index++) {
      const policies = isolating[index];
      const key = this.#profileKey(direction, index, policies);
      let number = byKey.get(key);
      if (number === undefined) {
        byKey.set(key, (number = profiles.length));
        profiles.push(this.#profile(direction, index, policies));
      }
      profiles[number]!.classes.push(index);
      of[index] = number;
    }
    return { profiles, of };
  }

  #isolatingPolicies(direction: Direction): (number[] | undefined)[] {
    const isolating: (number[] | undefined)[] = Array.from({ length: this.#population.subjects });
    this.#cluster.policies.forEach((policy, number) => {
      if (!policy.isolates.includes(direction)) return;
      for (const index of this.#rules.subjectsOf(policy)) {
        const list = isolating[index];
        if (list === undefined) isolating[index] = [number];
        else list.push(number);
      }
    });
    return isolating;
  }

  /** All that a profile turns on beside the policies: families, named ports (ingress), nodes (ingress). */
  #profileKey(
    direction: Direction,
    index: number,
    policies: readonly number[] | undefined,
  ): string {
    const families = this.#families[index]!.join();
    if (policies === undefined) return families;
    const key = `${families}|${policies.join()}`;
    if (direction === 'egress') return key;
    const endpoint = this.#population.classes[index]!.endpoints[0]!;
    const { portNames } = this.#population.distinctions;
    const ports = namedPortsOf(endpoint).filter((port) => portNames.has(portNameKey(port)));
    const placement = this.#nodeTraffic.map((other) =>
      sameNode(this.#population.classes[other]!.endpoints[0]!, endpoint),
    );
    return `${key}|${ports.map((port) => `${portNameKey(port)} ${port.number}`).join()}|${placement.join()}`;
  }

  #profile(direction: Direction, index: number, numbers: readonly number[] | undefined): Profile {
    const families = this.#families[index]!;
    if (numbers === undefined) {
      const base = this.#grants.restrict(EVERYTHING, families);
      return { isolated: false, podBase: base, otherBase: base, cells: [], classes: [] };
    }
    const collector = new CellCollector(this.#scratch, this.#population.subjects, this.#grants);
    const own = namedPortsOf(this.#population.classes[index]!.endpoints[0]!);
    for (const number of numbers) {
      const policy = this.#cluster.policies[number]!;
      for (const rule of rulesOf(policy, direction)) {
        for (const granted of this.#rules.of(policy, rule, direction, own)) collector.add(granted);
      }
    }
    if (direction === 'ingress') this.#collectNodes(collector, index);
    return { isolated: true, ...collector.finish(families), classes: [] };
  }

  /** A node's traffic to its own pods passes (N1); where pods run may not be known (D4). */
  #collectNodes(collector: CellCollector, index: number): void {
    const subject = this.#population.classes[index]!.endpoints[0]!;
    for (const other of this.#nodeTraffic) {
      const same = sameNode(this.#population.classes[other]!.endpoints[0]!, subject);
      if (same === 'no') continue;
      const unknowns = same === 'yes' ? 0 : unknownBit('node-placement');
      const grant = this.#grants.addPorts(ALL_PORTS, FAMILIES, unknowns);
      collector.add({ peers: ClassSet.of(this.#population.classes.length, [other]), grant });
    }
  }
}

/** Puts the grants of many overlapping sets of peers together into disjoint cells. */
class CellCollector {
  readonly #grants: GrantTable;
  readonly #scratch: Scratch;
  readonly #subjects: number;
  readonly #collected = new Map<ClassSet, Id>();
  #toAll: Id = NOTHING;

  constructor(scratch: Scratch, subjects: number, grants: GrantTable) {
    this.#scratch = scratch;
    this.#subjects = subjects;
    this.#grants = grants;
  }

  add({ peers, grant }: RuleGrant): void {
    if (peers === 'all') this.#toAll = this.#grants.join(this.#toAll, grant);
    else
      this.#collected.set(peers, this.#grants.join(this.#collected.get(peers) ?? NOTHING, grant));
  }

  finish(families: readonly Family[]): Pick<Profile, 'podBase' | 'otherBase' | 'cells'> {
    const cells = this.#addNarrow(this.#splitWide());
    for (const cell of cells) cell.grant = this.#grants.restrict(cell.grant, families);
    return this.#withBases(cells);
  }

  /** Few sets are wide, and whole words of their bits are cut at once. */
  #splitWide(): MutableCell[] {
    let cells: MutableCell[] = [
      { peers: ClassSet.full(this.#scratch.granted.length), grant: this.#toAll },
    ];
    for (const [set, grant] of this.#collected) {
      if (set.bits === undefined) continue;
      cells = cells.flatMap((cell) => {
        const inside = cell.peers.intersect(set);
        if (inside.count === 0) return [cell];
        const joined: MutableCell = { peers: inside, grant: this.#grants.join(cell.grant, grant) };
        if (inside.count === cell.peers.count) return [joined];
        return [joined, { peers: cell.peers.subtract(set), grant: cell.grant }];
      });
    }
    return cells;
  }

  /** Narrow sets are many: each member is looked at by itself. */
  #addNarrow(wide: MutableCell[]): MutableCell[] {
    const granted = this.#scratch.granted;
    const touched = this.#scratch.touched;
    const grants = new Set<Id>();
    let count = 0;
    for (const [set, grant] of this.#collected) {
      if (set.bits !== undefined) continue;
      set.forEach((member) => {
        let before = granted[member]! - 1;
        if (before === -1) {
          touched[count++] = member;
          before = grantAt(wide, member);
        }
        granted[member] = this.#grants.join(before, grant) + 1;
      });
    }
    if (count === 0) return wide;
    const size = granted.length;
    const ascending = touched.slice(0, count).sort();
    for (let i = 0; i < count; i++) grants.add(granted[ascending[i]!]!);
    const narrow = ClassSet.of(size, ascending);
    for (const cell of wide) cell.peers = cell.peers.subtract(narrow);
    for (const grant of grants) {
      const members =
        grants.size === 1 ? ascending : ascending.filter((one) => granted[one] === grant);
      wide.push({ grant: grant - 1, peers: ClassSet.of(size, members) });
    }
    for (let i = 0; i < count; i++) granted[ascending[i]!] = 0;
    return wide;
  }

  #withBases(cells: readonly MutableCell[]): Pick<Profile, 'podBase' | 'otherBase' | 'cells'> {
    let [mostPods, mostOthers] = [-1, -1];
    let [podBase, otherBase] = [NOTHING, NOTHING];
    for (const { peers, grant } of cells) {
      const pods = peers.countBelow(this.#subjects);
      const others = peers.count - pods;
      if (pods > mostPods) [mostPods, podBase] = [pods, grant];
      if (others > mostOthers) [mostOthers, otherBase] = [others, grant];
    }
    const kept: Cell[] = [];
    for (const { peers, grant } of cells) {
      if (grant === podBase && grant === otherBase) continue;
      const pods =
        grant === otherBase || grant === podBase ? peers.below(this.#subjects) : undefined;
      const rest = pods === undefined ? peers : grant === otherBase ? pods : peers.subtract(pods);
      if (rest.count > 0) kept.push({ peers: rest, grant });
    }
    return { podBase, otherBase, cells: kept };
  }
}

/** Space for the work of one collector after another. */
class Scratch {
  /** By class, the grant plus one; zero between uses. */
  readonly granted: Int32Array;
  readonly touched: Int32Array;

  constructor(size: number) {
    this.granted = new Int32Array(size);
    this.touched = new Int32Array(size);
  }
}

function grantAt(cells: readonly MutableCell[], member: number): Id {
  if (cells.length === 1) return cells[0]!.grant;
  return cells.find(({ peers }) => peers.has(member))!.grant;
}

interface MutableCell {
  peers: ClassSet;
  grant: Id;
}
