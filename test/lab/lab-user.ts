import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  chownSync,
  constants,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listNamespaces } from '../../src/kernel/host/namespace.ts';
import { leftOut } from '../kernel/host.ts';

/** The built command line; another build may be named for a run. */
const BIN = process.env['SLUICE_BIN'] ?? path.resolve('dist/sluice.js');
const NOBODY = 65_534;

/** Who runs the command line: root, or an ordinary user in a user namespace. */
export interface LabUser {
  readonly name: 'root' | 'an ordinary user';
  /** Why there is no such user here; undefined when tests run. */
  readonly leftOut: string | undefined;
  readonly uid: number;
}

const uid = process.getuid!();

export const USERS: readonly LabUser[] = [
  {
    name: 'root',
    uid: 0,
    leftOut: uid === 0 ? (leftOut ?? unbuilt()) : 'the tests do not run as root',
  },
  { name: 'an ordinary user', uid: uid === 0 ? NOBODY : uid, leftOut: unbuilt() ?? closed() },
];

for (const { name, leftOut: reason } of USERS) {
  if (reason !== undefined) console.warn(`left out, no lab of ${name} here: ${reason}`);
}

function unbuilt(): string | undefined {
  try {
    accessSync(BIN, constants.R_OK);
    return undefined;
  } catch {
    return 'dist/ is not built';
  }
}

/** Whether an ordinary user can run the command and make a user namespace. */
function closed(): string | undefined {
  const words = [
    '--user',
    '--map-root-user',
    '--net',
    '--mount',
    process.execPath,
    BIN,
    '--version',
  ];
  const [program, ...rest] = asUser(uid === 0 ? NOBODY : uid, ['unshare', ...words]);
  const { status, stderr } = spawnSync(program!, rest, { encoding: 'utf8' });
  return status === 0 ? undefined : `unshare: ${stderr?.trim().split('\n')[0]}`;
}

function asUser(user: number, words: readonly string[]): string[] {
  if (user === uid) return [...words];
  return [
    'setpriv',
    `--reuid=${user}`,
    `--regid=${user}`,
    '--clear-groups',
    '--inh-caps=-all',
    ...words,
  ];
}

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place of its own for the labs of one test file: nothing of it is left when it is closed. */
export class LabHome {
  readonly folder: string;
  readonly program = BIN;
  readonly #user: LabUser;
  readonly #links = linksOfMachine();

  constructor(user: LabUser) {
    this.#user = user;
    this.folder = mkdtempSync(path.join(tmpdir(), 'sluice-lab-'));
    if (uid === 0) chownSync(this.folder, user.uid, user.uid);
  }

  /** Starts `sluice lab …`; the caller waits for it or ends it. */
  start(words: readonly string[]): ReturnType<typeof spawn> {
    return this.#spawn(['lab', ...words]);
  }

  #spawn(words: readonly string[]): ReturnType<typeof spawn> {
    const [program, ...rest] = asUser(this.#user.uid, [process.execPath, BIN, ...words]);
    const env = { ...process.env, XDG_RUNTIME_DIR: this.folder, SHELL: 'sh', HOME: '/' };
    return spawn(program!, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Runs `sluice lab …` to its end. */
  run(...words: string[]): Promise<Ended> {
    return this.runAny('lab', ...words);
  }

  /** Runs `sluice …` to its end. */
  async runAny(...words: string[]): Promise<Ended> {
    const child = this.#spawn(words);
    let stdout = '';
    let stderr = '';
    child.stdout!.on('data', (piece: Buffer) => (stdout += piece.toString()));
    child.stderr!.on('data', (piece: Buffer) => (stderr += piece.toString()));
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, stdout, stderr };
  }

  /** The process ids a lab has written down. */
  processes(lab: string): { readonly daemon: number; readonly holder?: number } {
    const file = path.join(this.folder, 'sluice', lab, 'state.json');
    const state = JSON.parse(readFileSync(file, 'utf8')) as {
      daemon: { pid: number };
      holder?: { pid: number };
    };
    return { daemon: state.daemon.pid, ...(state.holder && { holder: state.holder.pid }) };
  }

  /** What is there that was not before: namespaces, links, processes, files; empty when all is clean. */
  leftovers(): string[] {
    const links = linksOfMachine().filter((link) => !this.#links.includes(link));
    return [
      ...listNamespaces('sluice-').filter((name) => name.startsWith(`sluice-${LAB_PREFIX}`)),
      ...links.filter((link) => link.startsWith('slp-') || link.startsWith('vxlan')),
      ...processesWith(this.folder),
      ...readdirSync(this.folder),
    ];
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** How the names of labs of this process begin, so that files that run at once do not meet. */
export const LAB_PREFIX = `t${process.pid}`;

function linksOfMachine(): string[] {
  const lines = readFileSync('/proc/net/dev', 'utf8').split('\n').slice(2);
  return lines.map((line) => line.split(':')[0]!.trim());
}

/** The command lines of processes that name a folder. */
function processesWith(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(folder));
}

/** Waits until something holds, looking again and again; false when it does not in time. */
export async function eventually(holds: () => boolean, patienceMs = 5000): Promise<boolean> {
  const until = Date.now() + patienceMs;
  while (!holds()) {
    if (Date.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
