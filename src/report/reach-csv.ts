import { entriesOf, ENTRY_PASSES } from './reach-entries.ts';
import { mergeOpenings } from './reach-merge.ts';
import { mapGroups } from './reach-groups.ts';
import { pairsOf } from './reach-pairs.ts';
import { openingsOf, portCells } from './reach-ports.ts';
import type { Opening } from './reach-ports.ts';
import type { ReachRequest } from './reach-request.ts';
import { ReachView } from './reach-view.ts';
import { visible } from './visible.ts';

const HEADER = 'from,to,certainty,protocol,ports,because';

/**
 * The map as comma-separated values (RFC 4180), a line for each protocol of a connection. `from` and
 * `to` are lists of endpoint ids, or groups, with spaces between; one each with `--expand`.
 */
export function* reachCsv(request: ReachRequest): Generator<string> {
  if (request.grouping.by !== 'workload') {
    yield* groupLines(request);
    return;
  }
  yield `${HEADER}\n`;
  const view = new ReachView(request, request.expand ? 1 : ENTRY_PASSES);
  const tails: string[][] = [];
  const tailsOf = (id: number): readonly string[] =>
    (tails[id] ??= openingsOf(view.letting(id)).flatMap((one) => tailsOfOpening(one)));
  if (request.expand) {
    for (const { from, to, id } of pairsOf(view))
      for (const tail of tailsOf(id)) yield `${cell(from.id)},${cell(to.id)},${tail}\n`;
    return;
  }
  const names = view.parts.map(({ endpoints }) => endpoints.map(({ id }) => id).join(' '));
  const list = (parts: ArrayLike<number>): string =>
    cell(Array.from(parts, (part) => names[part]!).join(' '));
  for (const { from, to, id } of entriesOf(view)) {
    const ends = `${list(from)},${list(to)}`;
    for (const tail of tailsOf(id)) yield `${ends},${tail}\n`;
  }
}

function* groupLines(request: ReachRequest): Generator<string> {
  yield `${HEADER},pairs\n`;
  const { groups, openings } = mapGroups(request);
  const lists = request.expand
    ? openings.map((opening) => ({ from: [opening.from], to: [opening.to], opening }))
    : mergeOpenings(openings);
  const names = (list: readonly number[]): string =>
    cell(list.map((group) => groups[group]!.id).join(' '));
  for (const { from, to, opening } of lists) {
    for (const tail of tailsOfOpening(opening))
      yield `${names(from)},${names(to)},${tail},${opening.pairs}\n`;
  }
}

/** The cells after `from` and `to`, of each line. */
function tailsOfOpening({ certainty, ports, because }: Opening): string[] {
  return portCells(ports).map(
    ([protocol, list]) => `${certainty},${protocol},${list},${cell(because)}`,
  );
}

function cell(text: string): string {
  const shown = visible(text);
  return /[",]/.test(shown) ? `"${shown.replace(/"/g, '""')}"` : shown;
}
