import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Source } from '../src/model/place.ts';
import { generateCluster } from './generated-cluster.ts';
import type { Size } from './generated-cluster.ts';

/** Writes a generated cluster into a folder of its own for the time of `use`. */
export function withClusterFiles<T>(size: Size, use: (folder: string, bytes: number) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-cluster-'));
  try {
    let bytes = 0;
    for (const { file, text } of generateCluster(size)) {
      bytes += text.length;
      writeFileSync(path.join(folder, file), text);
    }
    return use(folder, bytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The files of a generated cluster, in memory. */
export function sourcesOf(size: Size): Source[] {
  return [...generateCluster(size)].map(({ file, text }) => new Source(file, text));
}
