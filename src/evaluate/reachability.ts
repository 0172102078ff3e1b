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
import type { Profile, Profiles } from './profile.ts';

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
  readonly #meets: MeetsOfOne;
  readonly #templates: Readonly<Record<SourceKind, Map<Id, Uint32Array>>> = {
    pod: new Map(),
    other: new Map(),
  };
  readonly #openProfiles = new Map<Id, Profile>();
  readonly #otherTemplates = new Map<Id, Uint32Array>();

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
    this.#meets = new MeetsOfOne(this.#grants);
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
    const otherSpace = new Uint32Array(classes.length - subjects);
    const starts = new Recent<Profile, RowStart>(RECENT_STARTS);
    for (let source = 0; source < classes.length; source++) {
      if (!wanted(source)) continue;
      const isPod = source < subjects;
      const egress = isPod ? this.#profileOf(source, 'egress') : this.#openProfile(source);
      const { reaches, granted } = starts.get(egress, (used) =>
        this.#startOf(egress, isPod ? 'pod' : 'other', used),
      );
      pods.set(reaches);
      incoming.forEach(source, ({ classes: destinations }, ingress) => {
        let lastGrant = -1;
        let lastReach = NOTHING;
        for (let i = 0; i < destinations.length; i++) {
          const to = destinations[i]!;
          const grant = granted[to]!;
          if (grant !== lastGrant) {
            lastGrant = grant;
            lastReach = this.#grants.meet(grant, ingress);
          }
          pods[to] = lastReach;
        }
      });
      visit({ source, pods, others: this.#othersOf(source, egress, otherSpace) });
    }
  }

  /** The egress of a source no policy can isolate; one value for each set of families. */
  #openProfile(source: number): Profile {
    const base = this.#open[source]!;
    let profile = this.#openProfiles.get(base);
    if (profile === undefined) {
      profile = { isolated: false, podBase: base, otherBase: base, cells: [], classes: [] };
      this.#openProfiles.set(base, profile);
    }
    return profile;
  }

  /** What all sources of one egress profile have in common, before destinations that single some out. */
  #startOf({ podBase, cells }: Profile, kind: SourceKind, used: RowStart | undefined): RowStart {
    const { subjects } = this.population;
    const ingressBase = this.#ingressBase[kind];
    const granted = (used?.granted ?? new Uint32Array(subjects)).fill(podBase);
    const reaches = used?.reaches ?? new Uint32Array(subjects);
    reaches.set(this.#template(podBase, kind));
    for (const { peers, grant } of cells) {
      this.#meets.begin(grant);
      peers.forEach((to) => {
        if (to >= subjects) return;
        granted[to] = grant;
        reaches[to] = this.#meets.with(ingressBase[to]!);
      });
    }
    return { granted, reaches };
  }

  /** What a source of the kind that grants `base` to all reaches on every subject class outside cells. */
  #template(base: Id, kind: SourceKind): Uint32Array {
    let template = this.#templates[kind].get(base);
    if (template === undefined) {
      template = this.#meetEach(base, this.#ingressBase[kind]);
      this.#templates[kind].set(base, template);
    }
    return template;
  }

  /** What a pod that grants `base` to all others reaches on every class after the subjects. */
  #otherTemplate(base: Id): Uint32Array {
    let template = this.#otherTemplates.get(base);
    if (template === undefined) {
      template = this.#meetEach(base, this.#open.subarray(this.population.subjects));
      this.#otherTemplates.set(base, template);
    }
    return template;
  }

  #meetEach(grant: Id, others: Uint32Array): Uint32Array {
    const reaches = new Uint32Array(others.length);
    this.#meets.begin(grant);
    for (let i = 0; i < others.length; i++) reaches[i] = this.#meets.with(others[i]!);
    return reaches;
  }

  /** The row's part after the subjects; `others` is the array it may use. */
  #othersOf(source: number, egress: Profile, others: Uint32Array): Uint32Array {
    const { classes, subjects } = this.population;
    if (source >= subjects) {
      const isPod = classes[source]!.endpoints[0]!.kind === 'workload';
      others.fill(NOTHING);
      // a node or an address has to do only with hostNetwork pods here
      const limit = isPod ? others.length : this.#hostPods;
      for (let i = 0; i < limit; i++) others[i] = this.#betweenOthers(source, subjects + i);
      return others;
    }
    const template = this.#otherTemplate(egress.otherBase);
    if (!egress.cells.some(({ peers }) => peers.highest >= subjects)) return template;
    others.set(template);
    for (const { peers, grant } of egress.cells) {
      if (peers.highest < subjects) continue;
      peers.forEach((to) => {
        if (to >= subjects) others[to - subjects] = this.#grants.meet(grant, this.#open[to]!);
      });
    }
    return others;
  }
}

/** Meets one grant with many others: few of the many differ, so each is worked out once. */
class MeetsOfOne {
  readonly #grants: GrantTable;
  readonly #reaches: Int32Array;
  readonly #stamps: Int32Array;
  #stamp = 0;
  #grant: Id = NOTHING;

  constructor(grants: GrantTable) {
    this.#grants = grants;
    this.#reaches = new Int32Array(grants.grantCount);
    this.#stamps = new Int32Array(grants.grantCount);
  }

  begin(grant: Id): void {
    this.#grant = grant;
    this.#stamp++;
  }

  with(other: Id): Id {
    if (this.#stamps[other] !== this.#stamp) {
      this.#stamps[other] = this.#stamp;
      this.#reaches[other] = this.#grants.meet(this.#grant, other);
    }
    return this.#reaches[other]!;
  }
}

/** Sources come in two kinds, which an ingress profile may grant different bases. */
type SourceKind = 'pod' | 'other';

/** What sources of one egress profile grant each destination, and reach there by its base. */
interface RowStart {
  readonly granted: Uint32Array;
  readonly reaches: Uint32Array;
}

/** Classes of a namespace come together and share few profiles, so few starts are worth keeping. */
const RECENT_STARTS = 48;

/** The most recently used of values that are costly to make and to keep; space of dropped ones is used again. */
class Recent<K, V> {
  readonly #values = new Map<K, V>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: K, make: (used: V | undefined) => V): V {
    let value = this.#values.get(key);
    if (value === undefined)
      value = make(this.#values.size < this.#most ? undefined : this.#dropOldest());
    else this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  #dropOldest(): V | undefined {
    for (const [key, value] of this.#values) {
      this.#values.delete(key);
      return value;
    }
    return undefined;
  }
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
