import type { Console } from './console.ts';

const CHUNK = 1 << 16;

/** Writes pieces of text to stdout as they come, waiting whenever the reader is slower. */
export async function writeOut(pieces: Iterable<string>, { stdout }: Console): Promise<void> {
  let waiting = '';
  const flush = async (): Promise<void> => {
    const text = waiting;
    waiting = '';
    if (text !== '' && !stdout.write(text)) {
      await new Promise<void>((resolve) => stdout.once('drain', resolve));
    }
  };
  for (const piece of pieces) {
    waiting += piece;
    if (waiting.length > CHUNK) await flush();
  }
  await flush();
}

const PATIENCE = 1000;
const EVERY = 100;

/** A progress bar on stderr, for a terminal and for work that takes over a second. */
export class Progress {
  readonly #console: Console;
  readonly #what: string;
  readonly #since = Date.now();
  #last = 0;
  #shown = false;

  constructor(console: Console, what: string) {
    this.#console = console;
    this.#what = what;
  }

  readonly update = (done: number, all: number): void => {
    const { stderr } = this.#console;
    const now = Date.now();
    if (!stderr.isTTY || now - this.#since < PATIENCE || now - this.#last < EVERY) return;
    this.#last = now;
    this.#shown = true;
    const width = 30;
    const full = Math.round((done / all) * width);
    const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
    stderr.write(`\r${this.#what} ${bar} ${Math.floor((done / all) * 100)}%`);
  };

  /** Takes the bar away. */
  readonly end = (): void => {
    if (this.#shown) this.#console.stderr.write('\r\u001B[K');
  };
}
