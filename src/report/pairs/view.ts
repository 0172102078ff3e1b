import type { Reachability, Row } from '../../evaluate/map/reachability.ts';
import { isNew } from '../../evaluate/population/new-pod.ts';
import type { EndpointClass } from '../../evaluate/population/population.ts';
import { headCount } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Unknown } from '../../evaluate/verdict/verdict.ts';
import { intersectPorts, isNoPorts, portSetKey } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { ReachRequest } from './request.ts';

/** Endpoints of one class that the request treats alike: the unit of a view, known by its number. */
export interface Part {
  readonly index: number;
  /** The number of their class in the population. */
  readonly class: number;
  readonly endpoints: readonly Endpoint[];
  readonly isSource: boolean;
  readonly isDestination: boolean;
  /** Whether the map is about these endpoints: pairs of others are then not asked for. */
  readonly isAbout: boolean;
  /** Whether two different pods or hosts are among them, so that the part can be at both ends. */
  readonly hasTwo: boolean;
}

/** What a reach lets through that the request is interested in. */
export interface Letting {
  readonly allowed: PortSet;
  readonly depends: PortSet;
  /** What `depends` turns on. */
  readonly unknowns: readonly Unknown[];
}

/** Cells of a row by number of the destination part: reach ids, {@link NOTHING}, {@link NOT_ASKED}. */
export type PartRow = Int32Array;

/** The cell of a pair that lets nothing of interest through. */
export const NOTHING = 0;
/** The cell of a pair the request does not ask about. */
export const NOT_ASKED = -1;

/** How one endpoint is divided where pods of it belong to different groups; most are not. */
export type Divide = (endpoint: Endpoint) => readonly { key: string; endpoint: Endpoint }[];

const WHOLE: Divide = (endpoint) => [{ key: '', endpoint }];

/** How many cells the rows have that are gone through at a time: 32 MB if all are kept. */
const BATCH_CELLS = 8 << 20;

/**
 * The part of a map that a request asks for. Parts have the number of their class; where a filter or a
 * group divides a class, further parts of it get the numbers after the last class.
 */
export class ReachView {
  readonly reachability: Reachability;
  readonly parts: readonly Part[];
  readonly #request: ReachRequest;
  readonly #partsOfClass: readonly (readonly number[])[];
  readonly #destinations: readonly number[];
  readonly #others: readonly number[];
  readonly #lettings: (Letting | undefined)[] = [];
  readonly #shown: (number | undefined)[] = [NOTHING];
  readonly #firstShown = new Map<string, number>();
  readonly #rowsToDo: number;
  #rowsDone = 0;

  /** `passes` is how often the rows will be gone through, for progress. */
  constructor(request: ReachRequest, passes: number, divide: Divide = WHOLE) {
    this.#request = request;
    this.reachability = request.reachability;
    this.parts = partsOf(request, divide);
    const ofClass: number[][] = this.reachability.classes.map(() => []);
    for (const part of this.parts) ofClass[part.class]!.push(part.index);
    this.#partsOfClass = ofClass;
    const numbers = (wanted: boolean): number[] =>
      this.parts.filter((part) => part.isDestination === wanted).map(({ index }) => index);
    this.#destinations = numbers(true);
    this.#others = numbers(false);
    this.#rowsToDo = passes * this.parts.filter(({ isSource }) => isSource).length;
  }

  /** Whether the request asks for the whole map as it is: every class a part, at both ends, on all ports. */
  get isWhole(): boolean {
    const { pair, ports, newPods } = this.#request;
    return (
      pair === undefined &&
      ports === undefined &&
      newPods === undefined &&
      this.parts.length === this.reachability.classes.length &&
      this.#others.length === 0 &&
      this.parts.every(({ isSource }) => isSource)
    );
  }

  /** Whether the request asks about the pair at all. */
  asks(from: Part, to: Part): boolean {
    return from.isAbout || to.isAbout;
  }

  /** Says that the row of one more source is done. */
  countRow(): void {
    this.#request.onRow?.(++this.#rowsDone, this.#rowsToDo);
  }

  /** What a cell stands for. */
  letting(id: number): Letting {
    return (this.#lettings[id] ??= this.#let(id));
  }

  #let(id: number): Letting {
    const { certain, depends, unknowns } = this.reachability.reach(id);
    const { ports } = this.#request;
    const uncertain = ports ? intersectPorts(depends, ports) : depends;
    return {
      allowed: ports ? intersectPorts(certain, ports) : certain,
      depends: uncertain,
      unknowns: isNoPorts(uncertain) ? [] : unknowns,
    };
  }

