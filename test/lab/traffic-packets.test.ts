import { describe, expect, test } from 'vitest';
import { addressOf, sockaddr } from '../../src/lab/sockets/address.ts';
import { echoRequest, isEchoReply } from '../../src/lab/sockets/icmp.ts';
import { answerLine, answerTo, readAnswer } from '../../src/lab/sockets/listener-answer.ts';
import {
  abortPacket,
  crc32c,
  initAckPacket,
  initPacket,
  readPacket,
} from '../../src/lab/sockets/sctp.ts';
import { parseAddress } from '../../src/model/address.ts';

test.each(['10.244.0.7', '255.255.255.255', 'fd00:10:244::7', '::1', '2001:db8::ffff'])(
  'a sockaddr of %s is read back',
  (text) => {
    const address = parseAddress(text)!;
    expect(addressOf(Buffer.from(sockaddr(address, 80)))).toEqual(address);
  },
);

test('a mapped IPv4 client of a dual-stack socket is the IPv4 address', () => {
  const bytes = Buffer.from(sockaddr({ family: 6, value: 0xffff_0a00_0001n }, 80));
  expect(addressOf(bytes)).toEqual(parseAddress('10.0.0.1'));
});

// RFC 3720, appendix B.4: the vectors of iSCSI, which has the same checksum
test.each([
  ['zeros', Buffer.alloc(32), 0x8a91_36aa],
  ['ones', Buffer.alloc(32, 0xff), 0x62a8_ab43],
  ['ascending', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd_794e],
])('CRC32C of 32 %s', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

describe('SCTP', () => {
  const init = initPacket(4000, 80, 0xabcd);

  test('an INIT says what its answers need', () => {
    expect(readPacket(init)).toEqual({
      sourcePort: 4000,
      destinationPort: 80,
      tag: 0,
      chunk: 'INIT',
      initiateTag: 0xabcd,
      cookie: '',
    });
  });

  test.each([
    ['INIT ACK', initAckPacket(readPacket(init)!, 7, 'shop/web 10.0.0.1'), 'shop/web 10.0.0.1'],
    ['ABORT', abortPacket(readPacket(init)!), ''],
  ])('an %s goes back the way it came, with the tag it was given', (chunk, bytes, cookie) => {
    expect(readPacket(bytes)).toMatchObject({
      sourcePort: 80,
      destinationPort: 4000,
      tag: 0xabcd,
      chunk,
      cookie,
    });
    expect(bytes.length % 4).toBe(0);
  });

  test('cut packets are nothing', () => {
    for (let length = 0; length < init.length; length++) {
      expect(readPacket(init.subarray(0, length))?.chunk ?? 'none').toBe('none');
    }
  });
});

describe('ICMP echo', () => {
  test.each([4, 6] as const)(
    'family %i: the reply to a request is known, others are not',
    (family) => {
      const request = echoRequest(family, 7, 'who 1');
      const reply = Buffer.from(request);
      reply[0] = family === 4 ? 0 : 129;
      expect(isEchoReply(family, reply, request)).toBe(true);
      expect(isEchoReply(family, request, request)).toBe(false);
      expect(isEchoReply(family, reply, echoRequest(family, 7, 'who 2'))).toBe(false);
      expect(isEchoReply(family, reply.subarray(0, 9), request)).toBe(false);
    },
  );
});

describe('what listeners say', () => {
  const line = answerLine('shop/web', parseAddress('10.0.0.1')!);

  test('the line names the stand and the client', () => {
    expect(readAnswer(line)).toEqual({ by: 'shop/web', seenAs: parseAddress('10.0.0.1') });
    for (const other of ['', 'SSH-2.0-x', 'HTTP/1.1 200 OK', 'a b c']) {
      expect(readAnswer(other)).toBeUndefined();
    }
  });

  test('a browser gets a page', () => {
    expect(answerTo('who\n', line)).toBe(line);
    expect(answerTo('GET / HTTP/1.1\r\n', line)).toMatch(
      /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nshop\/web 10\.0\.0\.1\n$/s,
    );
    expect(answerTo('HEAD / HTTP/1.1\r\n', line)).toMatch(/\r\n\r\n$/);
  });
});
