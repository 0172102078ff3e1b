import { Source } from '../model/place.ts';
import type { Problem } from '../model/problem.ts';

/** Turns the bytes of a file into text. */
export function decodeSource(file: string, bytes: Uint8Array): { source: Source; problems: Problem[] } {
  return { source: new Source(file, new TextDecoder('utf-8').decode(bytes)), problems: [] };
}
