import { askLab } from '../lab/control/client.ts';
import type { LabEvent } from '../lab/control/control.ts';
import type { Console } from './console.ts';
import { EXIT } from './exit.ts';
import { usesColour } from './input.ts';
import { DenialTeller } from './lab-denial.ts';
import { findState } from './lab-find.ts';
import type { LabOption } from './lab-find.ts';

export interface LabWatchOptions extends LabOption {
  readonly output: 'table' | 'json';
}

/** How long repetitions are counted before they are told. */
const FOLD_MS = 5000;

/** `sluice lab watch`: tells denied connections as they happen, until it is interrupted. */
export async function labWatch(options: LabWatchOptions, console: Console): Promise<number> {
  const { lab } = findState(options, console);
  const teller = new DenialTeller(lab, {
    json: options.output === 'json',
    colour: usesColour(console, console.stdout),
  });
  const write = (text: string): void => void (text !== '' && console.stdout.write(text));
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const folding = setInterval(() => write(teller.repeated()), FOLD_MS);
  if (options.output === 'table') console.stderr.write('watching for denied connections …\n');
  try {
    await askLab(
      lab.socket,
      { kind: 'watch' },
      {
        signal: stop.signal,
        event: (event: LabEvent) => {
          if (event.kind === 'changed') teller.changed();
          else write(teller.tell(event.denied));
        },
      },
    );
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    clearInterval(folding);
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    write(teller.repeated());
  }
  return EXIT.yes;
}
