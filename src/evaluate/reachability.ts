import type { Cluster } from '../model/cluster.ts';
import type { Direction } from '../model/policy.ts';
import { familiesOf, headCount } from './endpoint.ts';
import { EVERYTHING, GrantTable, NOTHING } from './grant.ts';
import type { Reach } from './grant.ts';
import { addressView } from './match.ts';
import type { Id } from './pair-memo.ts';
import { populationOf } from './population.ts';
import type { EndpointClass, Population } from './population.ts';
import { profilesOf } from './profile.ts';
import type { Cell, Profile, Profiles } from './profile.ts';

/**
 * What one class of sources reaches. Both arrays hold reach ids and belong to the iteration: read them
 * before the next row. A class itself is among its destinations: two different endpoints of it.
 */
export interface Row {
  readonly source: number;
  /** By number of the destination class, for classes of pods policies can select. */
  readonly pods: Uint32Array;
  /** For the classes after those: hostNetwork pods, nodes, the outside; the first is number `subjects`. */
  readonly others: Uint32Array;
}

/** Who can talk to whom: all pairs of a cluster, exactly, computed row by row when asked. */
export class Reachability {
  readonly cluster: Cluster;
  readonly population: Population;
  readonly #grants = new GrantTable();
  readonly #profiles: Profiles;
  /** What each class lets through when no policy applies to it: everything over its families. */
  readonly #open: Uint32Array;
  /** What each subject class grants every source of a kind that is in no cell of its ingress profile. */
  readonly #ingressBase: Readonly<Record<SourceKind, Uint32Array>>;
  readonly #templates: Readonly<Record<SourceKind, Map<Id, Uint32Array>>> = {
    pod: new Map(),
    other: new Map(),
  };
  readonly #otherTemplates = new Map<Id, Uint32Array>();
  readonly #others = new Map<Profile, Uint32Array>();

  /** How many classes of hostNetwork pods come right after the subjects. */
  readonly #hostPods: number;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.population = populationOf(cluster);
    this.#profiles = profilesOf(cluster, this.population, this.#grants);
    const { classes, subjects } = this.population;
    this.#open = Uint32Array.from(classes, ({ endpoints }) =>
      this.#grants.restrict(EVERYTHING, familiesOf(addressView(cluster, endpoints[0]!))),
    );
    const isHostPod = ({ index, endpoints }: EndpointClass): boolean =>
      index >= subjects && endpoints[0]!.kind === 'workload';
    this.#hostPods = classes.filter(isHostPod).length;
    const { all, of } = this.#profiles;
    const profile = (index: number): Profile => all.ingress[of.ingress[index]!]!;
    this.#ingressBase = {
      pod: Uint32Array.from({ length: subjects }, (_, i) => profile(i).podBase),
      other: Uint32Array.from({ length: subjects }, (_, i) => profile(i).otherBase),
    };
  }

  get classes(): readonly EndpointClass[] {
    return this.population.classes;
  }

  /** What a reach id of a row stands for; 0 is nothing, 1 everything. */
  reach(id: Id): Reach {
    return this.#grants.reach(id);
  }

  /** The reach of either of two, as an id. */
  joinReach(a: Id, b: Id): Id {
    return this.#grants.joinReach(a, b);
  }

  /** Whether a class has two different endpoints, so that it can reach itself. */
  hasTwo(index: number): boolean {
    const { endpoints } = this.classes[index]!;
    return endpoints.length > 1 || headCount(endpoints[0]!) > 1;
  }

  /** Whether any policy isolates the class in the direction. */
  isIsolated(index: number, direction: Direction): boolean {
    return index < this.population.subjects && this.#profileOf(index, direction).isolated;
  }

  #profileOf(index: number, direction: Direction): Profile {
    return this.#profiles.all[direction][this.#profiles.of[direction][index]!]!;
  }

  /** What endpoints of one class reach on (different) endpoints of another, as a reach id. */
  pair(from: number, to: number): Id {
    const { subjects } = this.population;
    if (from >= subjects && to >= subjects) return this.#betweenOthers(from, to);
    const egress =
      from < subjects ? grantTo(this.#profileOf(from, 'egress'), to, subjects) : this.#open[from]!;
    const ingress =
      to < subjects ? grantTo(this.#profileOf(to, 'ingress'), from, subjects) : this.#open[to]!;
    return this.#grants.meet(egress, ingress);
  }

  /** Nothing is listed between nodes and the outside; hostNetwork pods, which no policy holds, reach all. */
  #betweenOthers(from: number, to: number): Id {
    const isPod = (index: number): boolean =>
      this.classes[index]!.endpoints[0]!.kind === 'workload';
    if (!isPod(from) && !isPod(to)) return NOTHING;
    return this.#grants.meet(this.#open[from]!, this.#open[to]!);
  }

  /** Visits the row of every class that is a source, or of the wanted ones, in the order of class numbers. */
  forEachRow(visit: (row: Row) => void, wanted: (source: number) => boolean = () => true): void {
    const { classes, subjects } = this.population;
    const incoming = new IncomingCells(this.#profiles.all.ingress, classes.length);
    const pods = new Uint32Array(subjects);
    const granted = new Uint32Array(subjects);
    let current: Profile | undefined;
    for (let source = 0; source < classes.length; source++) {
      if (!wanted(source)) continue;
      const kind: SourceKind = source < subjects ? 'pod' : 'other';
      const egress =
        kind === 'pod' ? this.#profileOf(source, 'egress') : openProfile(this.#open[source]!);
      if (egress !== current) {
        if (egress.podBase !== current?.podBase) granted.fill(egress.podBase);
        else
          for (const { peers } of current.cells) setEach(granted, peers, subjects, egress.podBase);
        for (const { peers, grant } of egress.cells) setEach(granted, peers, subjects, grant);
        current = egress;
      }
      pods.set(this.#template(egress.podBase, kind));
      this.#overlayCells(pods, egress, this.#ingressBase[kind]);
      incoming.forEach(source, (profile, grant) =>
        this.#overlayIncoming(pods, granted, profile, grant),
      );
      visit({ source, pods, others: this.#othersOf(source, egress) });
    }
  }

  /** What a source of the kind that grants `base` to all reaches on every subject class outside cells. */
  #template(base: Id, kind: SourceKind): Uint32Array {
    let template = this.#templates[kind].get(base);
    if (template === undefined) {
      template = this.#ingressBase[kind].map((ingress) => this.#grants.meet(base, ingress));
      this.#templates[kind].set(base, template);
    }
    return template;
  }

  /** What a pod that grants `base` to all others reaches on every class after the subjects. */
  #otherTemplate(base: Id): Uint32Array {
    let template = this.#otherTemplates.get(base);
    if (template === undefined) {
      const open = this.#open.subarray(this.population.subjects);
      template = open.map((ingress) => this.#grants.meet(base, ingress));
      this.#otherTemplates.set(base, template);
    }
    return template;
  }

  #overlayCells(pods: Uint32Array, { cells }: Profile, ingressBase: Uint32Array): void {
    const { subjects } = this.population;
    for (const { peers, grant } of cells) {
      peers.forEach((to) => {
        if (to < subjects) pods[to] = this.#grants.meet(grant, ingressBase[to]!);
      });
    }
  }

  #overlayIncoming(
    pods: Uint32Array,
    granted: Uint32Array,
    { classes }: Profile,
    ingress: Id,
  ): void {
    let lastGrant = -1;
    let lastReach = NOTHING;
    for (let i = 0; i < classes.length; i++) {
      const to = classes[i]!;
      const egress = granted[to]!;
      if (egress !== lastGrant) {
        lastGrant = egress;
        lastReach = this.#grants.meet(egress, ingress);
      }
      pods[to] = lastReach;
    }
  }

  #othersOf(source: number, egress: Profile): Uint32Array {
    const { classes, subjects } = this.population;
    const count = classes.length - subjects;
    if (source >= subjects) {
      const others = new Uint32Array(count);
      const isPod = classes[source]!.endpoints[0]!.kind === 'workload';
      const limit = isPod ? count : this.#hostPods; // only those have anything to do with a node or address
      for (let i = 0; i < limit; i++) others[i] = this.#betweenOthers(source, subjects + i);
      return others;
    }
    let others = this.#others.get(egress);
    if (others === undefined) {
      others = this.#otherTemplate(egress.otherBase).slice();
      for (const { peers, grant } of egress.cells) {
        peers.forEach((to) => {
          if (to >= subjects) others![to - subjects] = this.#grants.meet(grant, this.#open[to]!);
        });
      }
      this.#others.set(egress, others);
    }
    return others;
  }
}

