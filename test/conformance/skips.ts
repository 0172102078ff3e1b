/** A case one implementation does not pass, and why that is right for now. */
export interface Skip {
  readonly case: string;
  /** Names of implementations, or `problems` for the codes the reader reports. */
  readonly of: readonly string[];
  readonly reason: string;
}

/** Every skip; a case that passes may not stand here. */
export const SKIPS: readonly Skip[] = [];
