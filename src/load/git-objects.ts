import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { LIMITS, programEnvironment } from './program.ts';
import type { Limits } from './program.ts';
import { TreeError } from './source-error.ts';

/**
 * Reads objects of a repository by their ids: one `git cat-file --batch` for all of them
 * (git-cat-file(1), "BATCH OUTPUT"). To be closed.
 */
export class GitObjects {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #limits: Limits;
  /** What git has written and nobody has taken yet. */
  #pieces: Uint8Array[] = [];
  #wake: (() => void) | undefined;
  #ended: string | undefined;
  /** Requests are answered in turn. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(limits: Limits = LIMITS) {
    this.#limits = limits;
    const child = spawn('git', ['cat-file', '--batch'], { env: programEnvironment() });
    this.#child = child;
    child.stdout.on('data', (piece: Uint8Array) => {
      this.#pieces.push(piece);
      child.stdout.pause();
      this.#wake?.();
    });
    child.stderr.resume();
    child.on('error', () => this.#end('`git cat-file` cannot be started'));
    child.on('close', () => this.#end('`git cat-file` ended early'));
    child.stdin.on('error', () => this.#end('`git cat-file` ended early'));
  }

  /** The content of an object. Rejects with a TreeError. */
  read(id: string): Promise<Uint8Array> {
    const next = this.#last.then(() => this.#read(id));
    this.#last = next.catch(() => undefined);
    return next;
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    this.#child.stdout.resume();
    this.#child.kill();
    if (
      this.#child.exitCode === null &&
      this.#child.signalCode === null &&
      this.#ended === undefined
    )
      await once(this.#child, 'close');
  }

  async #read(id: string): Promise<Uint8Array> {
    if (this.#ended !== undefined) throw new TreeError(this.#ended);
    const { milliseconds } = this.#limits;
    const timer = setTimeout(() => {
      this.#end(`\`git cat-file\` gave no answer within ${milliseconds / 1000} s`);
      this.#child.kill('SIGKILL');
    }, milliseconds);
    try {
      return await this.#answer(id);
    } finally {
      clearTimeout(timer);
    }
  }

  async #answer(id: string): Promise<Uint8Array> {
    this.#child.stdin.write(`${id}\n`);
    const header = new TextDecoder().decode(await this.#line());
    const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(header)?.[1];
    if (size === undefined) throw new TreeError(`git cannot read it: ${header}`);
    const length = Number(size);
    if (length > this.#limits.bytes) {
      await this.#take(length + 1, () => undefined);
      const most = this.#limits.bytes / 1e6;
      throw new TreeError(`it has ${Math.round(length / 1e6)} MB, and at most ${most} are read`);
    }
    const content = new Uint8Array(length + 1);
    let at = 0;
    await this.#take(length + 1, (piece) => {
      content.set(piece, at);
      at += piece.length;
    });
    return content.subarray(0, length);
  }

  /** The bytes up to a line feed, which is taken too. */
  async #line(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const piece = await this.#piece();
      const end = piece.indexOf(0x0a);
      if (end === -1) {
        parts.push(piece);
        continue;
      }
      parts.push(piece.subarray(0, end));
      this.#giveBack(piece.subarray(end + 1));
      return Buffer.concat(parts);
    }
  }

  async #take(length: number, use: (piece: Uint8Array) => void): Promise<void> {
    for (let left = length; left > 0;) {
      const piece = await this.#piece();
      const used = Math.min(left, piece.length);
      use(piece.subarray(0, used));
      this.#giveBack(piece.subarray(used));
      left -= used;
    }
  }

  #giveBack(rest: Uint8Array): void {
    if (rest.length > 0) this.#pieces.unshift(rest);
  }

  async #piece(): Promise<Uint8Array> {
    while (this.#pieces.length === 0) {
      if (this.#ended !== undefined) throw new TreeError(this.#ended);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#child.stdout.resume();
      });
    }
    return this.#pieces.shift()!;
  }

  #end(why: string): void {
    this.#ended ??= why;
    this.#wake?.();
  }
}