/** Sources come in two kinds, which an ingress profile may grant different bases. */
type SourceKind = 'pod' | 'other';

/** The egress of something no policy isolates. */
function openProfile(base: Id): Profile {
  return { isolated: false, podBase: base, otherBase: base, cells: [], classes: [] };
}

function setEach(granted: Uint32Array, peers: Cell['peers'], limit: number, grant: Id): void {
  peers.forEach((member) => {
    if (member < limit) granted[member] = grant;
  });
}

function grantTo({ cells, podBase, otherBase }: Profile, peer: number, subjects: number): Id {
  const cell = cells.find(({ peers }) => peers.has(peer));
  return cell?.grant ?? (peer < subjects ? podBase : otherBase);
}

/**
 * The ingress cells turned round: for a source, the cells it is in. Small sets are listed once by
 * member; large ones, kept as bits, are read 32 sources at a time, so that nothing of the size of all
 * pairs is ever held.
 */
class IncomingCells {
  readonly #profiles: Profile[] = [];
  readonly #grants: Id[] = [];
  readonly #starts: Uint32Array;
  readonly #listed: Uint32Array;
  readonly #wide: { cell: number; bits: Uint32Array }[] = [];
  readonly #block: number[][] = Array.from({ length: 32 }, () => []);
  #loaded = -1;

