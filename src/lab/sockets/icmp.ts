import type { Family } from '../../model/address.ts';

const REQUEST = { 4: 8, 6: 128 } as const;
const REPLY = { 4: 0, 6: 129 } as const;

/** An ICMP echo request that carries a text (RFC 792, RFC 4443). */
export function echoRequest(family: Family, id: number, text: string): Buffer {
  const bytes = Buffer.alloc(8 + Buffer.byteLength(text));
  bytes.writeUInt8(REQUEST[family], 0);
  bytes.writeUInt16BE(id, 4);
  bytes.write(text, 8);
  // raw sockets of family 6 fill the checksum in themselves (RFC 3542, section 3.1)
  if (family === 4) bytes.writeUInt16BE(internetChecksum(bytes), 2);
  return bytes;
}

/** Whether the ICMP message is the reply to that request. */
export function isEchoReply(family: Family, message: Buffer, request: Buffer): boolean {
  return (
    message.length >= request.length &&
    message[0] === REPLY[family] &&
    message.subarray(4, request.length).equals(request.subarray(4))
  );
}

function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += i + 1 < bytes.length ? bytes.readUInt16BE(i) : bytes[i]! << 8;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
