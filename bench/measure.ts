import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, openSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Seconds and peak megabytes of one run. */
export interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
  readonly outputBytes: number;
}

const RSS_HOOK = `data:text/javascript,${encodeURIComponent(
  'import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(process.env.BENCH_RSS,String(process.resourceUsage().maxRSS)))',
)}`;

/** Runs a node program as a whole process, its output into a file, and returns what the best of some runs cost. */
export function processCost(args: readonly string[], runs: number): Cost {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-bench-'));
  try {
    let best: Cost | undefined;
    for (let run = 0; run < runs; run++) {
      const rss = path.join(folder, 'rss');
      const out = path.join(folder, 'out');
      const fd = openSync(out, 'w');
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, ['--import', RSS_HOOK, ...args], {
        stdio: ['ignore', fd, 'pipe'],
        env: { ...process.env, BENCH_RSS: rss },
      });
      const seconds = (performance.now() - started) / 1000;
      closeSync(fd);
      if (status !== 0 && status !== 1 && status !== 3)
        throw new Error(`${args.join(' ')}: ${stderr.toString()}`);
      const cost = {
        seconds,
        megabytes: Number(readFileSync(rss, 'utf8')) / 1024,
        outputBytes: readFileSync(out).length,
      };
      if (best === undefined || cost.seconds < best.seconds) best = cost;
    }
    return best!;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The median and the least seconds of some runs of a function. What it leaves on the heap is collected in
 * between, untimed, unless `heap` is `kept`: then each run pays for the garbage of those before, as in a
 * process that goes on, and keeps the code compiled for it, which a forced collection throws away.
 */
export function timed(
  runs: number,
  work: () => void,
  heap: 'collected' | 'kept' = 'collected',
): { median: number; least: number } {
  const seconds: number[] = [];
  for (let run = 0; run < runs; run++) {
    if (heap === 'collected') globalThis.gc?.();
    const started = performance.now();
    work();
    seconds.push((performance.now() - started) / 1000);
  }
  seconds.sort((a, b) => a - b);
  return { median: seconds[seconds.length >> 1]!, least: seconds[0]! };
}
