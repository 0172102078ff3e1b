import { stat } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';
import { HostError } from './host-error.ts';

/** What koffi gives: functions of C libraries, called in this process. */
export type Native = typeof Koffi;

let loaded: Native | HostError | undefined;

/**
 * koffi, loaded when first asked for: it is an optional dependency. Throws {@link HostError} that says what
 * does not work without it.
 */
export function native(): Native {
  loaded ??= load();
  if (loaded instanceof HostError) throw loaded;
  return loaded;
}

/** Whether {@link native} would succeed. */
export function hasNative(): boolean {
  try {
    native();
    return true;
  } catch (error) {
    if (error instanceof HostError) return false;
    throw error;
  }
}

function load(): Native | HostError {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as Native;
    // The threads of libuv's pool are made at its first use and stay in the network namespace of the thread
    // that made them; so they are made now, before any thread enters a namespace.
    stat('/', () => {});
    return koffi;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return new HostError(
      `the optional package \`koffi\` cannot be loaded (${reason}): rules are applied by the nft program, but ` +
        'deny events and the watch over the table are not available; install it with `npm install koffi`',
    );
  }
}
