import type { ForeignChange } from '../kernel/nft/events.ts';

/** What an {@link Enforcer} tells of its work, as it happens. */
export type EnforcerEvent =
  | {
      /** Rules are in force. */
      readonly kind: 'applied';
      readonly generation: number;
      /** How many changes they bring into force; 0 for a full load. */
      readonly changes: number;
      /** From taking up the work to the kernel's answer. */
      readonly milliseconds: number;
    }
  /** The kernel refused a transaction; what it had stays in force until a full load succeeds. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Policies that cannot be programmed isolate their pods and allow nothing (L13); by `namespace/name`. */
  | { readonly kind: 'isolated'; readonly policies: readonly string[]; readonly reason: string }
  /** Not even that worked; the last rules stay in force and all is tried again later. */
  | { readonly kind: 'failed'; readonly reason: string; readonly retryMilliseconds: number }
  /** Somebody else had changed the table; it is as it should be again. */
  | { readonly kind: 'repaired'; readonly change: ForeignChange; readonly milliseconds: number }
  /** Changes by others are noticed late and only in part. */
  | { readonly kind: 'unwatched'; readonly reason: string };
