import { spawnSync } from 'node:child_process';
import { Reachability } from '../src/evaluate/map/reachability.ts';
import { readCluster } from '../src/read/objects/cluster.ts';
import { countOpen, sumDifferences } from './all-rows.ts';
import { sourcesOf } from './cluster-files.ts';
import { DENSE, LARGE, TIERED } from './generated-cluster.ts';
import { timed } from './measure.ts';
import { line, ratio, seconds } from './report.ts';

const SIZES = {
  large: LARGE,
  dense: DENSE,
  'with tiers': TIERED,
  'dense with tiers': { ...DENSE, tiers: 20 },
  'one namespace': { ...LARGE, namespaces: 1 },
} as const;
const LIMITED = new Set(['large', 'dense']);

const quick = process.argv.includes('--quick');
const of = process.argv.find((word) => word.startsWith('--of='))?.slice('--of='.length);

// a process for each size: what another left on the heap is not part of the figure
if (of !== undefined) allPairs(of as keyof typeof SIZES);
else {
  console.log('\nall-pairs');
  for (const name of Object.keys(SIZES)) {
    const words = [...process.execArgv, ...process.argv.slice(1), `--of=${name}`];
    spawnSync(process.execPath, words, { stdio: 'inherit' });
  }
}

function allPairs(name: keyof typeof SIZES): void {
  const runs = quick ? 1 : 7;
  const size = SIZES[name];
  const sources = sourcesOf(size);
  const parse = timed(1, () => void readCluster(sources));
  const cluster = readCluster(sources);
  const first = timed(1, () => void sumDifferences(new Reachability(cluster)));
  const told = timed(runs, () => void sumDifferences(new Reachability(cluster)), 'kept');
  let open = 0;
  const written = timed(quick ? 1 : 3, () => void (open = countOpen(new Reachability(cluster))));
  const share = ((100 * open) / (size.workloads * size.workloads)).toFixed(0);
  for (const [form, own, limit] of [
    ['the first time in the process', first.median, ''],
    ['told by templates and differences', told.median, LIMITED.has(name) ? '≤ 500 ms' : ''],
    [`written out and read, ${share} % not closed`, written.median, ''],
  ] as const) {
    const label = `${name}, from model: ${form}`;
    console.log(line(label, seconds(own), limit, ratio(own, parse.median, 'reading its YAML')));
  }
}
