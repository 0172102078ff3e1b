import type { Cluster } from '../model/cluster.ts';
import type { Direction } from '../model/policy.ts';
import { Changes } from './changes.ts';
import type { Start } from './changes.ts';
import { headCount } from './endpoint.ts';
import { GrantTable, NOTHING } from './grant.ts';
import type { Reach } from './grant.ts';
import { Incoming } from './incoming.ts';
import { MeetsOfOne } from './meets-of-one.ts';
import type { Id } from './pair-memo.ts';
import { populationOf } from './population.ts';
import type { EndpointClass, Population } from './population.ts';
import { grantOf } from './profile.ts';
import type { Profile } from './profile.ts';
import { Recent } from './recent.ts';
import { Sides } from './sides.ts';
import type { SourceKind } from './sides.ts';

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

/**
 * What sources of a kind reach that grant alike by their bases: the same for every destination of a
 * group. Most of a row is its template, so that what all pairs have in common is worked out once.
 */
export interface Template {
  readonly groups: DestinationGroups;
  /** The reach id by group. */
  readonly reaches: Uint32Array;
}

/** A row told by what differs from its template; the arrays belong to the iteration. */
export interface Difference {
  readonly source: number;
  readonly template: Template;
  /** How many destinations differ: the first of `to` and `reaches`, each destination once. */
  readonly count: number;
  readonly to: Int32Array;
  /** The reach ids; never less than the template's, for policies only add. */
  readonly reaches: Uint32Array;
  /** As in {@link Row}. */
  readonly others: Uint32Array;
  /** Equal for rows whose `others` are equal, as they are for all sources of one egress profile. */
  readonly othersLike: object;
}

