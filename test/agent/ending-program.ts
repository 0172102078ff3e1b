// Ends while everything is open: told to, or because nothing is left to do.
import { Enforcer } from '../../src/agent/enforcer.ts';
import { openDenyLog } from '../../src/kernel/conntrack/deny-log.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { NO_ADDRESSES } from '../../src/model/address-set.ts';
import { NO_CLUSTER } from '../../src/model/cluster.ts';

const [netns, way] = process.argv.slice(2) as [string, 'exit' | 'close'];
const nft = await openNft({ netns });
const log = openDenyLog({ netns, group: 1 }, () => {});
const enforcer = new Enforcer({ name: 'n1', podCidrs: NO_ADDRESSES }, nft);
await enforcer.start(NO_CLUSTER);
setTimeout(() => void end(), 50);

async function end(): Promise<void> {
  process.stdout.write('ending\n');
  if (way === 'exit') process.exit(0);
  log.close();
  await enforcer.close();
  nft.close();
}
