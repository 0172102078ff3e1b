import { chdir, cwd, env } from 'node:process';
import type { ChartOptions } from '../../src/load/chart-options.ts';
import { SourceError, loadSources } from '../../src/load/sources.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

/** What a list of sources is to the engine. */
export interface Reading {
  readonly cluster: Cluster;
  /** The texts, by the name of their files. */
  readonly texts: ReadonlyMap<string, string>;
  /** Pods and policies, as `NAMESPACE/KIND/NAME`, in order. */
  readonly objects: readonly string[];
  /** Problems, as `CODE FILE:LINE`. */
  readonly problems: readonly string[];
  readonly messages: readonly string[];
}

/** Loads and reads sources, as every command does. */
export async function reading(
  names: readonly string[],
  options: ChartOptions = {},
  stdin: Uint8Array | string = '',
): Promise<Reading> {
  const bytes = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin;
  const loaded = await loadSources(names, () => Promise.resolve(bytes), options);
  const cluster = readCluster(loaded.sources);
  const workloads = cluster.workloads.map((one) => `${one.namespace}/${one.kind}/${one.name}`);
  const policies = cluster.policies.map((one) => `${one.namespace}/NetworkPolicy/${one.name}`);
  const problems = [...loaded.problems, ...cluster.problems];
  return {
    cluster,
    texts: new Map(loaded.sources.map(({ file, text }) => [file, text])),
    objects: [...workloads, ...policies].sort(),
    problems: problems.map(({ code, place }) => `${code} ${place.file}:${place.line}`),
    messages: problems.map(({ message }) => message),
  };
}

/** The message with which loading is refused. */
export async function refusal(
  names: readonly string[],
  options: ChartOptions = {},
): Promise<string> {
  try {
    await reading(names, options);
  } catch (error) {
    if (error instanceof SourceError) return error.message;
    throw error;
  }
  throw new Error('was not refused');
}

/** Does something with other folders to find programs in. */
export async function withPath<T>(folders: readonly string[], work: () => Promise<T>): Promise<T> {
  const before = env['PATH'];
  env['PATH'] = folders.join(':');
  try {
    return await work();
  } finally {
    env['PATH'] = before;
  }
}

/** Does something in another working directory. */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const before = cwd();
  chdir(folder);
  try {
    return await work();
  } finally {
    chdir(before);
  }
}