  constructor(profiles: readonly Profile[], size: number) {
    const small: { cell: number; members: Int32Array }[] = [];
    for (const profile of profiles) {
      for (const { grant, peers } of profile.cells) {
        const cell = this.#profiles.push(profile) - 1;
        this.#grants.push(grant);
        if (peers.bits) this.#wide.push({ cell, bits: peers.bits });
        else small.push({ cell, members: peers.toArray() });
      }
    }
    this.#starts = new Uint32Array(size + 1);
    for (const { members } of small)
      for (let i = 0; i < members.length; i++) this.#starts[members[i]! + 1]!++;
    for (let i = 0; i < size; i++) this.#starts[i + 1]! += this.#starts[i]!;
    this.#listed = new Uint32Array(this.#starts[size]!);
    const next = this.#starts.slice();
    for (const { cell, members } of small) {
      for (let i = 0; i < members.length; i++) this.#listed[next[members[i]!]!++] = cell;
    }
  }

  forEach(source: number, visit: (profile: Profile, grant: Id) => void): void {
    for (let at = this.#starts[source]!; at < this.#starts[source + 1]!; at++) {
      const cell = this.#listed[at]!;
      visit(this.#profiles[cell]!, this.#grants[cell]!);
    }
    if (source >>> 5 !== this.#loaded) this.#load(source >>> 5);
    const cells = this.#block[source & 31]!;
    for (let i = 0; i < cells.length; i++)
      visit(this.#profiles[cells[i]!]!, this.#grants[cells[i]!]!);
  }

  #load(word: number): void {
    this.#loaded = word;
    for (const list of this.#block) list.length = 0;
    for (const { cell, bits } of this.#wide) {
      for (let rest = bits[word]!; rest !== 0; rest &= rest - 1) {
        this.#block[31 - Math.clz32(rest & -rest)]!.push(cell);
      }
    }
  }
}
