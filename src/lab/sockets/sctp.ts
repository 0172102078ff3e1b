/**
 * The first two packets of an SCTP association (RFC 9260, section 3), for kernels without SCTP sockets:
 * an INIT and what answers it are enough to see whether SCTP passes, and conntrack follows them.
 *
 * @module
 */

/** What an SCTP packet is to us. */
export interface SctpPacket {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The receiver's tag: what it sent in its INIT; 0 in an INIT itself. */
  readonly tag: number;
  readonly chunk: 'INIT' | 'INIT ACK' | 'ABORT' | 'other';
  /** The sender's own tag; INIT and INIT ACK only. */
  readonly initiateTag: number;
  /** What the state cookie says; INIT ACK only. */
  readonly cookie: string;
}

const CHUNKS = { INIT: 1, 'INIT ACK': 2, ABORT: 6 } as const;
const COMMON_HEADER = 12;
const INIT_HEADER = 20;
const STATE_COOKIE = 7;

/** Ports and tags of a packet to be sent. */
type Heading = Pick<SctpPacket, 'sourcePort' | 'destinationPort' | 'tag'>;

/** An INIT from a port to a port, with the tag the answer shall carry. */
export function initPacket(sourcePort: number, destinationPort: number, own: number): Buffer {
  return packet({ sourcePort, destinationPort, tag: 0 }, CHUNKS.INIT, initBody(own, ''));
}

/** The answer to an INIT: come in, with a cookie that carries a text. */
export function initAckPacket(init: SctpPacket, own: number, cookie: string): Buffer {
  return packet(answerTo(init), CHUNKS['INIT ACK'], initBody(own, cookie));
}

/** The answer to an INIT for a port where nobody listens (RFC 9260, section 8.4). */
export function abortPacket(init: SctpPacket): Buffer {
  return packet(answerTo(init), CHUNKS.ABORT, Buffer.alloc(0));
}

function answerTo({ sourcePort, destinationPort, initiateTag }: SctpPacket): Heading {
  return { sourcePort: destinationPort, destinationPort: sourcePort, tag: initiateTag };
}

/** Initiate tag, window, streams, first number; then the cookie, padded to four bytes. */
function initBody(own: number, cookie: string): Buffer {
  const text = Buffer.from(cookie);
  const parameter = text.length === 0 ? 0 : 4 + text.length;
  const body = Buffer.alloc(INIT_HEADER - 4 + Math.ceil(parameter / 4) * 4);
  body.writeUInt32BE(own, 0);
  body.writeUInt32BE(65_535, 4);
  body.writeUInt16BE(1, 8);
  body.writeUInt16BE(1, 10);
  body.writeUInt32BE(own, 12);
  if (parameter > 0) {
    body.writeUInt16BE(STATE_COOKIE, 16);
    body.writeUInt16BE(parameter, 18);
    text.copy(body, 20);
  }
  return body;
}

function packet({ sourcePort, destinationPort, tag }: Heading, type: number, body: Buffer): Buffer {
  const bytes = Buffer.alloc(COMMON_HEADER + 4 + body.length);
  bytes.writeUInt16BE(sourcePort, 0);
  bytes.writeUInt16BE(destinationPort, 2);
  bytes.writeUInt32BE(tag, 4);
  bytes.writeUInt8(type, COMMON_HEADER);
  bytes.writeUInt16BE(4 + body.length, COMMON_HEADER + 2);
  body.copy(bytes, COMMON_HEADER + 4);
  bytes.writeUInt32LE(crc32c(bytes), 8);
  return bytes;
}

/** Reads a packet; undefined when it is too short to be one. Its checksum is not looked at: conntrack does. */
export function readPacket(bytes: Buffer): SctpPacket | undefined {
  if (bytes.length < COMMON_HEADER + 4) return undefined;
  const type = bytes.readUInt8(COMMON_HEADER);
  const found = Object.entries(CHUNKS).find(([, number]) => number === type);
  const chunk = (found?.[0] ?? 'other') as SctpPacket['chunk'];
  const starts = chunk === 'INIT' || chunk === 'INIT ACK';
  if (starts && bytes.length < COMMON_HEADER + INIT_HEADER) return undefined;
  return {
    sourcePort: bytes.readUInt16BE(0),
    destinationPort: bytes.readUInt16BE(2),
    tag: bytes.readUInt32BE(4),
    chunk,
    initiateTag: starts ? bytes.readUInt32BE(COMMON_HEADER + 4) : 0,
    cookie: chunk === 'INIT ACK' ? cookieOf(bytes) : '',
  };
}

function cookieOf(bytes: Buffer): string {
  let at = COMMON_HEADER + INIT_HEADER;
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt16BE(at + 2);
    if (length < 4) return '';
    if (bytes.readUInt16BE(at) === STATE_COOKIE) return bytes.toString('utf8', at + 4, at + length);
    at += Math.ceil(length / 4) * 4;
  }
  return '';
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f6_3b78 : value >>> 1;
  return value;
});

/** The checksum of SCTP (RFC 9260, appendix A), over a packet whose own checksum is zero. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = TABLE[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffff_ffff) >>> 0;
}
