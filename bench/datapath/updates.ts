import { changesBetween } from '../../src/compile/matrix/change.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import type { Transaction } from '../../src/compile/transaction/compiler.ts';
import { createNamespace, deleteNamespace } from '../../src/kernel/host/namespace.ts';
import type { Nft, NftBackend } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { clusterPolicyObject, namespaceOf, nodeObjects, podObject } from './node-cluster.ts';
import type { NodeSize } from './node-cluster.ts';
import { nodeOptions } from './node-options.ts';

const IS_QUICK = process.argv.includes('--quick');
/** How often each change comes and goes; a cluster policy a tenth of it. */
const TIMES = IS_QUICK ? 3 : 100;

/** What a node holds, and by which ways changes of it come to the kernel: the first is what is used. */
const NODES: readonly { readonly size: NodeSize; readonly by: readonly Way[] }[] = [
  { size: { policies: 100, pods: 110 }, by: ['netlink'] },
  { size: { policies: 1000, pods: 1000 }, by: ['netlink'] },
  { size: { policies: 100, pods: 10_000 }, by: ['netlink', 'libnftables'] },
  { size: { policies: 1000, pods: 10_000 }, by: ['netlink', 'libnftables'] },
  { size: { policies: 10_000, pods: 10_000 }, by: ['netlink', 'libnftables', 'nft'] },
  { size: { policies: 10_000, pods: 10_000, clusterPolicies: 20 }, by: ['netlink'] },
];

type Way = Exclude<NftBackend, 'memory'>;

/** The base cluster and variations of it, read from the same objects. */
class Variations {
  readonly #items: readonly object[];
  readonly base: Cluster;

  constructor(size: NodeSize) {
    ({ items: this.#items } = nodeObjects(size) as { items: object[] });
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

/** What comes and goes, and how often at most. */
interface Coming {
  readonly name: string;
  readonly object: object;
  readonly times: number;
}

function comingTo({ policies }: NodeSize): Coming[] {
  const tier = (i: number): object => clusterPolicyObject(i, policies);
  return [
    { name: 'one element: a pod elsewhere', object: REMOTE_POD, times: TIMES },
    { name: 'one pod here', object: LOCAL_POD, times: TIMES },
    { name: 'one policy of 100 rules', object: HUNDRED_RULES, times: TIMES },
    // the number says whom it is for, see clusterPolicyObject
    { name: 'a cluster policy for all', object: tier(40), times: TIMES / 10 },
    { name: 'a cluster policy for ten namespaces', object: tier(41), times: TIMES / 10 },
  ];
}

const name = `sluice-bench-${process.pid}-updates`;
const netns = await createNamespace(name);
try {
  console.log(`from model change to kernel, ${TIMES} times each way: p50 and p99 in ms`);
  for (const { size, by } of IS_QUICK ? NODES.slice(0, 2) : NODES) {
    for (const backend of by) {
      const nft = await openNft({ netns, backend });
      await measure(nft, backend, size);
      await nft.run('delete table inet sluice');
      nft.close();
    }
  }
} finally {
  await deleteNamespace(name);
}

async function measure(nft: Nft, backend: string, size: NodeSize): Promise<void> {
  const clusters = new Variations(size);
  const compiler = new NodeCompiler(nodeOptions(), { epoch: 1, generation: 1 });
  const started = performance.now();
  const full = compiler.load(clusters.base);
  const compiled = performance.now();
  await nft.run(full.apply);
  const loaded = performance.now();
  if (full.sweep !== undefined) await nft.run(full.sweep);
  const { policies, pods, clusterPolicies = 0 } = size;
  const tiers = clusterPolicies > 0 ? `, ${clusterPolicies} cluster policies` : '';
  console.log(
    `${backend}, ${policies.toLocaleString('en')} policies, ${pods.toLocaleString('en')} pods${tiers}: ` +
      `full load ${(loaded - started).toFixed(0)} (compiling ${(compiled - started).toFixed(0)})`,
  );
  for (const { name, object, times } of comingTo(size)) {
    const next = clusters.with([object]);
    const there = changesBetween(clusters.base, next);
    const back = changesBetween(next, clusters.base);
    const [add, remove]: [number[], number[]] = [[], []];
    const compile: number[] = [];
    for (let i = 0; i < times; i++) {
      for (const [change, own] of [
        [there, add],
        [back, remove],
      ] as const) {
        const from = performance.now();
        const transaction: Transaction | undefined = compiler.update(change);
        compile.push(performance.now() - from);
        if (transaction === undefined) throw new Error(`${name}: nothing changed`);
        await nft.run(transaction.apply);
        own.push(performance.now() - from);
        if (transaction.sweep !== undefined) await nft.run(transaction.sweep);
      }
    }
    const told = (list: number[]): string =>
      `${quantile(list, 0.5).toFixed(2)} / ${quantile(list, 0.99).toFixed(2)}`;
    console.log(
      `  ${name.padEnd(36)} comes ${told(add).padEnd(16)} goes ${told(remove).padEnd(16)} of it compiling ${told(compile)}`,
    );
  }
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}
