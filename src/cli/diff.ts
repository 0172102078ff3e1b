import { differenceOf, mapsOf, ownConnections } from '../evaluate/difference/difference.ts';
import type { DifferenceFilter, End, Maps } from '../evaluate/difference/difference.ts';
import type { Reachability } from '../evaluate/map/reachability.ts';
import type { Endpoint } from '../evaluate/verdict/endpoint.ts';
import { wayChanges } from '../evaluate/ways-in/way-changes.ts';
import { unionPorts } from '../model/port-set.ts';
import type { Problem } from '../model/problem.ts';
import { reportDiff } from '../report/diff/diff.ts';
import type { DiffFormat } from '../report/diff/diff.ts';
import type { DiffGrouping } from '../report/diff/lines.ts';
import { isSame } from '../report/diff/own.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import { readInput, reportProblems, usesColour } from './input.ts';
import type { InputOptions } from './input.ts';
import { writeOut } from './output.ts';
import { parsePorts } from './port.ts';
import { endpointFilter } from './reach.ts';
import { findWaysIn } from './ways-in.ts';

/** The sources `sluice diff` compares. */
export interface DiffWords {
  readonly old: string;
  readonly new: string;
}

export interface DiffOptions extends InputOptions {
  readonly output: DiffFormat;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly port: readonly string[];
  readonly by: DiffGrouping;
}

const NARROWEST = 60;

/** `sluice diff OLD NEW`: exit 0 when the same can connect, 1 when not, 3 with errors in the input. */
export async function diff(
  words: DiffWords,
  options: DiffOptions,
  console: Console,
): Promise<number> {
  const ports = options.port.map(parsePorts);
  if (words.old === '-' && words.new === '-')
    throw new UsageError('only one of OLD and NEW can be `-`: standard input is read once');
  const reading: Console = { ...console, stdin: once(console.stdin) };
  // what OLD and NEW say counts, so what they have in common is read before them
  const old = await readInput([words.old], options, reading);
  const current = await readInput([words.new], options, reading);
  const maps = mapsOf(old, current);
  const filter: DifferenceFilter = {
    ...(ports.length > 0 && { ports: ports.reduce(unionPorts) }),
    ...(options.from.length > 0 && { source: endFilter(maps, options.from) }),
    ...(options.to.length > 0 && { destination: endFilter(maps, options.to) }),
  };
  const difference = differenceOf(maps, filter);
  const [waysBefore, waysAfter] = (['old', 'new'] as const).map((side) =>
    findWaysIn(maps[side], {
      from: options.from,
      to: options.to.length === 0 ? undefined : namedIn(maps[side], options.to),
      ports: filter.ports,
    }),
  );
  const result = {
    ...difference,
    ways: wayChanges(waysBefore!, waysAfter!),
    isNarrow: Object.keys(filter).length > 0,
    added: ownConnections(difference, 'new', filter),
    removed: ownConnections(difference, 'old', filter),
  };
  const pieces = reportDiff({
    result,
    format: options.output,
    by: options.by,
    colour: usesColour(console, console.stdout),
    width: Math.max(console.stdout.columns ?? 120, NARROWEST),
  });
  await writeOut(pieces, console);
  const code = isSame(result) ? EXIT.yes : EXIT.no;
  const known = new Set(old.problems.map(problemText));
  const problems = current.problems.filter((one) => !known.has(problemText(one)));
  return reportProblems({ ...current, problems: [...old.problems, ...problems] }, console, code);
}

function problemText({ place, message }: Problem): string {
  return `${place.toString()} ${message}`;
}

function once(read: () => Promise<Uint8Array>): () => Promise<Uint8Array> {
  let bytes: Promise<Uint8Array> | undefined;
  return () => (bytes ??= read());
}

/** Ends that any of the names stands for, in one cluster or the other. */
function endFilter(maps: Maps, names: readonly string[]): (end: End) => boolean {
  const filters = names.map((name) => {
    const [old, current] = [filterOrFault(maps.old, name), filterOrFault(maps.new, name)];
    if (current instanceof UsageError && old instanceof UsageError) throw current;
    return { old, new: current };
  });
  return ({ members }) =>
    members.some((member) =>
      filters.some((filter) =>
        (['old', 'new'] as const).some((side) => {
          const [passes, endpoint] = [filter[side], member[side]];
          return endpoint !== undefined && !(passes instanceof UsageError) && passes(endpoint);
        }),
      ),
    );
}

/** The endpoints of one cluster that any of the names stands for; some may be in the other cluster only. */
function namedIn(map: Reachability, names: readonly string[]): (endpoint: Endpoint) => boolean {
  const filters = names.map((name) => filterOrFault(map, name));
  return (endpoint) =>
    filters.some((passes) => !(passes instanceof UsageError) && passes(endpoint));
}

function filterOrFault(map: Reachability, name: string): EndpointFilter | UsageError {
  try {
    return endpointFilter(map, [name]);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

type EndpointFilter = ReturnType<typeof endpointFilter>;