  /**
   * Visits the row of every source part. The row belongs to the visit; its cell for the part itself
   * speaks of two different pods, whether there are two or not. `notAsked` fills cells that are not.
   */
  forEachRow(
    visit: (part: number, row: PartRow) => void,
    notAsked: number = NOTHING,
    wanted: (part: Part) => boolean = () => true,
  ): void {
    const row = new Int32Array(this.parts.length);
    const sources = this.#sourcesByClass(wanted);
    this.reachability.forEachRow(
      (base) => {
        this.#fill(row, base, notAsked);
        for (const part of sources[base.source]!) {
          if (this.#request.newPods !== undefined) this.#limit(row, base, part, notAsked);
          visit(part, row);
          this.countRow();
        }
      },
      (source) => sources[source]!.length > 0,
    );
  }

  /**
   * As {@link forEachRow}, for those who write text as they go: what `make` makes of the rows, in order.
   * Rows cannot be pulled one by one, so what some hundred of them give is held at a time.
   */
  *fromRows<T>(make: (part: number, row: PartRow) => Iterable<T>): Generator<T> {
    // in the order in which rows are visited, which is that of the classes
    const sources = this.#sourcesByClass(() => true).flat();
    const most = Math.max(1, Math.floor(BATCH_CELLS / this.parts.length));
    for (let start = 0; start < sources.length; start += most) {
      const batch = new Set(sources.slice(start, start + most));
      const made: T[] = [];
      this.forEachRow(
        (part, row) => {
          for (const one of make(part, row)) made.push(one);
        },
        NOTHING,
        ({ index }) => batch.has(index),
      );
      yield* made;
    }
  }

  #sourcesByClass(wanted: (part: Part) => boolean): number[][] {
    return this.#partsOfClass.map((indexes) =>
      indexes.filter((index) => this.parts[index]!.isSource && wanted(this.parts[index]!)),
    );
  }

  #fill(row: PartRow, { source, pods, others }: Row, notAsked: number): void {
    const { parts } = this;
    row.set(pods);
    row.set(others, pods.length);
    for (let i = this.reachability.classes.length; i < parts.length; i++)
      row[i] = row[parts[i]!.class]!;
    const { pair, ports } = this.#request;
    for (const index of this.#others) row[index] = notAsked;
    if (pair === undefined && ports === undefined) return;
    for (const index of this.#destinations) {
      if (pair && !pair(source, parts[index]!.class)) row[index] = notAsked;
      else row[index] = this.#show(row[index]!);
    }
  }

  /** Leaves only what is asked about in the row of a part; parts of one class may differ in that. */
  #limit(row: PartRow, base: Row, part: number, notAsked: number): void {
    this.#fill(row, base, notAsked);
    if (this.parts[part]!.isAbout) return;
    for (const { index, isAbout } of this.parts) if (!isAbout) row[index] = notAsked;
  }

  /** The first of the ids that, as far as the request is interested, let the same through. */
  #show(id: number): number {
    const known = this.#shown[id];
    if (known !== undefined) return known;
    const { allowed, depends, unknowns } = this.letting(id);
    let first = NOTHING;
    if (!isNoPorts(allowed) || !isNoPorts(depends)) {
      const key = `${portSetKey(allowed)} ${portSetKey(depends)} ${unknowns.join()}`;
      first = this.#firstShown.get(key) ?? id;
      this.#firstShown.set(key, first);
    }
    return (this.#shown[id] = first);
  }
}

/** The role of endpoints of one class and group. */
interface Share {
  readonly isSource: boolean;
  readonly isDestination: boolean;
  readonly isAbout: boolean;
  readonly own: Endpoint[];
}

function partsOf(request: ReachRequest, divide: Divide): Part[] {
  const { classes } = request.reachability;
  const first: Part[] = [];
  const further: Part[] = [];
  for (const one of classes) {
    for (const { own, isSource, isDestination, isAbout } of sharesOf(one, request, divide)) {
      const isFirst = first.length === one.index;
      (isFirst ? first : further).push({
        index: isFirst ? one.index : classes.length + further.length,
        class: one.index,
        endpoints: own,
        isSource,
        isDestination,
        isAbout,
        hasTwo: own.length > 1 || headCount(own[0]!) > 1,
      });
    }
  }
  return [...first, ...further];
}

/** The endpoints of a class by what the filters and groups say of them. */
function sharesOf(
  { index, endpoints }: EndpointClass,
  { reachability, source, destination, direction, newPods }: ReachRequest,
  divide: Divide,
): Iterable<Share> {
  const canStart = direction !== 'egress' || reachability.isHeld(index, 'egress');
  const canEnd = direction !== 'ingress' || reachability.isHeld(index, 'ingress');
  const shares = new Map<string, Share>();
  for (const whole of endpoints) {
    const isSource = canStart && source(whole);
    const isDestination = canEnd && destination(whole);
    const isAbout = newPods === undefined || isNew(newPods, whole);
    const divided = divide(whole);
    if (endpoints.length === 1 && divided.length === 1)
      return [{ isSource, isDestination, isAbout, own: [divided[0]!.endpoint] }];
    for (const { key, endpoint } of divided) {
      const full = `${isSource} ${isDestination} ${isAbout} ${key}`;
      const share = shares.get(full);
      if (share === undefined)
        shares.set(full, { isSource, isDestination, isAbout, own: [endpoint] });
      else share.own.push(endpoint);
    }
  }
  return shares.values();
}
