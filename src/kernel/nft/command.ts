import { runProgram } from '../host/program.ts';
import { Queue } from '../host/queue.ts';
import { checkAddresses } from './address-words.ts';
import { NftRefusal, refusalOf } from './nft.ts';
import type { Nft } from './nft.ts';

/**
 * nftables by the nft program, one process a transaction (`nft -f -`). Text, not JSON: with `-j` nft opens
 * /dev/stdin by name, which the socket that Node gives a child does not allow.
 */
export function nftCommand(options: { readonly netns?: string | undefined } = {}): Nft {
  const { netns } = options;
  const queue = new Queue();
  const listeners: ((port: number) => void)[] = [];
  // The kernel gives the first netlink socket of a process the process id as its port (netlink(7)).
  const onStart = (pid: number): void => listeners.forEach((listener) => listener(pid));
  return {
    backend: 'nft',
    netns,
    run: (commands) =>
      queue.add(async () => {
        checkAddresses(commands);
        const input = commands.endsWith('\n') ? commands : `${commands}\n`;
        const { status, stderr } = await runProgram('nft', ['-f', '-'], { netns, input, onStart });
        if (status !== 0) throw refusalOf(stderr);
      }),
    list: (command) =>
      queue.add(async () => {
        const words = command.trim().split(/\s+/);
        const { status, stdout, stderr } = await runProgram('nft', ['-j', ...words], { netns });
        if (status !== 0) throw refusalOf(stderr);
        return JSON.parse(stdout) as unknown;
      }),
    onPort: (listener) => void listeners.push(listener),
    close: () => queue.close(new NftRefusal('the connection to nftables is closed')),
  };
}