/** Who can talk to whom: all pairs of a cluster, exactly, computed row by row when asked. */
export class Reachability {
  readonly cluster: Cluster;
  readonly population: Population;
  readonly #grants = new GrantTable();
  readonly #sides: Sides;
  /** What each subject class grants every source of a kind, beside the cells of `#incoming`. */
  readonly #ingressBase: Readonly<Record<SourceKind, Uint32Array>>;
  readonly #incoming: Incoming;
  readonly #meets: MeetsOfOne;
  readonly #templates = new Map<string, Template>();
  readonly #groups: Readonly<Record<SourceKind, DestinationGroups>>;
  readonly #classKinds = new Map<string, object>();
  readonly #otherTemplates = new Map<Id, Uint32Array>();
  /** How many classes of hostNetwork pods come right after the subjects. */
  readonly #hostPods: number;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.population = populationOf(cluster);
    const { classes, subjects } = this.population;
    this.#sides = new Sides(cluster, this.population, this.#grants);
    const { bases, cells } = this.#sides.allIngress();
    this.#ingressBase = bases;
    const { of } = this.#sides.zones;
    this.#groups = {
      known: groupDestinations(of, bases.known),
      unknown: groupDestinations(of, bases.unknown),
      other: groupDestinations(of, bases.other),
    };
    this.#incoming = new Incoming(cells, classes.length);
    for (let index = 0; index < subjects; index++) this.#sides.egressOf(index);
    this.#meets = new MeetsOfOne(this.#grants);
    const isHostPod = ({ index, endpoints }: EndpointClass): boolean =>
      index >= subjects && endpoints[0]!.kind === 'workload';
    this.#hostPods = classes.filter(isHostPod).length;
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
    return (
      index < this.population.subjects && this.#sides.isolation[direction].of(index).length > 0
    );
  }

  /** What endpoints of one class reach on (different) endpoints of another, as a reach id. */
  pair(from: number, to: number): Id {
    const { subjects } = this.population;
    if (from >= subjects && to >= subjects) return this.#betweenOthers(from, to);
    const egress = grantOf(this.#sides.egressOf(from), to, this.#sides.zones, this.#grants);
    const ingress = grantOf(this.#sides.ingressOf(to), from, this.#sides.zones, this.#grants);
    return this.#grants.meet(egress, ingress);
  }

  /** Nothing is listed between nodes and the outside; hostNetwork pods, which no policy holds, reach all. */
  #betweenOthers(from: number, to: number): Id {
    const isPod = (index: number): boolean =>
      this.classes[index]!.endpoints[0]!.kind === 'workload';
    if (!isPod(from) && !isPod(to)) return NOTHING;
    return this.#grants.meet(this.#sides.open[from]!, this.#sides.open[to]!);
  }

  /** Visits the row of every class that is a source, or of the wanted ones, in the order of class numbers. */
  forEachRow(visit: (row: Row) => void, wanted: (source: number) => boolean = () => true): void {
    const { subjects } = this.population;
    const pods = new Uint32Array(subjects);
    const most = Math.max(FEW_TEMPLATES, Math.floor(TEMPLATE_BYTES / (4 * subjects + 1)));
    const written = new Recent<Template, Uint32Array>(most);
    this.forEachDifference(({ source, template, count, to, reaches, others }) => {
      pods.set(written.get(template, (used) => writeOut(template, used)));
      for (let i = 0; i < count; i++) pods[to[i]!] = reaches[i]!;
      visit({ source, pods, others });
    }, wanted);
  }

  /** As {@link forEachRow}, each row told by what differs from its template: all pairs, in far fewer steps. */
  forEachDifference(
    visit: (difference: Difference) => void,
    wanted: (source: number) => boolean = () => true,
  ): void {
    const { classes, subjects } = this.population;
    const grants = this.#grants;
    const otherSpace = new Uint32Array(classes.length - subjects);
    const changes = new Changes(subjects);
    const zoneOf = this.#sides.zones.of;
    const starts: Record<SourceKind, Recent<Profile, Start>> = {
      known: new Recent(FEW_TEMPLATES),
      unknown: new Recent(FEW_TEMPLATES),
      other: new Recent(FEW_TEMPLATES),
    };
    for (let source = 0; source < classes.length; source++) {
      if (!wanted(source)) continue;
      const kind = this.#sides.kindOf(source);
      const egress = this.#sides.egressOf(source);
      const template = this.#template(egress, kind);
      const { reaches: byGroup } = template;
      const { groupOf } = template.groups;
      const base = this.#ingressBase[kind];
      const own = starts[kind].get(egress, () => {
        changes.clear();
        this.#collectOwn(changes, egress, base);
        return changes.copy();
      });
      changes.restore(own);
      this.#incoming.forEach(source, ({ destinations, grant: ingress }) => {
        for (let i = 0; i < destinations.length; i++) {
          const to = destinations[i]!;
          const known = changes.find(to);
          const granted = known === -1 ? egress.zoneBases[zoneOf[to]!]! : changes.grants[known]!;
          if (granted === NOTHING) continue;
          let at = known;
          if (at === -1) {
            at = changes.at(to, granted);
            changes.reaches[at] = byGroup[groupOf[to]!]!;
          }
          changes.reaches[at] = grants.joinReach(
            changes.reaches[at]!,
            grants.meet(granted, ingress),
          );
        }
      });
      const { count, to, reaches } = changes;
      const others = this.#othersOf(source, egress, otherSpace);
      const othersLike = source < subjects ? egress : this.#classKind(source);
      visit({ source, template, count, to, reaches, others, othersLike });
    }
  }

  /** What the cells of an egress profile change: the same for all its sources. */
  #collectOwn(changes: Changes, { cells, zoneBases }: Profile, ingressBase: Uint32Array): void {
    const { subjects } = this.population;
    const zoneOf = this.#sides.zones.of;
    for (const { peers, grant } of cells) {
      peers.forEach((to) => {
        if (to >= subjects) return;
        const at = changes.at(to, zoneBases[zoneOf[to]!]!);
        changes.grants[at] = this.#grants.join(changes.grants[at]!, grant);
      });
    }
    for (let at = 0; at < changes.count; at++) {
      changes.reaches[at] = this.#grants.meet(changes.grants[at]!, ingressBase[changes.to[at]!]!);
    }
  }

  /** Sources after the pods reach the others by their kind and families alone. */
  #classKind(source: number): object {
    const key = `${this.classes[source]!.endpoints[0]!.kind} ${this.#sides.open[source]}`;
    let kind = this.#classKinds.get(key);
    if (kind === undefined) this.#classKinds.set(key, (kind = {}));
    return kind;
  }

  /** What a source of the kind that grants these bases, and nothing more, reaches. */
  #template({ zoneBases, zoneKey }: Profile, kind: SourceKind): Template {
    const key = `${kind} ${zoneKey}`;
    let template = this.#templates.get(key);
    if (template === undefined) {
      const groups = this.#groups[kind];
      const reaches = Uint32Array.from(groups.zone, (zone, group) =>
        this.#grants.meet(zoneBases[zone]!, groups.ingress[group]!),
      );
      this.#templates.set(key, (template = { groups, reaches }));
    }
    return template;
  }

  /** What a pod that grants `base` to all others reaches on every class after the subjects. */
  #otherTemplate(base: Id): Uint32Array {
    let template = this.#otherTemplates.get(base);
    if (template === undefined) {
      template = this.#meetEach(base, this.#sides.open.subarray(this.population.subjects));
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
        if (to < subjects) return;
        const more = this.#grants.meet(grant, this.#sides.open[to]!);
        others[to - subjects] = this.#grants.joinReach(others[to - subjects]!, more);
      });
    }
    return others;
  }
}

/** Destinations of the same zone that grant a kind of source the same base: alike to every template. */
export interface DestinationGroups {
  readonly groupOf: Uint32Array;
  /** By group. */
  readonly zone: readonly number[];
  readonly ingress: readonly Id[];
}

function groupDestinations(zoneOf: Int32Array, ingressBase: Uint32Array): DestinationGroups {
  const zone: number[] = [];
  const ingress: Id[] = [];
  const groups = new Map<number, number>();
  const groupOf = ingressBase.map((base, to) => {
    const key = zoneOf[to]! * 0x100_0000 + base;
    let group = groups.get(key);
    if (group === undefined) {
      groups.set(key, (group = zone.length));
      zone.push(zoneOf[to]!);
      ingress.push(base);
    }
    return group;
  });
  return { groupOf, zone, ingress };
}

function writeOut({ groups, reaches }: Template, used: Uint32Array | undefined): Uint32Array {
  const { groupOf } = groups;
  const pods = used ?? new Uint32Array(groupOf.length);
  for (let to = 0; to < pods.length; to++) pods[to] = reaches[groupOf[to]!]!;
  return pods;
}

/** How much memory written-out templates may take, and how many are kept at least. */
const TEMPLATE_BYTES = 64_000_000;
const FEW_TEMPLATES = 48;
