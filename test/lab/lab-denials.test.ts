import { expect, test } from 'vitest';
import type { DenyEvent } from '../../src/kernel/conntrack/deny-event.ts';
import { deniedConnection } from '../../src/lab/running/denials.ts';
import { formatAddress } from '../../src/model/address.ts';

const EVENT: DenyEvent = {
  family: 4,
  protocol: 6,
  source: '10.244.0.1',
  destination: '10.244.1.2',
  sourcePort: 40_000,
  destinationPort: 5432,
  prefix: 'sluice I',
  connection: undefined,
  reply: undefined,
  mark: 0,
  time: 1000,
};

/** `egress 10.244.0.1 → 10.244.1.2 TCP 5432`. */
function told(event: Partial<DenyEvent>): string {
  const { by, from, to, protocol, port, asked } = deniedConnection('n', { ...EVENT, ...event })!;
  const service = asked === undefined ? '' : ` for ${formatAddress(asked.address)} ${asked.port}`;
  return `${by} ${formatAddress(from)} → ${formatAddress(to)} ${protocol} ${port}${service}`;
}

test('a packet to the server is its connection', () => {
  expect(told({})).toBe('ingress 10.244.0.1 → 10.244.1.2 TCP 5432');
});

test('a packet from the server is turned round', () => {
  const back = { source: '10.244.1.2', destination: '10.244.0.1' };
  const ports = { sourcePort: 5432, destinationPort: 40_000 };
  expect(told({ ...back, ...ports, reply: true, prefix: 'sluice E' })).toBe(
    'egress 10.244.0.1 → 10.244.1.2 TCP 5432',
  );
});

test('behind a Service it is the real server that counts, and what was asked is told', () => {
  const original = { protocol: 6, source: '10.244.0.1', sourcePort: 40_000 };
  const reply = { protocol: 6, destination: '10.244.0.1', destinationPort: 40_000 };
  const connection = {
    original: { ...original, destination: '10.96.0.1', destinationPort: 80 },
    reply: { ...reply, source: '10.244.1.2', sourcePort: 5432 },
  };
  expect(told({ connection })).toBe('ingress 10.244.0.1 → 10.244.1.2 TCP 5432 for 10.96.0.1 80');
});

test('a protocol without ports has none', () => {
  const icmp = { protocol: 1, sourcePort: undefined, destinationPort: undefined };
  expect(told(icmp)).toBe('ingress 10.244.0.1 → 10.244.1.2 other 0');
});

test.each([
  ['sluice E', 'egress'],
  ['sluice U', 'unknown'],
  ['else', 'other'],
])('a prefix `%s` is %s', (prefix, by) => {
  expect(deniedConnection('n', { ...EVENT, prefix })!.by).toBe(by);
});
