import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { enterWords } from '../../src/kernel/host/namespace.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import type { Attempt } from '../../src/lab/sockets/attempt.ts';
import type { Traffic } from '../../src/lab/traffic/traffic.ts';
import { formatAddress } from '../../src/model/address.ts';
import type { Address } from '../../src/model/address.ts';

const TABLE = 'arena_trace';
/** How long the monitor takes to listen, and to tell what it heard. */
const SETTLE_MS = 200;
const MOST_LINES = 120;

/** Tries once more while the nodes given tell which rules the packets between the two addresses meet. */
export async function traceAttempt(
  traffic: Traffic,
  attempt: Attempt,
  source: Address,
  nodes: ReadonlyMap<string, string>,
): Promise<string> {
  const ip = attempt.to.family === 4 ? 'ip' : 'ip6';
  const ends = [formatAddress(source), formatAddress(attempt.to)];
  const match = `${ip} saddr { ${ends.join(', ')} } ${ip} daddr { ${ends.join(', ')} }`;
  const heard: string[] = [];
  const closers: (() => Promise<void>)[] = [];
  for (const [node, netns] of nodes) {
    const nft = await openNft({ netns });
    await nft.run(
      [
        `add table inet ${TABLE}`,
        ...['prerouting', 'output'].flatMap((hook) => [
          `add chain inet ${TABLE} ${hook} { type filter hook ${hook} priority -400 ; policy accept ; }`,
          `add rule inet ${TABLE} ${hook} ${match} meta nftrace set 1`,
        ]),
      ].join('\n'),
    );
    const [program, ...words] = enterWords(netns);
    const monitor = spawn(program!, [...words, 'nft', 'monitor', 'trace']);
    monitor.stdout.on('data', (piece: Buffer) => heard.push(`on ${node}:\n${piece.toString()}`));
    closers.push(async () => {
      monitor.kill();
      await nft.run(`delete table inet ${TABLE}`);
      nft.close();
    });
  }
  await sleep(SETTLE_MS);
  await traffic.probe([attempt], { patienceMs: SETTLE_MS });
  await sleep(SETTLE_MS);
  for (const close of closers) await close();
  return heard.join('\n').split('\n').slice(0, MOST_LINES).join('\n');
}
