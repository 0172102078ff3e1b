import { printable } from './excerpt.ts';

const COLOUR = '\u001B[';

/** A line as it may be printed; where there are colours, they stay, for some are ours. */
export function printableLine(line: string, colour: boolean): string {
  if (!colour) return printable(line);
  const [first = '', ...rest] = line.split(COLOUR);
  const pieces = rest.map(
    (piece) => `${/^\d\d?m/.test(piece) ? COLOUR : '\uFFFD['}${printable(piece)}`,
  );
  return [printable(first), ...pieces].join('');
}
