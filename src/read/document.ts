import { Place } from '../model/place.ts';
import type { Source } from '../model/place.ts';
import type { Problem, Severity } from '../model/problem.ts';
import type { YamlNode } from './yaml-node.ts';

/** One YAML document of a source while it is read: it makes places and collects problems. */
export class Document {
  readonly source: Source;
  /** 1-based, as editors and kubectl count. */
  readonly number: number;
  readonly #problems: Problem[];

  constructor(source: Source, number: number, problems: Problem[]) {
    this.source = source;
    this.number = number;
    this.#problems = problems;
  }

  /** The place of a node, under the field path it was reached by. */
  place(node: Pick<YamlNode, 'start'>, path: string): Place {
    return new Place(this.source, this.number, node.start, path);
  }

  report(severity: Severity, code: string, place: Place, message: string): void {
    this.#problems.push({ code, severity, message, place });
  }
}
