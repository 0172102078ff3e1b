import { Place } from '../model/place.ts';
import type { Source } from '../model/place.ts';
import type { Problem, Severity } from '../model/problem.ts';
import type { FieldPaths } from './field-paths.ts';
import type { YamlNode } from './yaml-node.ts';

/** Of the entries of one map or list, this many are reported for the same fault one by one. */
const MOST_ALIKE = 20;

/** One YAML document of a source while it is read: it makes places and collects problems. */
export class Document {
  readonly source: Source;
  /** 1-based, as editors and kubectl count. */
  readonly number: number;
  readonly paths: FieldPaths;
  /** Offsets of values that have been reported already: nothing more is said of their type. */
  readonly #settled = new Set<number>();
  readonly #problems: Problem[];
  readonly #said = new Set<string>();
  readonly #alike = new Map<string, number>();

  constructor(source: Source, number: number, problems: Problem[], paths: FieldPaths) {
    this.source = source;
    this.number = number;
    this.paths = paths;
    this.#problems = problems;
  }

  /** The place of a node, under the field path it was reached by. */
  place(node: Pick<YamlNode, 'start'>, path: string): Place {
    return new Place(this.source, this.number, node.start, path);
  }

  /** Says that the value at the offset has its problem; errors about it in the model's eyes add nothing. */
  settle(offset: number): void {
    this.#settled.add(offset);
  }

  /** Adds a problem, unless the same map or list had its fill of this code already. */
  report(severity: Severity, code: string, place: Place, message: string): void {
    if (severity === 'error' && this.#settled.has(place.offset)) return;
    const group = `${code} ${place.path.slice(0, place.path.lastIndexOf('.') + 1)}`;
    const count = (this.#alike.get(group) ?? 0) + 1;
    if (count > MOST_ALIKE) return;
    // a value may be read for two purposes
    const same = `${code} ${place.offset} ${message}`;
    if (this.#said.has(same)) return;
    this.#said.add(same);
    this.#alike.set(group, count);
    const more = count === MOST_ALIKE ? '; further ones like it beside it are not listed' : '';
    this.#problems.push({ code, severity, message: message + more, place });
  }
}
