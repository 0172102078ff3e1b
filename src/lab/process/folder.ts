import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { HostError } from '../../kernel/host/host-error.ts';
import { labNameFault } from '../state/names.ts';
import type { ProcessIdentity } from './identity.ts';
import type { LabInput } from './input.ts';

/** Where a lab lives: in network namespaces of root, or all of it in a user namespace of an ordinary user. */
export type LabMode = 'root' | 'user';

/** What must be known of a lab to find it again; the file is JSON. */
export interface LabState {
  readonly version: 1;
  readonly name: string;
  readonly mode: LabMode;
  /** Mode `user`: the process that keeps the namespaces of the lab alive. */
  readonly holder?: ProcessIdentity;
  /** The process that serves the lab; absent before its first start. */
  readonly daemon?: ProcessIdentity;
}

/** The files of one lab. */
export class LabFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
  }

  get name(): string {
    return path.basename(this.path);
  }

  get socket(): string {
    return path.join(this.path, 'control');
  }

  get log(): string {
    return path.join(this.path, 'log');
  }

  /** Makes the folder, and the one it is in; false when it is there already. */
  create(): boolean {
    for (const folder of [path.dirname(this.path), this.path]) {
      try {
        mkdirSync(folder, { mode: 0o700 });
        if (folder === this.path) return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        const { message } = error as Error;
        throw new HostError(`folder \`${folder}\` cannot be made: ${message}`, { cause: error });
      }
    }
    return false;
  }

  /** Undefined when there is no such lab, or nothing that can be read. */
  state(): LabState | undefined {
    return readJson(path.join(this.path, 'state.json')) as LabState | undefined;
  }

  writeState(state: LabState): void {
    writeWhole(path.join(this.path, 'state.json'), state);
  }

  /** What the lab was made of, and what it gave out since. */
  input(): LabInput | undefined {
    return readJson(path.join(this.path, 'cluster.json')) as LabInput | undefined;
  }

  writeInput(input: LabInput): void {
    writeWhole(path.join(this.path, 'cluster.json'), input);
  }

  /** The end of the log, for who must tell why nothing answers. */
  lastWords(): string {
    try {
      return readFileSync(this.log, 'utf8').trim().split('\n').slice(-3).join('; ');
    } catch {
      return '';
    }
  }

  /** Takes the folder away, and the one it is in when that was the last. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
    try {
      rmdirSync(path.dirname(this.path));
    } catch {
      // There are other labs.
    }
  }
}

/**
 * The folder of all labs of this user: `$XDG_RUNTIME_DIR/sluice`, or `/tmp/sluice-UID`. It is nobody
 * else's to read or write; one that is there and is not ours is refused. The first lab makes it.
 */
export function labsFolder(env: Readonly<Record<string, string | undefined>>): string {
  const uid = process.getuid!();
  const given = env['XDG_RUNTIME_DIR'];
  const folder =
    given !== undefined && isOwn(given, uid) ? path.join(given, 'sluice') : `/tmp/sluice-${uid}`;
  if (!lstatSync(folder, { throwIfNoEntry: false })) return folder;
  if (!isOwn(folder, uid) || (lstatSync(folder).mode & 0o077) !== 0) {
    throw new HostError(
      `folder \`${folder}\` belongs to somebody else or is open to others; remove it`,
    );
  }
  return folder;
}

/** The labs of this user, whether they run or not. */
export function labFolders(env: Readonly<Record<string, string | undefined>>): LabFolder[] {
  const folder = labsFolder(env);
  if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder)
    .filter((name) => labNameFault(name) === undefined)
    .sort()
    .map((name) => new LabFolder(path.join(folder, name)));
}

function isOwn(folder: string, uid: number): boolean {
  try {
    const found = lstatSync(folder);
    return found.isDirectory() && found.uid === uid;
  } catch {
    return false;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a reader finds the old or the new, never a part. */
function writeWhole(file: string, content: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
