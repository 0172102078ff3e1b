import { HostError } from '../host/host-error.ts';
import { ERRNO } from '../host/libc.ts';
import {
  NLM_F_ACK,
  NLM_F_REQUEST,
  attribute,
  be16,
  be32,
  message,
  netfilterHeader,
} from '../netlink/netlink.ts';
import { NetlinkSocket } from '../netlink/socket.ts';
import { ConnectionFinder } from './conntrack.ts';
import { readDenyEvents } from './deny-event.ts';
import type { DenyEvent } from './deny-event.ts';

export interface DenyLogOptions {
  /** The network namespace whose rules log (a path). */
  readonly netns?: string | undefined;
  /** The nflog group of the log rules. */
  readonly group: number;
  /** Bytes of each packet to hand over. */
  readonly snaplen?: number;
}

/** The reader of one nflog group; there can be only one for each group. */
export interface DenyLog {
  /** How many events the kernel dropped because they were not read fast enough, by gaps in its count. */
  readonly lost: number;
  /**
   * Whether the kernel tells the connection of each packet (CONFIG_NETFILTER_NETLINK_GLUE_CT). Where it does
   * not, the table of connections is asked, which does not hold those whose very first packet was dropped.
   */
  readonly tellsConnections: boolean;
  close(): void;
}

/** NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG. */
const CONFIG_MESSAGE = (4 << 8) | 1;
/** enum nfulnl_attr_config, nfulnl_msg_config_cmds and flags of linux/netfilter/nfnetlink_log.h. */
const CFG_CMD = 1;
const CFG_MODE = 2;
const CFG_NLBUFSIZ = 3;
const CFG_TIMEOUT = 4;
const CFG_QTHRESH = 5;
const CFG_FLAGS = 6;
const CMD_BIND = 1;
const COPY_PACKET = 2;
const FLAG_SEQUENCE = 1;
const FLAG_CONNTRACK = 4;

/** Events the kernel gathers before it hands them over, and the longest it waits, in 1/100 s. */
const GATHERED = 64;
const WAIT = 5;
const DATAGRAM = 1 << 16;

/**
 * Reads the events of the log rules of a network namespace in this process. Throws {@link HostError}
 * without koffi or the right, and when another process reads the group.
 */
export function openDenyLog(
  { netns, group, snaplen = 96 }: DenyLogOptions,
  onEvent: (event: DenyEvent) => void,
): DenyLog {
  const socket = new NetlinkSocket({ netns, receiveBuffer: 8 << 20, silentLoss: true });
  const bind = (flags: number): number =>
    socket.request(
      message(
        CONFIG_MESSAGE,
        NLM_F_REQUEST | NLM_F_ACK,
        flags,
        netfilterHeader(0, group),
        attribute(CFG_CMD, Buffer.from([CMD_BIND])),
        attribute(CFG_MODE, Buffer.from([...be32(snaplen), COPY_PACKET, 0])),
        attribute(CFG_NLBUFSIZ, be32(DATAGRAM)),
        attribute(CFG_TIMEOUT, be32(WAIT)),
        attribute(CFG_QTHRESH, be32(GATHERED)),
        attribute(CFG_FLAGS, be16(flags)),
      ),
    );
  let flags = FLAG_SEQUENCE | FLAG_CONNTRACK;
  let failed = bind(flags);
  // EOPNOTSUPP: the kernel cannot tell connections; the socket already holds the group.
  if (failed !== 0) failed = bind((flags = FLAG_SEQUENCE));
  const tellsConnections = (flags & FLAG_CONNTRACK) !== 0;
  const finder = tellsConnections || failed !== 0 ? undefined : new ConnectionFinder(netns);
  if (failed !== 0) {
    socket.close();
    throw new HostError(refusal(group, failed));
  }
  let lost = 0;
  let next: number | undefined;
  socket.read(
    (datagram) =>
      readDenyEvents(datagram, Date.now(), (event, sequence) => {
        if (sequence !== undefined) {
          // A count that went back began anew.
          if (next !== undefined && sequence > next) lost += sequence - next;
          next = sequence + 1;
        }
        if (event !== undefined)
          onEvent(finder === undefined ? event : withConnection(event, finder));
      }),
    () => {},
  );
  return {
    get lost() {
      return lost;
    },
    tellsConnections,
    close: () => {
      socket.close();
      finder?.close();
    },
  };
}

function withConnection(event: DenyEvent, finder: ConnectionFinder): DenyEvent {
  const found = finder.find(event);
  return found === undefined ? { ...event, reply: false } : { ...event, ...found };
}

function refusal(group: number, errno: number): string {
  // EPERM, which is also what a group that another socket reads is refused with.
  if (errno === ERRNO.EPERM) {
    return (
      `nflog group ${group} cannot be read: another process reads it, or this one has no right to ` +
      '(root, or CAP_NET_ADMIN)'
    );
  }
  return `nflog group ${group} cannot be read: errno ${errno}`;
}
