import type { WayIn } from '../../evaluate/ways-in/way-in.ts';
import type { Paint } from '../words/paint.ts';
import { visible } from '../words/visible.ts';
import { causeWords, pathWords, wayAsks, wayName } from './words.ts';

/** More ways than this are not for people to read one by one. */
const MOST_WAYS = 100;

/** As wide as the longest answer, and a gap. */
const ANSWER = 'allowed'.length + 2;

/** The ways in for a terminal: an answer, what is asked for, the way it goes, and why not. */
export function* waysInList(ways: readonly WayIn[], ink: Paint): Generator<string> {
  if (ways.length === 0) {
    yield '\nno way in from outside: no Ingress, route, Service or hostPort leads there\n';
    return;
  }
  yield `\n${ink.bold('ways in from outside')}\n`;
  for (const way of ways.slice(0, MOST_WAYS)) {
    const { answer, cause } = way;
    const colour = answer === 'allowed' ? ink.green : answer === 'denied' ? ink.red : ink.yellow;
    const lines = [`${wayName(way)}, ${wayAsks(way)}`, pathWords(way)];
    if (cause !== undefined) lines.push(causeWords(cause, way));
    yield `${colour(answer)}${' '.repeat(ANSWER - answer.length)}${visible(lines[0]!)}\n`;
    for (const line of lines.slice(1)) yield `${' '.repeat(ANSWER + 2)}${visible(line)}\n`;
  }
  const more = ways.length - MOST_WAYS;
  if (more > 0) yield `… and ${more} more; narrow it with --to, or write all with -o json\n`;
}

/** The ways in as a Markdown table, the reasons in its last column. */
export function* waysInMarkdown(
  ways: readonly WayIn[],
  escape: (text: string) => string,
): Generator<string> {
  if (ways.length === 0) return;
  yield '\n| way in | asked for | path | |\n| --- | --- | --- | --- |\n';
  for (const way of ways.slice(0, MOST_WAYS)) {
    const because = way.cause === undefined ? '' : `: ${causeWords(way.cause, way)}`;
    const cells = [wayName(way), wayAsks(way), pathWords(way), `${way.answer}${because}`];
    yield `|${cells.map((cell) => ` ${escape(cell)} |`).join('')}\n`;
  }
  if (ways.length > MOST_WAYS) yield `\n… and ${ways.length - MOST_WAYS} more.\n`;
}
