import { Place } from '../../model/place.ts';
import type { Source } from '../../model/place.ts';
import type { Problem, Severity } from '../../model/problem.ts';
import type { FieldPath } from './field-path.ts';
import type { YamlNode } from './node.ts';

/** Of the entries of one map or list, this many are reported for the same fault one by one. */
const MOST_ALIKE = 20;

/** One YAML document of a source while it is read: it makes places and collects problems. */
export class Document {
  readonly source: Source;
  /** 1-based, as editors and kubectl count. */
  readonly number: number;
  /** The path of the root. */
  readonly path: FieldPath;
  readonly #problems: Problem[];
  /** Offsets of values that have been reported already: nothing more is said of their type. */
  #settled: Set<number> | undefined;
  #said: Set<string> | undefined;
  #alike: Map<string, number> | undefined;

  constructor(source: Source, number: number, problems: Problem[], path: FieldPath) {
    this.source = source;
    this.number = number;
    this.path = path;
    this.#problems = problems;
  }

  /** The place of a node, under the field path it was reached by. */
  place(node: Pick<YamlNode, 'start'>, path = this.path): Place {
    return new Place(this.source, this.number, node.start, path.text);
  }

  /** Says that the value at the offset has its problem; errors about it in the model's eyes add nothing. */
  settle(offset: number): void {
    (this.#settled ??= new Set()).add(offset);
  }

  /** Adds a problem, unless the same map or list had its fill of this code already. */
  report(severity: Severity, code: string, place: Place, message: string): void {
    if (severity === 'error' && this.#settled?.has(place.offset) === true) return;
    this.#alike ??= new Map();
    const group = `${code} ${place.path.slice(0, place.path.lastIndexOf('.') + 1)}`;
    const count = (this.#alike.get(group) ?? 0) + 1;
    if (count > MOST_ALIKE) return;
    // a value may be read for two purposes
    this.#said ??= new Set();
    const same = `${code} ${place.offset} ${message}`;
    if (this.#said.has(same)) return;
    this.#said.add(same);
    this.#alike.set(group, count);
    const more = count === MOST_ALIKE ? '; further ones like it beside it are not listed' : '';
    this.#problems.push({ code, severity, message: message + more, place });
  }
}
