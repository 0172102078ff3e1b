// What is left without koffi, told as lines of JSON.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { deserialize } from 'node:v8';
import type { EnforcerEvent } from '../../src/agent/enforcer-event.ts';
import { Enforcer } from '../../src/agent/enforcer.ts';
import { openDenyLog } from '../../src/kernel/conntrack/deny-log.ts';
import { setSysctls } from '../../src/kernel/host/links.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { preflight } from '../../src/kernel/start/preflight.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { NODE } from './node.ts';

const [netns, file] = process.argv.slice(2) as [string, string];
const tell = (name: string, value: unknown): void => console.log(JSON.stringify({ [name]: value }));
tell(
  'preflight',
  (await preflight({ netns })).map(({ code }) => code),
);
try {
  openDenyLog({ netns, group: 1 }, () => {});
} catch (error) {
  tell('denyLog', (error as Error).message);
}
await setSysctls({ 'net.ipv4.ip_forward': 1 }, { netns });
const nft = await openNft({ netns });
tell('backend', nft.backend);
const events: EnforcerEvent[] = [];
const enforcer = new Enforcer(NODE, nft, { onEvent: (event) => events.push(event) });
await enforcer.start(deserialize(readFileSync(file)) as Cluster);
await enforcer.settle();
tell(
  'started',
  events.map(({ kind }) => kind),
);
await nft.run('flush ruleset');
const began = performance.now();
while (!events.some(({ kind }) => kind === 'repaired') && performance.now() - began < 5000) {
  await sleep(10);
}
tell('repaired', performance.now() - began);
await enforcer.close();
nft.close();
