import type { WayIn } from '../../evaluate/ways-in/way-in.ts';
import { causeWords, throughWords, wayAsks, wayName } from './words.ts';

/** More ways than this are named by `reach --from internet` only. */
const MOST_WAYS = 5;

/** For an explanation: the ways by which the outside comes to the destination, and who its policies then see. */
export function waysInNotes(ways: readonly WayIn[]): string[] {
  const notes = ways.slice(0, MOST_WAYS).map((way) => {
    const because = way.cause === undefined ? '' : `: ${causeWords(way.cause, way)}`;
    const who = way.through.kind === 'client' ? '' : `, and ${whoWords(way)} connects to the pods`;
    return `${wayName(way)} (${wayAsks(way)}) leads there from outside${who}; by it the answer is ${way.answer}${because}`;
  });
  const more = ways.length - MOST_WAYS;
  if (more > 0)
    notes.push(
      `${more} more ways lead there from outside: \`sluice reach --from internet\` lists them`,
    );
  return notes;
}

function whoWords({ through }: WayIn): string {
  return through.kind === 'unknown-proxy' && through.name !== undefined
    ? `\`${through.name}\``
    : throughWords(through);
}
