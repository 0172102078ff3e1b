import type { Place } from '../../model/place.ts';

/** One line of a source, and where the place is in it. */
export interface Excerpt {
  readonly line: number;
  readonly text: string;
  /** What to print before a caret so that it stands under the place: spaces, and the tabs of the text. */
  readonly indent: string;
}

const WIDEST = 160;
const BEFORE = 60;

/** The line that a place is on; of a very long one, the part around the place. */
export function excerptOf(place: Place): Excerpt {
  const { source, offset, line, column } = place;
  const start = offset - (column - 1);
  const found = source.text.indexOf('\n', start);
  const end = found === -1 ? source.text.length : found;
  const whole = source.text.slice(start, end).trimEnd();
  const skipped = whole.length > WIDEST ? Math.max(0, column - 1 - BEFORE) : 0;
  const text = printable(whole.slice(skipped, skipped + WIDEST));
  const indent = text.slice(0, column - 1 - skipped).replaceAll(/[^\t]/g, ' ');
  return { line, text, indent };
}

/**
 * Text of the input as it may be printed: a control character could command a terminal, one that turns
 * the direction of writing could make a line read as another one, and some end a line to some readers.
 * Half a character is none.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, (character) =>
    character === '\t' ? character : '\uFFFD',
  );
}
