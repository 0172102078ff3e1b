import packet from 'dns-packet';
import type { Answer } from 'dns-packet';
import { describe, expect, test } from 'vitest';
import { heardIn } from '../../src/lab/dns/heard.ts';
import { outsideAddresses } from '../../src/lab/dns/outside-names.ts';
import { formatAddress } from '../../src/model/address.ts';

const NOW = 1_000_000;

function answer(...answers: Answer[]): Buffer {
  const questions = [{ name: 'API.example.com', type: 'A' as const }];
  return packet.encode({ type: 'response', id: 1, questions, answers });
}

const a = (name: string, data: string, ttl = 30): Answer => ({ type: 'A', name, data, ttl });
const alias = (name: string, data: string, ttl = 30): Answer => ({
  type: 'CNAME',
  name,
  data,
  ttl,
});

/** What is heard, as `NAME ADDRESS SECONDS`. */
function heard(message: Buffer): string[] {
  return heardIn(message, NOW).map(
    ({ name, address, until }) => `${name} ${formatAddress(address)} ${(until - NOW) / 1000}`,
  );
}

describe('what a DNS answer says', () => {
  test('is every address of the name that was asked for, in any case', () => {
    expect(
      heard(answer(a('api.EXAMPLE.com', '192.0.2.1'), a('api.example.com', '192.0.2.2'))),
    ).toEqual(['api.example.com 192.0.2.1 30', 'api.example.com 192.0.2.2 30']);
  });

  test('C24 follows CNAMEs inside the answer, for the least TTL on the way', () => {
    const message = answer(
      alias('api.example.com', 'edge.example.net', 300),
      alias('edge.example.net', 'pop.example.org', 20),
      a('pop.example.org', '192.0.2.1', 60),
    );
    expect(heard(message)).toEqual(['api.example.com 192.0.2.1 20']);
  });

  test('C24 is nothing of names that the answer does not lead to', () => {
    expect(heard(answer(a('other.example.com', '192.0.2.1')))).toEqual([]);
    expect(
      heard(answer(alias('x.example.com', 'y.example.com'), a('y.example.com', '1.2.3.4'))),
    ).toEqual([]);
  });

  test('is at least a second, and ends where CNAMEs run in a circle', () => {
    expect(heard(answer(a('api.example.com', '192.0.2.1', 0)))).toEqual([
      'api.example.com 192.0.2.1 1',
    ]);
    const circle = [
      alias('api.example.com', 'b.example.com'),
      alias('b.example.com', 'api.example.com'),
    ];
    expect(heard(answer(...circle))).toEqual([]);
  });

  test('is nothing where there is no answer', () => {
    expect(
      heard(packet.encode({ type: 'query', id: 1, questions: [{ name: 'a.b', type: 'A' }] })),
    ).toEqual([]);
    for (let length = 0; length < 40; length++)
      expect(heard(Buffer.alloc(length, 0xc0))).toEqual([]);
  });
});

test('names outside have addresses of their own if a policy is about them', () => {
  const of = (name: string): string[] =>
    outsideAddresses(['*.example.com'], name).map(formatAddress);
  expect(of('a.example.com')).toHaveLength(2);
  expect(of('a.example.com')).toEqual(of('a.example.com'));
  expect(of('a.example.com')).not.toEqual(of('b.example.com'));
  expect(of('example.com')).toEqual([]);
});
