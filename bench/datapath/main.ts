import { parseArgs } from 'node:util';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import { inNamespace } from '../../src/kernel/host/namespace.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { CONNTRACK_ALONE, linearRuleset } from './linear-ruleset.ts';
import { nodeCluster, OPEN_PORT } from './node-cluster.ts';
import { nodeOptions } from './node-options.ts';
import {
  connectOnce,
  drain,
  sendBatch,
  socketAddress,
  stayOnOneCpu,
  takeBatch,
} from './sockets.ts';
import { closeTriple, openTriple, SERVER, shakeHands } from './triple.ts';
import type { Triple } from './triple.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    slice: { type: 'string', default: '300' },
    /** Labels of the paths to compare with conntrack alone; all when absent. */
    paths: { type: 'string' },
    /** What the names of the loads begin with. */
    load: { type: 'string', default: '' },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 2 : 12));
const slice = Number(values.slice);
const wanted = new Set(values.paths?.split(','));

/** A path, and what its router is told. */
interface Config {
  readonly label: string;
  readonly told: string;
  readonly rules: () => string | undefined;
}

const CONFIGS: readonly Config[] = [
  { label: 'none', told: 'no rules', rules: () => undefined },
  { label: 'none2', told: 'no rules, a second copy', rules: () => undefined },
  { label: 'ct', told: 'conntrack alone', rules: () => CONNTRACK_ALONE },
  ...[0, 100, 1000, 10_000].map((policies) => ({
    label: `p${policies}`,
    told: `sluice, ${policies} policies, 10,000 pods`,
    rules: () => sluiceRules(policies),
  })),
  ...[1000, 5000].map((policies) => ({
    label: `l${policies}`,
    told: `linear chain, ${policies} rules`,
    rules: () => linearRuleset(policies),
  })),
];

function sluiceRules(policies: number): string {
  const compiler = new NodeCompiler(nodeOptions(), { epoch: 1, generation: 1 });
  return compiler.load(nodeCluster({ policies, pods: 10_000 })).apply;
}

/** What is sent, and how many of it went in the time of one slice. */
const LOADS: Record<string, (path: Triple, milliseconds: number) => number> = {
  'udp, established': (path, time) => {
    shakeHands(path);
    return counted(time, () => delivered(path.talking, path.server));
  },
  'udp, one way': (path, time) => counted(time, () => delivered(path.oneWay, path.server)),
  'new connections': (path, time) => {
    const address = socketAddress(SERVER, OPEN_PORT);
    return inNamespace(path.client, () =>
      counted(time, () => (connectOnce(address, path.listener) ? 1 : 0)),
    );
  },
};

/** Sends a batch and has the server take it; returns what arrived. */
function delivered(from: number, to: number): number {
  sendBatch(from);
  return takeBatch(to);
}

/** Units of work for each second of CPU, so that other work on the machine does not count. */
function counted(milliseconds: number, work: () => number): number {
  const started = performance.now();
  const { user, system } = process.cpuUsage();
  let done = 0;
  while (performance.now() - started < milliseconds) for (let i = 0; i < 8; i++) done += work();
  const spent = process.cpuUsage({ user, system });
  return (done * 1e6) / (spent.user + spent.system);
}

const paths: { config: Config; path: Triple }[] = [];
try {
  stayOnOneCpu();
  for (const config of CONFIGS) {
    if (wanted.size > 0 && !['none', 'ct'].includes(config.label) && !wanted.has(config.label))
      continue;
    const path = openTriple(config.label);
    paths.push({ config, path });
    const rules = config.rules();
    if (rules === undefined) continue;
    const nft = await openNft({ netns: path.router });
    await nft.run(rules);
    nft.close();
  }
  console.log(
    `${rounds} rounds of ${slice} ms each, paths in turn; medians of each round's ratio to \`conntrack alone\` (quartiles), then to \`no rules\``,
  );
  for (const [load, drive] of Object.entries(LOADS))
    if (load.startsWith(values.load)) measure(load, drive);
} finally {
  for (const { path } of paths) closeTriple(path);
}

function measure(load: string, drive: (path: Triple, milliseconds: number) => number): void {
  for (const { path } of paths) drive(path, slice / 4);
  const figures = paths.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    const order = paths.map((_, i) => (round % 2 === 0 ? i : paths.length - 1 - i));
    for (const i of order) {
      const { path } = paths[i]!;
      figures[i]!.push(drive(path, slice));
      drain(path.server);
    }
  }
  const base = (label: string): number[] =>
    figures[paths.findIndex(({ config }) => config.label === label)]!;
  console.log(
    `\n${load} (no rules: ${Math.round(quantile(base('none'), 0.5)).toLocaleString('en')} a second)`,
  );
  paths.forEach(({ config }, i) => {
    const toConntrack = figures[i]!.map((figure, round) => figure / base('ct')[round]!);
    const toNone = figures[i]!.map((figure, round) => figure / base('none')[round]!);
    const spread = `${quantile(toConntrack, 0.25).toFixed(2)}–${quantile(toConntrack, 0.75).toFixed(2)}`;
    console.log(
      `  ${config.told.padEnd(36)} ${quantile(toConntrack, 0.5).toFixed(3)} (${spread})   ${quantile(toNone, 0.5).toFixed(3)}`,
    );
  });
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}
