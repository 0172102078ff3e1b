import { Queue } from '../host/queue.ts';
import { NetlinkSocket } from '../netlink/socket.ts';
import { NftRefusal } from '../nft/nft.ts';
import type { Nft } from '../nft/nft.ts';
import { commandsOf } from '../nft/words.ts';
import type { Command } from '../nft/words.ts';
import { SetTypes } from './set-types.ts';
import { transactionBytes } from './transaction-bytes.ts';

/**
 * nftables of which all that changes all the time (elements, the rules of the generation) is written to the
 * kernel here, without nft reading text in between, and the rest is left to `nft`. So is a transaction that the
 * kernel refuses: it has changed nothing, and nft says why. Takes `nft` over: it is closed with it. Throws
 * {@link HostError}: no koffi, no right.
 */
export function netlinkNft(nft: Nft): Nft {
  const socket = new NetlinkSocket({ netns: nft.netns });
  const { port } = socket;
  const types = new SetTypes();
  const queue = new Queue();
  const ports = new PortTeller(nft);
  let sequence = 1;
  let ends: Promise<void> | undefined;
  return {
    backend: 'netlink',
    netns: nft.netns,
    run: (text) =>
      queue.add(async () => {
        const commands = split(text);
        const direct = commands && transactionBytes(commands, types, sequence);
        if (direct !== undefined) {
          sequence = (direct.last + 2) >>> 0;
          ports.tell(port);
          if (await socket.transact(direct.bytes, direct.last)) return;
        }
        ports.tellOther();
        await nft.run(text);
        commands?.forEach((command) => types.learn(command));
      }),
    list: (command) => queue.add(() => nft.list(command)),
    onPort: (listener) => ports.add(listener),
    close: () => {
      queue.close(new NftRefusal('the connection to nftables is closed'));
      ends ??= queue.idle().then(() => {
        socket.close();
        nft.close();
      });
    },
  };
}

/** Undefined for a text that nft will refuse. */
function split(text: string): Command[] | undefined {
  try {
    return commandsOf(text);
  } catch {
    return undefined;
  }
}

/** Tells which of two ports the next change comes from, when it is not the one told last. */
class PortTeller {
  readonly #listeners: ((port: number) => void)[] = [];
  #told: number | undefined;
  #other: number | undefined;

  constructor(other: Pick<Nft, 'onPort'>) {
    other.onPort((port) => {
      this.#other = port;
      this.tell(port);
    });
  }

  add(listener: (port: number) => void): void {
    this.#listeners.push(listener);
    if (this.#told !== undefined) listener(this.#told);
  }

  tell(port: number): void {
    if (port === this.#told) return;
    this.#told = port;
    this.#listeners.forEach((listener) => listener(port));
  }

  tellOther(): void {
    if (this.#other !== undefined) this.tell(this.#other);
  }
}
