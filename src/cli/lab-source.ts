import type { SourceText } from '../lab/process/input.ts';
import type { Cluster } from '../model/cluster.ts';
import { readCluster } from '../read/objects/cluster.ts';
import type { Console } from './console.ts';
import { UsageError } from './exit.ts';
import { loadInput } from './input.ts';
import type { InputOptions } from './input.ts';

/** The texts a lab is made of, and the cluster they say, for its problems. */
export interface LabSource {
  readonly sources: readonly SourceText[];
  readonly cluster: Cluster;
}

/** Loads the sources a lab command names. */
export async function loadLabSource(options: InputOptions, console: Console): Promise<LabSource> {
  const { file, podCidr } = options;
  const { sources, problems } = await loadInput(file, options, console);
  try {
    const cluster = readCluster(sources, { podNetwork: podCidr });
    return {
      sources: sources.map(({ file: name, text }) => ({ file: name, text })),
      cluster: { ...cluster, problems: [...problems, ...cluster.problems] },
    };
  } catch (error) {
    if (error instanceof RangeError && podCidr.length > 0)
      throw new UsageError(`--pod-cidr: ${error.message}`);
    throw error;
  }
}
