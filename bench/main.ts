import { loadAll } from 'js-yaml';
import { Reachability } from '../src/evaluate/map/reachability.ts';
import { ask } from '../src/evaluate/question/ask.ts';
import { findParty } from '../src/evaluate/question/party.ts';
import type { Party } from '../src/evaluate/question/party.ts';
import { Source } from '../src/model/place.ts';
import { readCluster } from '../src/read/objects/cluster.ts';
import { countOpen } from './all-rows.ts';
import { sourcesOf, withClusterFiles } from './cluster-files.ts';
import { DENSE, LARGE, TIERED } from './generated-cluster.ts';
import type { Size } from './generated-cluster.ts';
import { processCost, timed } from './measure.ts';
import { Random } from './random.ts';
import { line, ratio, seconds } from './report.ts';

const CLI = 'dist/sluice.js';
const words = process.argv.slice(2);
const quick = words.includes('--quick');
const wanted = words.filter((word) => !word.startsWith('--'));
const runs = quick ? 1 : 5;

/** The figures of the first milestone, each against a baseline measured in the same run. */
const BENCHES: Record<string, () => void> = {
  startup,
  shop,
  read,
  explain,
  'reach-namespace': reachNamespace,
  'reach-json': reachJson,
  growth,
};

console.log(
  `node ${process.version}; best or median of ${runs}; the limit, then the ratio to a baseline of this very run`,
);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  bench();
}

function startup(): void {
  const bare = processCost(['-e', '0'], runs * 2);
  const help = processCost([CLI, '--help'], runs * 2);
  console.log(
    line(
      'sluice --help, whole process',
      seconds(help.seconds),
      '≤ 120 ms',
      ratio(help.seconds, bare.seconds, 'node -e 0'),
    ),
  );
}

function shop(): void {
  const bare = processCost(['-e', '0'], runs * 2);
  const reach = processCost([CLI, 'reach', '-f', 'examples/three-tier'], runs * 2);
  console.log(
    line(
      'sluice reach on the shop, whole process',
      seconds(reach.seconds),
      '≤ 250 ms',
      ratio(reach.seconds, bare.seconds, 'node -e 0'),
    ),
  );
}

function read(): void {
  const size: Size = { ...LARGE, workloads: 60_000, policies: 30_000, namespaces: 1_200 };
  const sources = sourcesOf(size);
  const bytes = sources.reduce((sum, { text }) => sum + text.length, 0);
  const baseline = timed(Math.min(runs, 3), () => {
    for (const { text } of sources)
      for (const piece of text.split(/^---$/m)) loadAll(piece, null, { json: true });
  });
  const own = timed(Math.min(runs, 3), () => {
    readCluster(sources.map(({ file, text }) => new Source(file, text)));
  });
  const scaled = (own.least * 50e6) / bytes;
  console.log(
    line(
      `read ${(bytes / 1e6).toFixed(0)} MB of YAML with positions, to model`,
      seconds(own.least),
      '',
      ratio(own.least, baseline.least, 'js-yaml values alone'),
    ),
  );
  console.log(line('  the same for 50 MB', seconds(scaled), '≤ 4 s', ''));
}

function explain(): void {
  for (const size of [LARGE, TIERED]) explainIn(size);
}

function explainIn(size: Size): void {
  const cluster = readCluster(sourcesOf(size));
  const { population } = new Reachability(cluster);
  const random = new Random(7);
  const parties = Array.from({ length: 400 }, () => {
    const { namespace, name } = random.pick(cluster.workloads);
    return findParty(cluster, population, `${namespace}/${name}`) as Party;
  });
  const all = timed(runs, () => {
    for (let i = 0; i + 1 < parties.length; i++)
      ask(cluster, parties[i]!, parties[i + 1]!, { protocol: 'TCP', number: 8080 });
  });
  const one = all.median / (parties.length - 1);
  const every = timed(runs, () => void countOpen(new Reachability(cluster)));
  console.log(
    line(
      `explain one connection, model built${size === TIERED ? ', tiers' : ''}`,
      seconds(one),
      '≤ 5 ms',
      ratio(one, every.median, 'all pairs'),
    ),
  );
}

function reachNamespace(): void {
  for (const size of [
    LARGE,
    TIERED,
    { ...LARGE, workloads: 50_000, policies: 25_000, namespaces: 1_000 },
  ]) {
    withClusterFiles(size, (folder, bytes) => {
      const cat = processCost(
        ['-e', `for(const f of fs.readdirSync("${folder}"))fs.readFileSync("${folder}/"+f,"utf8")`],
        runs,
      );
      const cost = processCost(
        [CLI, 'reach', '-f', folder, '--by', 'namespace'],
        Math.min(runs, 3),
      );
      const large = size.workloads > 10_000;
      console.log(
        line(
          `reach --by namespace, ${size.workloads} workloads${size.tiers === undefined ? '' : ', tiers'}, ${(bytes / 1e6).toFixed(0)} MB`,
          `${seconds(cost.seconds)}, ${cost.megabytes.toFixed(0)} MB`,
          large ? '≤ 12 s, 3 GB' : '≤ 2 s, 700 MB',
          ratio(cost.seconds, cat.seconds, 'node reading the files'),
        ),
      );
    });
  }
}

function reachJson(): void {
  for (const [name, size] of [
    ['dense', DENSE],
    ['dense, tiers', { ...DENSE, tiers: 20 }],
  ] as const) {
    withClusterFiles(size, (folder) => {
      const cat = processCost(
        ['-e', `for(const f of fs.readdirSync("${folder}"))fs.readFileSync("${folder}/"+f,"utf8")`],
        runs,
      );
      const cost = processCost([CLI, 'reach', '-f', folder, '-o', 'json'], Math.min(runs, 3));
      const output = `${(cost.outputBytes / 1e6).toFixed(0)} MB out`;
      console.log(
        line(
          `reach -o json, ${name}, ${output}`,
          `${seconds(cost.seconds)}, ${cost.megabytes.toFixed(0)} MB`,
          size === DENSE ? '≤ 4 s, 1 GB' : '',
          ratio(cost.seconds, cat.seconds, 'node reading the files'),
        ),
      );
    });
  }
}

function growth(): void {
  const sizes = [50, 100, 200, 400, 1_000, 3_000, 10_000, ...(quick ? [] : [50_000])];
  let base = 0;
  for (const workloads of sizes) {
    const size: Size = {
      ...LARGE,
      workloads,
      policies: workloads / 2,
      namespaces: Math.max(2, workloads / 50),
    };
    withClusterFiles(size, (folder, bytes) => {
      const cost = processCost(
        [CLI, 'reach', '-f', folder, '--by', 'namespace'],
        workloads > 5_000 ? 1 : Math.min(runs, 3),
      );
      base ||= cost.seconds;
      console.log(
        line(
          `${workloads} workloads × ${workloads / 2} policies, ${(bytes / 1e6).toFixed(1)} MB`,
          `${seconds(cost.seconds)}, ${cost.megabytes.toFixed(0)} MB`,
          '',
          ratio(cost.seconds, base, `${sizes[0]} workloads`),
        ),
      );
    });
  }
}
