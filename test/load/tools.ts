import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach } from 'vitest';

/** A program of a Go module that the tests use for real. */
interface Tool {
  readonly name: string;
  readonly module: string;
  readonly version: string;
}

const HELM: Tool = { name: 'helm', module: 'helm.sh/helm/v4/cmd/helm', version: 'v4.2.4' };
const KUSTOMIZE: Tool = {
  name: 'kustomize',
  module: 'sigs.k8s.io/kustomize/kustomize/v5',
  version: 'v5.8.1',
};

const CACHE = path.resolve('node_modules/.cache/sluice-tools');
const MOST_MINUTES = 20;

/** The folder a program is in, or why it cannot be had; to be built it needs Go and the Go module proxy. */
export type Found = { readonly folder: string } | { readonly absent: string };

/** The folder of `helm`, which is built once and kept. */
export function findHelm(): Promise<Found> {
  return find(HELM);
}

/** The folder of `kustomize`, which is built once and kept. */
export function findKustomize(): Promise<Found> {
  return find(KUSTOMIZE);
}

/** Before each test the program is put first on the path. */
export function usePath(found: Found): void {
  beforeEach(() => {
    const before = process.env['PATH'];
    if ('folder' in found) process.env['PATH'] = `${found.folder}:${before}`;
    return () => {
      process.env['PATH'] = before;
    };
  });
}

/** For the name of a skipped test. */
export function reasonToSkip(found: Found): string {
  return 'absent' in found ? ` (skipped: ${found.absent})` : '';
}

/** Whether a program is there to be run by its name. */
export function isInstalled(name: string, word: string): boolean {
  return spawnSync(name, [word], { stdio: 'ignore' }).error === undefined;
}

async function find(tool: Tool): Promise<Found> {
  const folder = path.join(CACHE, `${tool.name}-${tool.version.slice(1)}`);
  const program = path.join(folder, tool.name);
  const hasGo = isInstalled('go', 'version');
  if (!existsSync(program) && hasGo) await locked(() => build(tool, folder));
  if (existsSync(program)) return { folder };
  const why = hasGo
    ? 'it could not be built from the Go module proxy'
    : 'there is no Go to build it with';
  const absent = `${tool.name} ${tool.version} is absent: ${why}`;
  console.warn(`tests that need ${tool.name} are skipped: ${absent}`);
  return { absent };
}

async function build({ name, module, version }: Tool, folder: string): Promise<void> {
  if (existsSync(path.join(folder, name))) return;
  const made = `${folder}.new`;
  // the version of Go that is there: no other one is fetched for this
  const own = { GOBIN: made, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' };
  const words = ['-n', '19', 'go', 'install', '-trimpath', `${module}@${version}`];
  const child = spawn('nice', words, {
    env: { ...process.env, ...own },
    stdio: 'ignore',
    timeout: MOST_MINUTES * 60_000,
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status === 0) renameSync(made, folder);
}

/** Two test files at the same time must not build the same: the second waits for the first. */
async function locked(work: () => Promise<void>): Promise<void> {
  const lock = path.join(CACHE, 'building');
  mkdirSync(CACHE, { recursive: true });
  while (!takes(lock)) await setTimeout(500);
  try {
    await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function takes(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    // of a run that was ended while it built
    if (Date.now() - made > MOST_MINUTES * 60_000) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}
