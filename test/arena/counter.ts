import { execFileSync } from 'node:child_process';
import { enterWords } from '../../src/kernel/host/namespace.ts';
import { formatAddress } from '../../src/model/address.ts';
import type { Address } from '../../src/model/address.ts';

/** Counts what is delivered in a namespace, after all rules of a node there and before those of a host. */
export interface Counter {
  /** Packets so far. */
  count(): number;
  close(): void;
}

let tables = 0;

/** Counts packets from an address; `match`: only those a match of nft holds of. */
export function countArrivals(netns: string, from: Address, match = ''): Counter {
  const table = `arrivals${tables++}`;
  const ip = from.family === 4 ? 'ip' : 'ip6';
  nft(
    netns,
    `table inet ${table} {
  chain input { type filter hook input priority -400; policy accept;
    ${ip} saddr ${formatAddress(from)} ${match} counter
  }
}`,
  );
  return {
    count: () => Number(/counter packets (\d+)/.exec(nft(netns, `list table inet ${table}`))![1]),
    close: () => void nft(netns, `delete table inet ${table}`),
  };
}

function nft(netns: string, commands: string): string {
  const [program, ...words] = enterWords(netns);
  return execFileSync(program!, [...words, 'nft', '-f', '-'], {
    input: commands,
    encoding: 'utf8',
  });
}
