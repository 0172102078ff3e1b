import { entriesOf, ENTRY_PASSES } from '../pairs/entries.ts';
import type { GroupOpening } from '../pairs/group-openings.ts';
import { mapGroups } from '../pairs/groups.ts';
import { mergeOpenings } from '../pairs/merge.ts';
import { pairsOf } from '../pairs/pairs.ts';
import { openingsOf, portCells } from '../pairs/ports.ts';
import type { Opening } from '../pairs/ports.ts';
import type { ReachRequest } from '../pairs/request.ts';
import { ReachView } from '../pairs/view.ts';
import { visible } from '../words/visible.ts';

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
  const name = (group: number): string => groups[group]!.id;
  const lines = function* (from: string, to: string, opening: GroupOpening): Generator<string> {
    for (const tail of tailsOfOpening(opening))
      yield `${cell(from)},${cell(to)},${tail},${opening.pairs}\n`;
  };
  if (request.expand) {
    for (const { from, to, opening } of openings) yield* lines(name(from), name(to), opening);
    return;
  }
  for (const { from, to, opening } of mergeOpenings(openings))
    yield* lines(from.map(name).join(' '), to.map(name).join(' '), opening);
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
