/** V8 copies shorter parts of a text; a longer one points into the text, and would keep all of it. */
const LONGEST = 12;

const SLOTS = 4096;

/** The text seen last in each slot: a memo, so that what stands in thousands of objects is made once. */
const seen: string[] = Array.from({ length: SLOTS }, () => '');

/** `text.slice(from, to)`, with short texts that were asked for before not made again. */
export function partOf(text: string, from: number, to: number): string {
  const length = to - from;
  if (length > LONGEST) return text.slice(from, to);
  let hash = length;
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  const slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
  const last = seen[slot]!;
  if (last.length === length && text.startsWith(last, from)) return last;
  return (seen[slot] = text.slice(from, to));
}
