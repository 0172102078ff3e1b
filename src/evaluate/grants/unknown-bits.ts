import type { Id } from '../ids/pair-memo.ts';
import type { Unknown } from '../verdict/side.ts';

const UNKNOWNS: readonly Unknown[] = [
  'pod-address',
  'node-address',
  'node-placement',
  'name-address',
  'which-pod',
];
/** Every set of unknowns, as bits, is below it. */
const SETS_OF_UNKNOWNS = 1 << UNKNOWNS.length;

/** The bit that stands for an unknown in a set of them. */
export function unknownBit(unknown: Unknown): number {
  return 1 << UNKNOWNS.indexOf(unknown);
}

/** The unknowns of a set. */
export function unknownsOf(bits: number): Unknown[] {
  return UNKNOWNS.filter((one) => bits & unknownBit(one));
}

/** An id and a set of unknowns in one number. */
export function together(id: Id, unknowns: number): number {
  return id * SETS_OF_UNKNOWNS + unknowns;
}

/** What {@link together} put in one number. */
export function apart(both: number): [Id, number] {
  return [Math.floor(both / SETS_OF_UNKNOWNS), both % SETS_OF_UNKNOWNS];
}
