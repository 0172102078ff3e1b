import { formatAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import { LARGEST_SOCKADDR, addressOf } from '../sockets/address.ts';
import { EPOLL, PROTOCOL_NUMBER, RAW, socketCalls } from '../sockets/calls.ts';
import { answerLine } from '../sockets/listener-answer.ts';
import type { Poller } from '../sockets/poller.ts';
import { abortPacket, initAckPacket, readPacket } from '../sockets/sctp.ts';
import { openSocket } from '../sockets/socket.ts';

const INPUT = Buffer.alloc(2048);
const PEER = Buffer.alloc(LARGEST_SOCKADDR);
const PEER_LENGTH = Buffer.alloc(4);

/** The raw socket of one address of one namespace, and who listens on its ports. */
interface Door {
  readonly fd: number;
  readonly owners: Map<number, string>;
  /** Stands that share the address (hostNetwork pods and their node), listening or not. */
  readonly users: Set<string>;
}

/**
 * Answers SCTP without SCTP sockets: an INIT for a listening port by an INIT ACK, for any other by an
 * ABORT, as a kernel with SCTP would.
 */
export class SctpDoors {
  readonly #poller: Poller;
  readonly #doors = new Map<string, Door>();

  constructor(poller: Poller) {
    this.#poller = poller;
  }

  /** Listens for a stand, in the namespace `netns` that this thread is in. Throws a SocketError. */
  add(id: string, netns: string, addresses: readonly Address[], ports: readonly number[]): void {
    for (const address of addresses) {
      const key = `${netns} ${formatAddress(address)}`;
      let door = this.#doors.get(key);
      if (door === undefined) this.#doors.set(key, (door = this.#open(address)));
      door.users.add(id);
      for (const port of ports) door.owners.set(port, id);
    }
  }

  remove(id: string): void {
    for (const [key, door] of this.#doors) {
      if (!door.users.delete(id)) continue;
      for (const [port, owner] of door.owners) if (owner === id) door.owners.delete(port);
      if (door.users.size > 0) continue;
      this.#poller.close(door.fd);
      this.#doors.delete(key);
    }
  }

  #open(address: Address): Door {
    const kind = { type: RAW, protocol: PROTOCOL_NUMBER.SCTP };
    const fd = openSocket(address.family, kind, { address, port: 0 });
    const door: Door = { fd, owners: new Map(), users: new Set() };
    this.#poller.watch(fd, EPOLL.in, () => {
      while (answerOne(door, address));
    });
    return door;
  }
}

/** Whether there was a packet to look at. */
function answerOne({ fd, owners }: Door, { family }: Address): boolean {
  const calls = socketCalls();
  PEER_LENGTH.writeUInt32LE(LARGEST_SOCKADDR);
  const size = calls.recvfrom(fd, INPUT, INPUT.length, 0, PEER, PEER_LENGTH);
  if (size < 0) return calls.errno() !== 11;
  const init = readPacket(payloadOf(INPUT.subarray(0, size), family));
  if (init?.chunk !== 'INIT') return true;
  const owner = owners.get(init.destinationPort);
  const client = addressOf(PEER);
  const answer =
    owner === undefined
      ? abortPacket(init)
      : initAckPacket(init, (init.initiateTag ^ 0x5a5a_5a5a) >>> 0 || 1, answerLine(owner, client));
  calls.sendto(fd, answer, answer.length, 0, PEER, PEER_LENGTH.readUInt32LE());
  return true;
}

/** A raw socket of family 4 gives the IP header too (raw(7)); one of family 6 does not. */
export function payloadOf(bytes: Buffer, family: 4 | 6): Buffer {
  if (family === 6 || bytes.length === 0) return bytes;
  return bytes.subarray((bytes[0]! & 15) * 4);
}
