/** A case one implementation does not pass, and why that is right for now. */
export interface Skip {
  readonly case: string;
  /** Names of implementations, or `problems` for the codes the reader reports. */
  readonly of: readonly string[];
  readonly reason: string;
}

/** Every skip; a case that passes may not stand here. */
export const SKIPS: readonly Skip[] = [];

/** An implementation that knows no tiers around NetworkPolicy, and why that is right for now. */
export interface WithoutTiers {
  readonly of: string;
  readonly reason: string;
}

/**
 * They are asked neither the cases of chapter C nor generated worlds with policies of these tiers. One that
 * has learnt them goes from the list, and is asked everything.
 */
export const WITHOUT_TIERS: readonly WithoutTiers[] = [];
