// The process that is killed: it goes from one state to the other and back, as fast as it can. What it
// needs to know was written down before, so that it begins soon.
import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { Enforcer } from '../../src/agent/enforcer.ts';
import type { ClusterChange } from '../../src/compile/matrix/change.ts';
import type { NftBackend } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { NODE } from './node.ts';

/** The first state, and the way to the other and back. */
export interface Journey {
  readonly first: Cluster;
  readonly forth: ClusterChange;
  readonly back: ClusterChange;
}

const [netns, backend, file] = process.argv.slice(2) as [
  string,
  Exclude<NftBackend, 'memory'>,
  string,
];
const { first, forth, back } = deserialize(readFileSync(file)) as Journey;
const enforcer = new Enforcer(NODE, await openNft({ netns, backend }));
await enforcer.start(first);
process.stdout.write('started\n');
for (;;) {
  await enforcer.update(forth);
  await enforcer.update(back);
}
