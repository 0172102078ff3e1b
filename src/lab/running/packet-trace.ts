import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../../kernel/host/program.ts';
import { openNft } from '../../kernel/start/open-nft.ts';
import { formatAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { Attempt } from '../sockets/attempt.ts';
import type { Lab } from './lab.ts';

/** What one node did with the first packet of a connection, as `nft monitor trace` tells it. */
export interface PacketTrace {
  readonly node: string;
  /** The rules the packet met, in order; empty when it never came. */
  readonly lines: readonly string[];
}

/** A table of its own, so that what it marks for tracing touches no other. */
const TABLE = 'sluice_trace';

/** How long the monitor takes to listen, and to tell what it heard. */
const SETTLE_MS = 250;

/** The longest trace that is told. */
const MOST_LINES = 60;

/**
 * Tries a connection once more while the nodes tell what their rules do with it. Only packets that look
 * like it at its start are traced: a Service's address is traced as such.
 */
export async function tracePacket(
  lab: Lab,
  { attempt, patienceMs }: { readonly attempt: Attempt; readonly patienceMs: number },
): Promise<PacketTrace[]> {
  const nodes = nodesOn(lab, attempt);
  const monitors: Monitor[] = [];
  try {
    for (const node of nodes) monitors.push(await monitor(lab.network.nodePath(node), attempt));
    await sleep(SETTLE_MS);
    await lab.voices.traffic.probe([attempt], { patienceMs });
    await sleep(SETTLE_MS);
  } finally {
    for (const { stop } of monitors) stop();
  }
  return Promise.all(
    monitors.map(async ({ heard }, i) => ({ node: nodes[i]!, lines: firstPacket(await heard) })),
  );
}

/** The nodes on the way: the client's and, where it is known, the server's; all for a Service. */
function nodesOn({ cluster }: Lab, { from, to }: Attempt): string[] {
  const all = cluster.nodes.map(({ node }) => node.name);
  const client =
    cluster.pods.find(({ key }) => key === from)?.pod.node ?? from.replace(/^node\//, '');
  const server =
    cluster.pods.find(({ pod, link }) => link !== undefined && has(pod.addresses, to))?.pod.node ??
    cluster.nodes.find(({ node }) => has(node.addresses, to))?.node.name;
  if (server === undefined) return all;
  return all.filter((name) => name === client || name === server);
}

function has(addresses: readonly Address[], { family, value }: Address): boolean {
  return addresses.some((one) => one.family === family && one.value === value);
}

interface Monitor {
  /** All that was told, when it has been stopped. */
  readonly heard: Promise<string>;
  readonly stop: () => void;
}

async function monitor(netns: string, attempt: Attempt): Promise<Monitor> {
  const nft = await openNft({ netns });
  const match = matchOf(attempt);
  const chains = ['prerouting', 'output'].flatMap((hook) => [
    `add chain inet ${TABLE} ${hook} { type filter hook ${hook} priority -400; policy accept; }`,
    `add rule inet ${TABLE} ${hook} ${match} meta nftrace set 1`,
  ]);
  await nft.run([`add table inet ${TABLE}`, `flush table inet ${TABLE}`, ...chains].join('\n'));
  let pid: number | undefined;
  const ended = runProgram('nft', ['monitor', 'trace'], {
    netns,
    onStart: (started) => {
      pid = started;
    },
  });
  const heard = ended.then(async ({ stdout }) => {
    await nft.run(`delete table inet ${TABLE}`);
    nft.close();
    return stdout;
  });
  return { heard, stop: () => pid !== undefined && process.kill(pid, 'SIGTERM') };
}

/** The first packet of the attempt, whatever port it comes from. */
function matchOf({ to, protocol, port, source }: Attempt): string {
  const ip = to.family === 4 ? 'ip' : 'ip6';
  const words = [`${ip} daddr ${formatAddress(to)}`];
  if (source !== undefined) words.unshift(`${ip} saddr ${formatAddress(source)}`);
  const other = to.family === 4 ? 'icmp' : 'ipv6-icmp';
  words.push(
    protocol === 'other' ? `meta l4proto ${other}` : `${protocol.toLowerCase()} dport ${port}`,
  );
  return words.join(' ');
}

/**
 * The lines of the first packet that was traced: what it was, then the rules that matched, chain by chain.
 * Left out is what says nothing: the table that asked for the trace, and chains that let it pass.
 */
function firstPacket(heard: string): string[] {
  const lines = heard.split('\n').filter((line) => line.startsWith('trace id '));
  const [, id] = /^trace id (\w+)/.exec(lines[0] ?? '') ?? [];
  const own = lines
    .filter((line) => line.startsWith(`trace id ${id} `))
    .map((line) => line.replace(/^trace id \w+ (?:inet |ip |ip6 )?/, '').trim());
  const packet = own.find((line) => line.includes(' packet: '));
  const rules = own.filter((line) => line.includes(' rule ') && !line.startsWith(`${TABLE} `));
  const told = packet === undefined ? [] : [packet.replace(/^.* packet: /, 'packet: ')];
  return [...told, ...rules].slice(0, MOST_LINES);
}
