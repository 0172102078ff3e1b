import { attributesOf, messagesOf, number32, text } from '../netlink/netlink.ts';
import type { Message } from '../netlink/netlink.ts';
import { NetlinkSocket } from '../netlink/socket.ts';
import type { Nft } from './nft.ts';

export interface TableWatchOptions {
  /** The network namespace of the table (a path). */
  readonly netns?: string | undefined;
  /** The name of the table, in family `inet`. */
  readonly table: string;
  /** Whose changes are our own and are not told. */
  readonly nft: Pick<Nft, 'onPort'>;
}

/** Somebody else changed the table: one event for each transaction of theirs. */
export interface ForeignChange {
  /**
   * `deleted`: the table is gone (`nft flush ruleset`). `changed`: something of it came or went. `unknown`:
   * so much was changed at once, in any table, that the kernel did not keep all of what it had to tell.
   */
  readonly kind: 'deleted' | 'changed' | 'unknown';
  /** The thread id, on the machine, and the name of the process that did it, when the kernel tells. */
  readonly by: { readonly pid: number; readonly name: string } | undefined;
}

/** NFNLGRP_NFTABLES as a bit of the groups' mask. */
const GROUP = 1 << (7 - 1);
/** NFNL_SUBSYS_NFTABLES, and messages of enum nf_tables_msg_types. */
const SUBSYSTEM = 10;
const DELTABLE = 2;
const NEWGEN = 15;
/** struct nfgenmsg, which begins with the family; NFPROTO_INET. */
const GENERIC = 4;
const INET = 1;
/** The first attribute of every message about an object is the name of its table. */
const TABLE = 1;
/** How many of our last ports are passed over; no more, for ports are process ids and are given out again. */
const REMEMBERED = 8;
/** enum nft_gen_attributes. */
const GEN_PROC_PID = 2;
const GEN_PROC_NAME = 3;

/**
 * Tells every change of the table that is not our own, as the kernel announces it after the commit. Our
 * own are told apart by the netlink port they came from, and are not even handed to this process. Throws
 * {@link HostError} without koffi or the right.
 */
export function watchTable(
  { netns, table, nft }: TableWatchOptions,
  onChange: (change: ForeignChange) => void,
): { close(): void } {
  const socket = new NetlinkSocket({ netns, groups: GROUP, receiveBuffer: 32 << 20 });
  const reader = new ChangeReader(table, onChange);
  nft.onPort((port) => {
    socket.ignorePort(port);
    // A program that was just started may have been quicker than the filter.
    reader.ignorePort(port);
  });
  socket.read(
    (datagram) => reader.read(datagram),
    () => reader.lost(),
  );
  return { close: () => socket.close() };
}

/** Gathers the messages of each transaction until the one that ends it (NFT_MSG_NEWGEN). */
export class ChangeReader {
  readonly #table: string;
  readonly #onChange: (change: ForeignChange) => void;
  #seen: 'deleted' | 'changed' | undefined;
  #ignored: number[] = [];

  constructor(table: string, onChange: (change: ForeignChange) => void) {
    this.#table = table;
    this.#onChange = onChange;
  }

  /** Passes over what comes from that port, and the few that were told before it. */
  ignorePort(port: number): void {
    this.#ignored = [port, ...this.#ignored.slice(0, REMEMBERED - 1)];
  }

  /** Whatever the bytes are, it never throws. */
  read(datagram: Buffer): void {
    for (const message of messagesOf(datagram)) {
      if (message.type >> 8 !== SUBSYSTEM || this.#ignored.includes(message.port)) continue;
      if ((message.type & 0xff) === NEWGEN) this.#end(datagram, message);
      else if (this.#isOurs(datagram, message)) {
        const deleted = (message.type & 0xff) === DELTABLE;
        this.#seen = deleted ? 'deleted' : (this.#seen ?? 'changed');
      }
    }
  }

  lost(): void {
    this.#seen = undefined;
    this.#onChange({ kind: 'unknown', by: undefined });
  }

  #isOurs(datagram: Buffer, { start, end }: Message): boolean {
    if (end - start < GENERIC || datagram[start] !== INET) return false;
    return text(datagram, attributesOf(datagram, start + GENERIC, end).get(TABLE)) === this.#table;
  }

  #end(datagram: Buffer, { start, end }: Message): void {
    const kind = this.#seen;
    this.#seen = undefined;
    if (kind === undefined) return;
    const parts = attributesOf(datagram, start + GENERIC, end);
    const pid = number32(datagram, parts.get(GEN_PROC_PID));
    const name = text(datagram, parts.get(GEN_PROC_NAME));
    const by = pid === undefined || name === undefined ? undefined : { pid, name };
    this.#onChange({ kind, by });
  }
}
