import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConnection } from '../../src/kernel/conntrack/connection-tuple.ts';
import { readDenyEvents } from '../../src/kernel/conntrack/deny-event.ts';
import type { DenyEvent } from '../../src/kernel/conntrack/deny-event.ts';
import {
  attribute,
  attributesOf,
  be16,
  be32,
  message,
  messagesOf,
  netfilterHeader,
} from '../../src/kernel/netlink/netlink.ts';
import { readPacket } from '../../src/kernel/netlink/packet.ts';
import { ChangeReader } from '../../src/kernel/nft/events.ts';
import { SEED } from '../generators/seed.ts';

const ULOG_PACKET = 4 << 8;
const NESTED = 0x8000;

const four = Buffer.from('4500001d000040004011000a0a4d01020a4d0202', 'hex');
const six = Buffer.from(
  '6000000000091140fd770001000000000000000000000002fd770002000000000000000000000002',
  'hex',
);
const udp = Buffer.from('0fa01b580009000078', 'hex');

function tuple(source: number[], sourcePort: number, destination: number[], port: number): Buffer {
  return Buffer.concat([
    attribute(
      1 | NESTED,
      Buffer.concat([attribute(1, Buffer.from(source)), attribute(2, Buffer.from(destination))]),
    ),
    attribute(
      2 | NESTED,
      Buffer.concat([
        attribute(1, Buffer.from([17])),
        attribute(2, be16(sourcePort)),
        attribute(3, be16(port)),
      ]),
    ),
  ]);
}

const entry = Buffer.concat([
  attribute(1 | NESTED, tuple([10, 77, 1, 2], 4000, [10, 96, 0, 10], 53)),
  attribute(2 | NESTED, tuple([10, 77, 2, 2], 7000, [10, 77, 1, 2], 4000)),
  attribute(8, be32(7)),
]);

const logged = message(
  ULOG_PACKET,
  0,
  0,
  netfilterHeader(2, 5150),
  attribute(1, Buffer.from([8, 0, 4, 0])),
  attribute(2, be32(0x4000)),
  attribute(3, Buffer.from('000000006553f10000000000000f4240', 'hex')),
  attribute(10, Buffer.from('sluice E\0')),
  attribute(12, be32(41)),
  attribute(9, Buffer.concat([four, udp])),
  attribute(18 | NESTED, entry),
  attribute(19, be32(2)),
);

const sample: DenyEvent = {
  family: 4,
  protocol: 17,
  source: '10.77.1.2',
  destination: '10.77.2.2',
  sourcePort: 4000,
  destinationPort: 7000,
  prefix: 'sluice E',
  connection: {
    original: {
      protocol: 17,
      source: '10.77.1.2',
      sourcePort: 4000,
      destination: '10.96.0.10',
      destinationPort: 53,
    },
    reply: {
      protocol: 17,
      source: '10.77.2.2',
      sourcePort: 7000,
      destination: '10.77.1.2',
      destinationPort: 4000,
    },
  },
  reply: false,
  mark: 0x4000,
  time: 0x6553f100 * 1000 + 1000,
};

function eventsIn(datagram: Buffer): (DenyEvent | undefined)[] {
  const events: (DenyEvent | undefined)[] = [];
  readDenyEvents(datagram, 0, (event) => events.push(event));
  return events;
}

describe('a datagram of the log', () => {
  test('tells each packet with its connection', () => {
    expect(eventsIn(Buffer.concat([logged, logged]))).toEqual([sample, sample]);
  });

  test('tells the sequence numbers', () => {
    const numbers: (number | undefined)[] = [];
    readDenyEvents(logged, 0, (_, sequence) => numbers.push(sequence));
    expect(numbers).toEqual([41]);
  });

  test('messages of other kinds are passed over', () => {
    const other = message(2, 0, 1, be32(0));
    expect(eventsIn(Buffer.concat([other, logged]))).toEqual([sample]);
  });

  test('a packet without its connection is told without', () => {
    const bare = message(
      ULOG_PACKET,
      0,
      0,
      netfilterHeader(10, 5150),
      attribute(9, Buffer.concat([six, udp])),
    );
    expect(eventsIn(bare)).toEqual([
      {
        ...sample,
        family: 6,
        source: 'fd77:1::2',
        destination: 'fd77:2::2',
        prefix: '',
        connection: undefined,
        reply: undefined,
        mark: 0,
        time: 0,
      },
    ]);
  });
});

