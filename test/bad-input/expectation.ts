import { readFileSync, readdirSync } from 'node:fs';
import { HEADLESS } from './headless.ts';

/** What must come of a broken file. */
export interface Expectation {
  /** Every problem, infos too: `CODE LINE:COLUMN`, sorted. */
  readonly problems: readonly string[];
  /**
   * Whether pod x/b reaches pod x/a on TCP 80: `denied`; `allowed, because …` with the reason why that
   * is no silent allow; `not asked` where the file holds no policy, or the pods are lost with it.
   */
  readonly asked: string;
  /** Whether the pod x/last, which stands at the end of the file, is there; `none`: it has no such pod. */
  readonly rest: 'read' | 'not read' | 'none';
}

const FOLDER = new URL('./', import.meta.url);
const HEADER = /^# problems: (.*)\n# x\/b -> x\/a TCP\/80: (.*)\n# rest: (.*)\n/;

/** The names of all files, sorted. */
export function badFiles(): string[] {
  return readdirSync(FOLDER).filter((name) => !name.endsWith('.ts'));
}

export function bytesOf(file: string): Uint8Array {
  return readFileSync(new URL(file, FOLDER));
}

/** What the file's header says, or the table for files that cannot have one. */
export function expectationOf(file: string): Expectation {
  const listed = HEADLESS[file];
  if (listed !== undefined) return listed;
  const header = HEADER.exec(readFileSync(new URL(file, FOLDER), 'latin1'));
  if (header === null) throw new Error(`${file} has no header, nor a row in headless.ts`);
  const [, problems = '', asked = '', rest = ''] = header;
  if (rest !== 'read' && rest !== 'not read' && rest !== 'none') {
    throw new Error(`${file}: rest is \`${rest}\``);
  }
  return { problems: problems === 'none' ? [] : problems.split(', '), asked, rest };
}
