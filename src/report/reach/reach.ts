import { linesOf } from '../pairs/lines.ts';
import type { LineMap } from '../pairs/lines.ts';
import type { ReachFormat, ReachRequest } from '../pairs/request.ts';
import { grouped } from '../words/counted.ts';
import { JSON_NOTATION, YAML_NOTATION } from '../words/notation.ts';
import { reachCsv } from './csv.ts';
import { reachDocument } from './document.ts';
import { reachDot } from './dot.ts';
import { reachMarkdown } from './markdown.ts';
import { mermaidSaying, reachMermaid } from './mermaid.ts';
import { readableDiagram, reachSvg, TOO_MUCH } from './svg.ts';
import { reachTable } from './table.ts';

export type { Grouping, ReachFormat, ReachRequest } from '../pairs/request.ts';

/** More workloads than this at both ends are not for people to read one by one. */
const MOST_WORKLOADS = 60;

const BY_NAMESPACE =
  'too many arrows to draw, so this is by namespace; narrow it with --from or --to';

/** Writes the part of a map that is asked for, piece by piece. */
export function* reportReach(request: ReachRequest): Generator<string> {
  switch (request.format) {
    case 'json':
      return yield* reachDocument(request, JSON_NOTATION);
    case 'yaml':
      return yield* reachDocument(request, YAML_NOTATION);
    case 'csv':
      return yield* reachCsv(request);
    case 'table':
    case 'markdown':
    case 'dot':
    case 'mermaid':
    case 'svg':
      return yield* forPeople(request, request.format);
  }
}

function* forPeople(
  request: ReachRequest,
  format: Exclude<ReachFormat, 'json' | 'yaml' | 'csv'>,
): Generator<string> {
  const { legible, note } = legibleForm(request);
  switch (format) {
    case 'table':
      return yield* reachTable(legible, note);
    case 'markdown':
      return yield* reachMarkdown(legible, linesOf(legible), note);
    case 'dot':
      return yield* reachDot(linesOf(legible), note);
    case 'mermaid':
      yield mermaid(legible, linesOf(legible), note);
      return;
    case 'svg':
      return yield* svg(legible, linesOf(legible), note);
  }
}

function* svg(request: ReachRequest, map: LineMap, note: string | undefined): Generator<string> {
  const diagram = readableDiagram(map);
  if (diagram !== undefined || request.grouping.by !== 'workload') {
    yield* reachSvg(diagram, note);
    return;
  }
  const byNamespace = linesOf({ ...request, grouping: { by: 'namespace' } });
  yield* reachSvg(readableDiagram(byNamespace), BY_NAMESPACE);
}

function mermaid(request: ReachRequest, map: LineMap, note: string | undefined): string {
  const byNamespace = (): string | undefined =>
    request.grouping.by === 'workload'
      ? reachMermaid(linesOf({ ...request, grouping: { by: 'namespace' } }), BY_NAMESPACE)
      : undefined;
  return reachMermaid(map, note) ?? byNamespace() ?? mermaidSaying(TOO_MUCH);
}

/** The request itself, or by namespace when the workloads are too many, and a note that says so. */
function legibleForm(request: ReachRequest): { legible: ReachRequest; note: string | undefined } {
  const { grouping, reachability, source, destination } = request;
  // one row and one column are legible however long they are
  if (grouping.by !== 'workload' || request.newPods !== undefined)
    return { legible: request, note: undefined };
  const workloads = reachability.population.endpoints.filter(({ kind }) => kind === 'workload');
  const fewest = Math.min(workloads.filter(source).length, workloads.filter(destination).length);
  if (fewest <= MOST_WORKLOADS) return { legible: request, note: undefined };
  const note = `${grouped(fewest)} workloads are too many to list, so this is by namespace; narrow it with --from or --to, or write all with -o json`;
  return { legible: { ...request, grouping: { by: 'namespace' } }, note };
}
