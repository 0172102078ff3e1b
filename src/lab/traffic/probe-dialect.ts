import type { Address } from '../../model/address.ts';
import type { Protocol } from '../../model/port-set.ts';
import { DATAGRAM, PROTOCOL_NUMBER, RAW, STREAM } from '../sockets/calls.ts';
import { echoRequest, isEchoReply } from '../sockets/icmp.ts';
import { readAnswer } from '../sockets/listener-answer.ts';
import type { ListenerAnswer } from '../sockets/listener-answer.ts';
import { initPacket, readPacket } from '../sockets/sctp.ts';
import type { SocketKind } from '../sockets/socket.ts';
import { payloadOf } from './listener-sctp.ts';

/** How one attempt speaks: which socket, what it says, and what an answer is. */
export interface Dialect {
  readonly kind: SocketKind;
  /** The port to connect to; raw sockets have none. */
  readonly port: number;
  /** Whether a connection by itself shows that packets pass both ways. */
  readonly connects: boolean;
  readonly request: Uint8Array;
  /** What the bytes say; undefined when they are not the answer. */
  answerOf(bytes: Buffer): ProbeAnswer | undefined;
  /**
   * Whether an ICMP error is about this attempt, by the packet that it quotes. A raw socket is told of all
   * errors from the address it is connected to; absent: its errors are its own.
   */
  readonly isMine?: (quoted: Buffer) => boolean;
}

/** Someone answered, who says its name or not; or refused. */
export type ProbeAnswer = Partial<ListenerAnswer> & { readonly refused?: true };

const ASK = Buffer.from('who\n');

/** The words of an attempt; `serial` makes it unlike every other. `sctpSockets`: whether the kernel has them. */
export function dialectOf(
  protocol: Protocol | 'other',
  { family }: Address,
  port: number,
  serial: number,
  sctpSockets: boolean,
): Dialect {
  switch (protocol) {
    case 'TCP':
      return stream(PROTOCOL_NUMBER.TCP, port);
    case 'UDP': {
      const word = `who ${serial}`;
      return {
        kind: { type: DATAGRAM, protocol: PROTOCOL_NUMBER.UDP },
        port,
        connects: false,
        request: Buffer.from(word),
        answerOf: (bytes) => {
          const text = bytes.toString('latin1');
          return text.startsWith(`${word} `)
            ? (readAnswer(text.slice(word.length + 1)) ?? {})
            : undefined;
        },
      };
    }
    case 'SCTP':
      if (sctpSockets) return stream(PROTOCOL_NUMBER.SCTP, port);
      return rawSctp(family, port, serial);
    case 'other': {
      const request = echoRequest(family, serial & 0xffff, `who ${serial}`);
      const icmp = family === 4 ? PROTOCOL_NUMBER.ICMP : PROTOCOL_NUMBER.ICMPv6;
      return {
        kind: { type: RAW, protocol: icmp },
        port: 0,
        connects: false,
        request,
        answerOf: (bytes) =>
          isEchoReply(family, payloadOf(bytes, family), request) ? {} : undefined,
      };
    }
  }
}

function stream(protocol: number, port: number): Dialect {
  return {
    kind: { type: STREAM, protocol },
    port,
    connects: true,
    request: ASK,
    answerOf: (bytes) => readAnswer(bytes.toString('latin1')) ?? {},
  };
}

/** Ports above the usual ephemeral range of other programs' sockets do not matter: tags tell packets apart. */
function rawSctp(family: 4 | 6, port: number, serial: number): Dialect {
  const tag = ((serial * 2_654_435_761) % 0xffff_fffe) >>> 0 || 1;
  const own = 1024 + (serial % 60_000);
  return {
    kind: { type: RAW, protocol: PROTOCOL_NUMBER.SCTP },
    port: 0,
    connects: false,
    request: initPacket(own, port, tag),
    answerOf: (bytes) => {
      const packet = readPacket(payloadOf(bytes, family));
      if (packet?.tag !== tag || packet.destinationPort !== own) return undefined;
      if (packet.chunk === 'ABORT') return { refused: true };
      return packet.chunk === 'INIT ACK' ? (readAnswer(packet.cookie) ?? {}) : undefined;
    },
    // eight bytes are quoted at least, the ports and the tag, which is 0 in an INIT
    isMine: (quoted) =>
      quoted.length >= 4 && quoted.readUInt16BE(0) === own && quoted.readUInt16BE(2) === port,
  };
}
