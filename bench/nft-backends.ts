import { HostError } from '../src/kernel/host/host-error.ts';
import { createNamespace, deleteNamespace } from '../src/kernel/host/namespace.ts';
import { watchTable } from '../src/kernel/nft/events.ts';
import type { Nft } from '../src/kernel/nft/nft.ts';
import { openNft } from '../src/kernel/start/open-nft.ts';
import { preflight } from '../src/kernel/start/preflight.ts';
import { line, ratio, seconds } from './report.ts';

/** Pods of the cluster, and port ranges, that are loaded before single changes are timed. */
const PODS = 10_000;
const RANGES = 1_000;

const TABLE = `
add table inet sluice
add map inet sluice peers4 { type ipv4_addr : classid; }
add map inet sluice in_cells4 { type classid . ipv4_addr : classid; }
add set inet sluice ports { type classid . inet_proto . inet_service; flags interval; }
add chain inet sluice gate
add chain inet sluice stamp
`;

/** What is done to the table, round after round; `i` counts the rounds. */
interface Operation {
  readonly name: string;
  readonly limit: string;
  readonly share: number;
  readonly commands: (i: number) => string;
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'add one element',
    limit: '≤ 20 ms',
    share: 1,
    commands: (i) => `add element inet sluice peers4 { 10.250.0.${i % 250} : 0:1 }`,
  },
  {
    name: 'delete one element',
    limit: '≤ 20 ms',
    share: 1,
    commands: (i) => `delete element inet sluice peers4 { 10.250.0.${i % 250} }`,
  },
  {
    name: 'add one range of ports',
    limit: '≤ 20 ms',
    share: 1,
    commands: (i) => `add element inet sluice ports { 1:${hex(i)} . tcp . 80-90 }`,
  },
  {
    name: 'take it away and bump the generation',
    limit: '≤ 20 ms',
    share: 1,
    commands: (i) =>
      `delete element inet sluice ports { 1:${hex(i)} . tcp . 80-90 }\n${generation(i + 2)}`,
  },
  {
    name: 'add 1,000 elements',
    limit: '',
    share: 0.2,
    commands: (i) => `add element inet sluice in_cells4 { ${cells(i, 1000)} }`,
  },
  {
    name: 'delete 1,000 elements',
    limit: '',
    share: 0.2,
    commands: (i) =>
      `delete element inet sluice in_cells4 { ${cells(i, 1000).replaceAll(/ : [^,]+/g, '')} }`,
  },
  {
    name: `full load, ${PODS.toLocaleString('en')} pods and ${RANGES.toLocaleString('en')} ranges`,
    limit: '≤ 1.5 s',
    share: 0.1,
    commands: fullLoad,
  },
];

await nftBackends(process.argv.includes('--quick') ? 1 : 5);

/** Times the same transactions by all ways to nftables, each in a network namespace of its own, in turns. */
async function nftBackends(runs: number): Promise<void> {
  const names = ['a', 'b', 'c', 'd'].map((letter) => `sluice-bench-${process.pid}-${letter}`);
  try {
    const spaces: string[] = [];
    for (const name of names) spaces.push(await createNamespace(name));
    const problems = await preflight({ netns: spaces[0] });
    const reason = problems.find(({ severity }) => severity !== 'info');
    if (reason !== undefined) throw new HostError(reason.message);
    const netlink = await openNft({ netns: spaces[3], backend: 'netlink' });
    const library = await openNft({ netns: spaces[0], backend: 'libnftables' });
    const program = await openNft({ netns: spaces[1], backend: 'nft' });
    const watched = await openNft({ netns: spaces[2], backend: 'netlink' });
    const watch = watchTable({ netns: spaces[2], table: 'sluice', nft: watched }, () => {});
    await compare([netlink, watched, library, program], runs);
    watch.close();
    for (const nft of [netlink, watched, library, program]) nft.close();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    console.log(`left out: ${error.message}`);
  } finally {
    for (const name of names) await deleteNamespace(name);
  }
}

async function compare(ways: readonly Nft[], runs: number): Promise<void> {
  for (const nft of ways) await nft.run(`${TABLE}${fullLoad(0)}`);
  const times = OPERATIONS.map(() => ways.map((): number[] => []));
  for (let round = 0; round < 20 * runs; round++) {
    for (const [which, { share, commands }] of OPERATIONS.entries()) {
      if (round % Math.round(1 / share) !== 0) continue;
      const text = commands(round);
      // Who comes first takes turns too.
      for (const k of ways.keys()) {
        const way = (k + round) % ways.length;
        const began = performance.now();
        await ways[way]!.run(text);
        times[which]![way]!.push((performance.now() - began) / 1000);
      }
    }
  }
  for (const [which, { name, limit }] of OPERATIONS.entries()) {
    const [netlink, watched, library, program] = times[which]!.map(sorted);
    const figure = (list: readonly number[] = []): string =>
      `${seconds(median(list))}, p99 ${seconds(at(list, 0.99))}`;
    const against = (list: readonly number[] = []): string =>
      ratio(median(list), median(netlink!), 'netlink');
    console.log(line(`netlink: ${name}`, figure(netlink), limit, ''));
    console.log(line('  while the table is watched', figure(watched), limit, against(watched)));
    console.log(line('  libnftables', figure(library), '', against(library)));
    console.log(line('  the nft program', figure(program), '', against(program)));
  }
}

function fullLoad(i: number): string {
  const pods = Array.from({ length: PODS }, (_, k) => `${pod(k)} : 0:${hex(k >> 3)}`);
  const ranges = Array.from(
    { length: RANGES },
    (_, k) => `2:${hex(k)} . tcp . ${1000 + k}-${1010 + k}`,
  );
  return (
    'flush map inet sluice peers4\nflush map inet sluice in_cells4\nflush set inet sluice ports\n' +
    `add element inet sluice peers4 { ${pods.join(', ')} }\n` +
    `add element inet sluice in_cells4 { ${cells(0, PODS, 3)} }\n` +
    `add element inet sluice ports { ${ranges.join(', ')} }\n${generation(i + 1)}`
  );
}

function generation(number: number): string {
  return (
    `flush chain inet sluice gate\nadd rule inet sluice gate ct mark and 0x0000ffff == ${number} accept\n` +
    `flush chain inet sluice stamp\nadd rule inet sluice stamp ct mark set ct mark and 0xffff0000 or ${number}\n`
  );
}

function cells(from: number, count: number, high = 4): string {
  return Array.from({ length: count }, (_, k) => `${high}:${hex(from)} . ${pod(k)} : 0:5`).join(
    ', ',
  );
}

function pod(k: number): string {
  return `10.${k >> 16}.${(k >> 8) & 255}.${k & 255}`;
}

function hex(n: number): string {
  return (n & 0xffff).toString(16);
}

function sorted(list: number[]): number[] {
  return list.sort((a, b) => a - b);
}

function median(list: readonly number[]): number {
  return at(list, 0.5);
}

function at(list: readonly number[], share: number): number {
  return list[Math.min(list.length - 1, Math.floor(list.length * share))]!;
}