describe('the headers of a packet', () => {
  const read = (...parts: Buffer[]): object | undefined => {
    const bytes = Buffer.concat(parts);
    return readPacket(bytes, 0, bytes.length);
  };
  const withProtocol = (protocol: number): Buffer => {
    const header = Buffer.from(six);
    header[6] = protocol;
    return header;
  };

  test('ports stand behind the extension headers of IPv6', () => {
    const hopByHop = Buffer.from('3c00000000000000', 'hex');
    const options = Buffer.from('11010000000000000000000000000000', 'hex');
    expect(read(withProtocol(0), hopByHop, options, udp)).toMatchObject({
      protocol: 17,
      sourcePort: 4000,
      destinationPort: 7000,
    });
  });

  test.each([
    ['first', '1100000000000000', { sourcePort: 4000 }],
    ['later', '1100000800000000', { sourcePort: undefined, protocol: 17 }],
  ])('of IPv6 fragments only the first has ports: %s', (_, fragment, expected) => {
    expect(read(withProtocol(44), Buffer.from(fragment, 'hex'), udp)).toMatchObject(expected);
  });

  test('of IPv4 fragments only the first has ports', () => {
    const later = Buffer.from(four);
    later.writeUInt16BE(1, 6);
    expect(read(later, udp)).toMatchObject({ protocol: 17, sourcePort: undefined });
  });

  test('options of IPv4 are passed over', () => {
    const long = Buffer.from(four);
    long[0] = 0x46;
    expect(read(long, Buffer.alloc(4), udp)).toMatchObject({ sourcePort: 4000 });
  });

  test('protocols without ports have none', () => {
    const icmp = Buffer.from(four);
    icmp[9] = 1;
    expect(read(icmp, udp)).toMatchObject({ protocol: 1, sourcePort: undefined });
  });

  test.each([[''], ['45'], ['4500001d000040004011000a0a4d01020a4d02'], ['60000000'], ['f0f0']])(
    'what is no whole header is no packet: %s',
    (hex) => expect(read(Buffer.from(hex, 'hex'))).toBeUndefined(),
  );
});

describe('bytes that are anything', () => {
  const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
  /** A real datagram, cut, with some of its bytes changed: the lengths in it may say anything. */
  const broken = fc
    .tuple(
      fc.nat({ max: 3 * logged.length }),
      fc.array(fc.tuple(fc.nat({ max: 2 * logged.length - 1 }), fc.nat({ max: 255 })), {
        maxLength: 8,
      }),
    )
    .map(([length, changes]) => {
      const datagram = Buffer.concat([logged, logged]);
      for (const [at, value] of changes) datagram[at] = value;
      return datagram.subarray(0, length);
    });
  const any = fc.oneof(bytes, broken);

  test('never make a reader throw, nor loop', () => {
    fc.assert(
      fc.property(any, fc.nat({ max: 500 }), (datagram, end) => {
        eventsIn(datagram);
        const reader = new ChangeReader('sluice', () => {});
        reader.read(datagram);
        readPacket(datagram, 0, Math.min(end, datagram.length));
        readConnection(datagram, 0, end);
        const total = [...messagesOf(datagram)].length;
        expect(total).toBeLessThanOrEqual(datagram.length / 16);
        for (const span of attributesOf(datagram, 0, end).values()) {
          expect(span.start).toBeLessThanOrEqual(span.end);
          expect(span.end).toBeLessThanOrEqual(datagram.length);
        }
      }),
      { numRuns: 20_000, seed: SEED },
    );
  });

  test('what is cut off does not change what came before', () => {
    fc.assert(
      fc.property(fc.nat({ max: logged.length - 1 }), (length) => {
        const cut = Buffer.concat([logged, logged.subarray(0, length)]);
        expect(eventsIn(cut)).toEqual([sample]);
      }),
    );
  });
});
