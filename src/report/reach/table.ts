import { formatPorts, isAllPorts } from '../../model/port-set.ts';
import { mapGroups } from '../pairs/groups.ts';
import type { GroupMap } from '../pairs/groups.ts';
import { linesOf, linesOfGroups, summaryOfGroups, unitsOfGroups } from '../pairs/lines.ts';
import type { Line, LineMap, MapSummary } from '../pairs/lines.ts';
import type { ReachRequest } from '../pairs/request.ts';
import type { Unit } from '../pairs/unit.ts';
import { waysInList } from '../ways-in/list.ts';
import { counted, grouped } from '../words/counted.ts';
import { selectedWords } from '../words/new-pod-words.ts';
import { paint } from '../words/paint.ts';
import type { Paint } from '../words/paint.ts';
import { layTable } from '../words/table.ts';
import type { Cells } from '../words/table.ts';
import { visible } from '../words/visible.ts';

const COLUMNS = [
  { title: 'FROM', least: 24 },
  { title: '', least: 1 },
  { title: 'TO', least: 24 },
  { title: 'PORTS', least: 16 },
];

/** How many names a cell lists before it counts the rest. */
const MOST_NAMES = 40;

/** More groups than this are not listed pair by pair. */
const MOST_GROUPS = 60;

/** The map as a table for a terminal; `note` says what was left out and why. */
export function* reachTable(request: ReachRequest, note: string | undefined): Generator<string> {
  const ink = paint(request.colour);
  if (note !== undefined) yield `${ink.yellow(note)}\n\n`;
  const groups = request.grouping.by === 'workload' ? undefined : mapGroups(request);
  if (groups !== undefined && groups.sources.length > MOST_GROUPS) {
    yield* overview(request, groups, ink);
    return;
  }
  const map = groups === undefined ? linesOf(request) : linesOfGroups(groups);
  yield* listing(request, map, ink);
  yield `${summary(request, map)}\n`;
  for (const pod of request.newPods ?? [])
    yield `\n${ink.bold(pod.endpoint.id)}: ${selectedWords(pod)}\n`;
  if (request.waysIn !== undefined) yield* waysInList(request.waysIn, ink);
}

function* listing({ width }: ReachRequest, { lines }: LineMap, ink: Paint): Generator<string> {
  if (lines.length === 0) return;
  const reasons = [...new Set(lines.map(({ because }) => because))].filter(Boolean);
  const rows = [COLUMNS.map(({ title }) => title), ...lines.map((line) => cellsOf(line, reasons))];
  const blanked = rows.map((row, i) => (row[0] === rows[i - 1]?.[0] ? ['', ...row.slice(1)] : row));
  yield* layTable(COLUMNS, blanked, width, (text, column, row) => {
    if (row === 0) return ink.bold(text);
    if (column === 1) return ink.dim(text);
    if (column === 3 && lines[row - 1]!.certainty === 'depends') return ink.yellow(text);
    return text.replace(OPEN, (mark) => ink.yellow(mark));
  });
  yield '\n';
  for (const [i, reason] of reasons.entries()) yield `${ink.yellow(mark(i, reasons))} ${reason}\n`;
}

const OPEN = / \(open\)$/;

const OVERVIEW = [
  { title: 'FROM', least: 20 },
  { title: 'REACHES', least: 8 },
  { title: 'ALL OF IT', least: 9 },
];

/** How many groups each reaches, and how many of those wholly, on all ports. */
function* overview(request: ReachRequest, map: GroupMap, ink: Paint): Generator<string> {
  const { groups, openings, sources, destinations } = map;
  const isWhole = openings.kinds.map(
    ({ certainty, ports, pairs }) =>
      certainty === 'allowed' && pairs === 'all' && isAllPorts(ports),
  );
  const reached = groups.map(() => 0);
  const wholly = groups.map(() => 0);
  openings.forEachSource((source, to, kinds) => {
    for (let i = 0; i < to.length; i++) {
      if (to[i] !== to[i - 1]) reached[source]!++;
      if (isWhole[kinds[i]!]) wholly[source]!++;
    }
  });
  const rows = sources.map((source) => [
    `${visible(groups[source]!.id)}${groups[source]!.open.egress ? ' (open)' : ''}`,
    `${grouped(reached[source]!)} of ${grouped(destinations.length)}`,
    grouped(wholly[source]!),
  ]);
  const titled = [OVERVIEW.map(({ title }) => title), ...rows];
  const style = (text: string, _: number, row: number): string =>
    row === 0 ? ink.bold(text) : text;
  yield* layTable(OVERVIEW, titled, request.width, style);
  yield `\n${summary(request, summaryOfGroups(map, unitsOfGroups(map)))}\n`;
}

function cellsOf({ from, to, certainty, ports, because, pairs }: Line, reasons: string[]): Cells {
  const isOpen = from.every(({ open }) => open.egress);
  const what = [`${formatPorts(ports)}${pairs === 'some' ? ' (some pairs)' : ''}`];
  if (certainty === 'depends') what.push(`depends ${mark(reasons.indexOf(because), reasons)}`);
  return [`${names(from)}${isOpen ? ' (open)' : ''}`, '→', names(to), what.join(', ')];
}

function mark(index: number, reasons: readonly string[]): string {
  return reasons.length === 1 ? '*' : `*${index + 1}`;
}

function names(units: readonly Unit[]): string {
  const shown = units.length > MOST_NAMES ? units.slice(0, MOST_NAMES - 1) : units;
  const rest = units.length - shown.length;
  const list = shown.map(({ name }) => visible(name)).join(', ');
  return rest === 0 ? list : `${list}, and ${rest} more`;
}

function summary(request: ReachRequest, { sources, destinations, pairs }: MapSummary): string {
  const { cluster } = request.reachability;
  const { grouping } = request;
  const workloads = counted(cluster.workloads.length, 'workload');
  const policies = counted(cluster.policies.length, 'policy', 'policies');
  const things = [workloads, policies];
  if (cluster.clusterPolicies.length > 0)
    things.push(counted(cluster.clusterPolicies.length, 'cluster policy', 'cluster policies'));
  if (grouping.by !== 'workload')
    things.unshift(counted(new Set([...sources, ...destinations]).size, 'group'));
  const of = grouping.by === 'workload' ? 'workloads' : 'groups';
  if (pairs.all === 0) return `${things.join(', ')}${openWords(destinations)}`;
  const connected = `${grouped(pairs.connected)} of ${counted(pairs.all, `pair of ${of}`, `pairs of ${of}`)} connected`;
  const perhaps =
    pairs.uncertain === 0
      ? ''
      : `, ${grouped(pairs.uncertain)} more perhaps: it depends on what the input does not tell`;
  return `${things.join(', ')}: ${connected}${perhaps}${openWords(destinations)}`;
}

function openWords(units: readonly Unit[]): string {
  const open = units.filter(({ open }) => open.ingress);
  if (open.length === 0) return '';
  return `\nopen, no policy isolates them for ingress: ${names(open)}`;
}
