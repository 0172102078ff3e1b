import type { Ruling } from './ruling.ts';

/** An element that ends by itself. */
export interface Ending {
  readonly ruling: Ruling;
  /** In milliseconds since 1970. */
  readonly until: number;
}

/** What the kernel holds for names, by map and key. */
export type NamedElements = ReadonlyMap<string, ReadonlyMap<string, Ending>>;
