import { execFileSync } from 'node:child_process';
import { changesBetween } from '../../src/compile/change.ts';
import { NodeCompiler } from '../../src/compile/compiler.ts';
import type { Transaction } from '../../src/compile/compiler.ts';
import { openNft } from '../../src/kernel/open-nft.ts';
import type { Nft } from '../../src/kernel/nft.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/cluster.ts';
import { namespaceOf, nodeObjects, podObject } from './node-cluster.ts';
import { nodeOptions } from './node-options.ts';

const PODS = 10_000;
const TIMES = 100;

/** The base cluster and variations of it, read from the same objects. */
class Variations {
  readonly #items: readonly object[];
  readonly base: Cluster;

  constructor(policies: number) {
    ({ items: this.#items } = nodeObjects({ policies, pods: PODS }) as { items: object[] });
    this.base = this.with([]);
  }

  with(more: readonly object[]): Cluster {
    const text = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [...this.#items, ...more],
    });
    return readCluster([new Source('node.json', text)]);
  }
}

/** One pod elsewhere that a policy of this node names as its peer: one element. */
const REMOTE_POD = {
  ...podObject('remote', 5, '10.129.0.9'),
  spec: { nodeName: 'elsewhere', containers: [{ name: 'main' }] },
};
/** One pod here, selected by a policy. */
const LOCAL_POD = podObject('pod-99999', 5, '10.128.250.9');
/** A policy of a hundred rules, each naming other pods, ports and a block of addresses. */
const HUNDRED_RULES = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'hundred', namespace: namespaceOf(5) },
  spec: {
    podSelector: { matchLabels: { app: 'app-5' } },
    ingress: Array.from({ length: 100 }, (_, i) => ({
      from: [
        { namespaceSelector: {}, podSelector: { matchLabels: { app: `app-${100 + i}` } } },
        { ipBlock: { cidr: `10.210.${i}.0/24` } },
      ],
      ports: [{ port: 10_000 + i }, { protocol: 'UDP', port: 20_000, endPort: 20_000 + i }],
    })),
  },
};

const CHANGES: readonly (readonly [string, object])[] = [
  ['one element: a pod elsewhere', REMOTE_POD],
  ['one pod here', LOCAL_POD],
  ['one policy of 100 rules', HUNDRED_RULES],
];

const netns = `sluice-bench-${process.pid}-updates`;
execFileSync('ip', ['netns', 'add', netns]);
try {
  console.log(
    `from model change to kernel, ${PODS.toLocaleString('en')} pods, ${TIMES} times each way: p50 and p99 in ms`,
  );
  for (const backend of ['libnftables', 'nft'] as const) {
    for (const policies of [100, 1000, 10_000]) {
      const nft = await openNft({ netns: `/run/netns/${netns}`, backend });
      await measure(nft, backend, new Variations(policies), policies);
      await nft.run('delete table inet sluice');
      nft.close();
    }
  }
} finally {
  execFileSync('ip', ['netns', 'del', netns]);
}

async function measure(
  nft: Nft,
  backend: string,
  clusters: Variations,
  policies: number,
): Promise<void> {
  const compiler = new NodeCompiler(nodeOptions(), { epoch: 1, generation: 1 });
  const started = performance.now();
  const full = compiler.load(clusters.base);
  const compiled = performance.now();
  await nft.run(full.apply);
  const loaded = performance.now();
  if (full.sweep !== undefined) await nft.run(full.sweep);
  console.log(
    `${backend}, ${policies.toLocaleString('en')} policies: full load ${(loaded - started).toFixed(0)} (compiling ${(compiled - started).toFixed(0)})`,
  );
  for (const [name, object] of CHANGES) {
    const next = clusters.with([object]);
    const there = changesBetween(clusters.base, next);
    const back = changesBetween(next, clusters.base);
    const [add, remove]: [number[], number[]] = [[], []];
    const compile: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      for (const [change, times] of [
        [there, add],
        [back, remove],
      ] as const) {
        const from = performance.now();
        const transaction: Transaction | undefined = compiler.update(change);
        compile.push(performance.now() - from);
        if (transaction === undefined) throw new Error(`${name}: nothing changed`);
        await nft.run(transaction.apply);
        times.push(performance.now() - from);
        if (transaction.sweep !== undefined) await nft.run(transaction.sweep);
      }
    }
    const told = (times: number[]): string =>
      `${quantile(times, 0.5).toFixed(2)} / ${quantile(times, 0.99).toFixed(2)}`;
    console.log(
      `  ${name.padEnd(32)} comes ${told(add).padEnd(16)} goes ${told(remove).padEnd(16)} of it compiling ${told(compile)}`,
    );
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}
