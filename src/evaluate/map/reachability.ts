import type { Cluster } from '../../model/cluster.ts';
import type { Direction } from '../../model/policy.ts';
import { GrantFolds } from '../grants/grant-folds.ts';
import { GrantTable } from '../grants/grant.ts';
import type { Reach } from '../grants/reach-table.ts';
import type { Id } from '../ids/pair-memo.ts';
import { Recent } from '../ids/recent.ts';
import { populationOf } from '../population/population.ts';
import type { EndpointClass, Population } from '../population/population.ts';
import { headCount } from '../verdict/endpoint.ts';
import { allIngressOf } from './all-ingress.ts';
import { Incoming } from './incoming.ts';
import { Others } from './others.ts';
import { grantOf } from './profile.ts';
import { Rows } from './rows.ts';
import type { RowParts } from './rows.ts';
import { Sides } from './sides.ts';
import { Templates, writeOut } from './template.ts';
import type { Template } from './template.ts';

/**
 * What one class of sources reaches. Both arrays hold reach ids and belong to the iteration: read them
 * before the next row. A class itself is among its destinations: two different endpoints of it.
 */
export interface Row {
  readonly source: number;
  /** By number of the destination class, for classes of pods policies can select. */
  readonly pods: Int32Array;
  /** For the classes after those: hostNetwork pods, nodes, the outside; the first is number `subjects`. */
  readonly others: Int32Array;
}

/** A row told by what differs from its template; the arrays belong to the iteration. */
export interface Difference {
  readonly source: number;
  readonly template: Template;
  /** How many destinations differ: the first of `to` and `reaches`, each destination once. */
  readonly count: number;
  readonly to: Int32Array;
  /** The reach ids; never less than the template's, for policies only add. */
  readonly reaches: Int32Array;
  /** As in {@link Row}. */
  readonly others: Int32Array;
  /** The same object for rows whose `others` are equal, as far as that is seen without comparing. */
  readonly othersLike: object;
}

/** What rows are worked out from. */
interface ForRows {
  readonly parts: RowParts;
  readonly templates: Templates;
}

/** Who can talk to whom: all pairs of a cluster, exactly, computed row by row when asked. */
export class Reachability {
  readonly cluster: Cluster;
  readonly population: Population;
  readonly #grants = new GrantTable();
  readonly #sides: Sides;
  readonly #others: Others;
  /** Templates written out, kept from one visit of rows to the next: some ask for a few hundred rows at a time. */
  readonly #written: Recent<Template, Int32Array>;
  #rows: ForRows | undefined;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.population = populationOf(cluster);
    const bytesEach = 4 * this.population.subjects + 1;
    this.#written = new Recent(Math.max(FEW_TEMPLATES, Math.floor(TEMPLATE_BYTES / bytesEach)));
    this.#sides = new Sides(cluster, this.population, this.#grants);
    const { districts, open } = this.#sides;
    this.#others = new Others(this.population, this.#grants, open, districts.egress);
  }

  /** Single pairs do without: whoever asks for a few need not wait for what all have in common. */
  #forRows(): ForRows {
    return (this.#rows ??= this.#makeForRows());
  }

  #makeForRows(): ForRows {
    const { classes, subjects } = this.population;
    const ingress = allIngressOf(this.#sides, subjects);
    const folds = new GrantFolds(this.#grants);
    const incoming = new Incoming(ingress.cells, classes.length, subjects, folds);
    for (let index = 0; index < subjects; index++) this.#sides.egressOf(index);
    return {
      parts: { sides: this.#sides, grants: this.#grants, folds, incoming, ingress },
      templates: new Templates(this.#grants, this.#sides.districts.egress, ingress),
    };
  }

  get classes(): readonly EndpointClass[] {
    return this.population.classes;
  }

  /** What a reach id of a row stands for; 0 is nothing, 1 everything. */
  reach(id: Id): Reach {
    return this.#grants.reaches.get(id);
  }

  /** The reach of any of some, as an id; of its unknowns, some may speak of ports that others surely allow. */
  joinReaches(ids: readonly Id[]): Id {
    return this.#grants.reaches.joinAll(ids);
  }

  /** Whether a class has two different endpoints, so that it can reach itself. */
  hasTwo(index: number): boolean {
    const { endpoints } = this.classes[index]!;
    return endpoints.length > 1 || headCount(endpoints[0]!) > 1;
  }

  /** Whether any NetworkPolicy isolates the class in the direction. */
  isIsolated(index: number, direction: Direction): boolean {
    return (
      index < this.population.subjects && this.#sides.isolation[direction].of(index).length > 0
    );
  }

  /** Whether any policy of any tier has a say for the class in the direction. */
  isHeld(index: number, direction: Direction): boolean {
    return index < this.population.subjects && this.#sides.isHeld(index, direction);
  }

  /** What endpoints of one class reach on (different) endpoints of another, as a reach id. */
  pair(from: number, to: number): Id {
    const { subjects } = this.population;
    if (from >= subjects && to >= subjects) return this.#others.between(from, to);
    const { districts } = this.#sides;
    const egress = grantOf(this.#sides.egressOf(from), to, districts.egress, this.#grants);
    const ingress = grantOf(this.#sides.ingressOf(to), from, districts.ingress, this.#grants);
    return this.#grants.meet(egress, ingress);
  }

  /** The table of all grants and reaches of the map; whoever works out more may add theirs. */
  get grants(): GrantTable {
    return this.#grants;
  }

  /** What the policies of a class let through, in a direction, between it and another class: a grant id. */
  granted(direction: Direction, subject: number, peer: number): Id {
    const profile =
      direction === 'egress' ? this.#sides.egressOf(subject) : this.#sides.ingressOf(subject);
    return grantOf(profile, peer, this.#sides.districts[direction], this.#grants);
  }

  /** Visits the row of every class that is a source, or of the wanted ones, in the order of class numbers. */
  forEachRow(visit: (row: Row) => void, wanted: (source: number) => boolean = () => true): void {
    const { subjects } = this.population;
    const pods = new Int32Array(subjects);
    this.forEachDifference(({ source, template, count, to, reaches, others }) => {
      pods.set(this.#written.get(template, (used) => writeOut(template, used)));
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
    const { parts, templates } = this.#forRows();
    const rows = new Rows(parts);
    const space = new Int32Array(classes.length - subjects);
    for (let source = 0; source < classes.length; source++) {
      if (!wanted(source)) continue;
      const district = this.#sides.districts.ingress.of[source]!;
      const egress = this.#sides.egressOf(source);
      const template = templates.of(egress, district);
      rows.begin(source, district, egress, template);
      const { count, to, reaches } = rows.changes;
      const others = this.#others.of(source, egress, space);
      const othersLike = this.#others.like(source, egress);
      visit({ source, template, count, to, reaches, others, othersLike });
    }
  }
}

/** How much memory written-out templates may take, and how many are kept at least. */
const TEMPLATE_BYTES = 4_000_000;
const FEW_TEMPLATES = 16;
