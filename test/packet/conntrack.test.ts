import { describe, expect, test } from 'vitest';
import { ConntrackTable } from './conntrack.ts';
import { ACK, FIN, RST, SYN, TCP, answerTo, echo, firstPacket, icmp6 } from './packet.ts';
import { unknownProtocol, unreachable } from './packet.ts';
import type { Packet } from './packet.ts';

const WAY = { family: 4, source: 1n, destination: 2n } as const;
const WAY6 = { family: 6, source: 1n, destination: 2n } as const;
const syn = firstPacket(WAY, 'TCP', 1000, 80);
const flags = (tcpFlags: number): Packet => ({ ...syn, tcpFlags });

/** What the first packet a node sees of a connection is. */
const FIRST: readonly (readonly [string, Packet, string])[] = [
  ['a SYN', syn, 'new'],
  ['a SYN-ACK', flags(SYN | ACK), 'invalid'],
  ['an ACK, for connections are picked up', flags(ACK), 'new'],
  ['a FIN', flags(FIN | ACK), 'invalid'],
  ['a RST', flags(RST), 'invalid'],
  ['a TCP packet without flags', flags(0), 'invalid'],
  ['a datagram', firstPacket(WAY, 'UDP', 1000, 53), 'new'],
  ['an INIT', firstPacket(WAY, 'SCTP', 1000, 80), 'new'],
  ['another SCTP chunk', answerTo(firstPacket(WAY, 'SCTP', 1000, 80)), 'invalid'],
  ['an echo request', echo(WAY, 'request', 1), 'new'],
  ['an echo reply', echo(WAY, 'reply', 1), 'invalid'],
  ['an ICMPv6 echo request', echo(WAY6, 'request', 1), 'new'],
  ['an ICMPv6 echo reply', echo(WAY6, 'reply', 1), 'invalid'],
  ['a router solicitation', icmp6(WAY6, 133), 'untracked'],
  ['a neighbour advertisement', icmp6(WAY6, 136), 'untracked'],
  ['a redirect', icmp6(WAY6, 137), 'invalid'],
  ['an error about nothing', unreachable(9n, syn), 'invalid'],
  ['a protocol without ports', unknownProtocol(WAY), 'new'],
];

describe('the first packet', () => {
  test.each(FIRST)('%s', (_, packet, state) => {
    expect(new ConntrackTable().track(packet).state).toBe(state);
  });
});

/** Tracks the packets one after the other; each but the last gets through. */
function states(...packets: Packet[]): string[] {
  const conntrack = new ConntrackTable();
  return packets.map((packet) => {
    const tracking = conntrack.track(packet);
    if (!('entry' in tracking)) return tracking.state;
    conntrack.confirm(tracking.entry);
    return `${tracking.state} ${tracking.direction}`;
  });
}

const udp = firstPacket(WAY, 'UDP', 1000, 53);
const ping = echo(WAY, 'request', 7);
const esp = unknownProtocol(WAY);

const COURSES: readonly (readonly [string, Packet[], string[]])[] = [
  [
    'an answer establishes',
    [syn, answerTo(syn), flags(ACK)],
    ['new original', 'established reply', 'established original'],
  ],
  ['one way stays new', [udp, udp, udp], ['new original', 'new original', 'new original']],
  [
    'an echo reply belongs to its request',
    [ping, echo({ ...WAY, source: 2n, destination: 1n }, 'reply', 7)],
    ['new original', 'established reply'],
  ],
  [
    'an echo reply of another id does not',
    [ping, echo({ ...WAY, source: 2n, destination: 1n }, 'reply', 8)],
    ['new original', 'invalid'],
  ],
  [
    'a request the other way is another connection',
    [ping, echo({ ...WAY, source: 2n, destination: 1n }, 'request', 7)],
    ['new original', 'new original'],
  ],
  [
    'an error about the first packet goes back',
    [udp, unreachable(9n, udp)],
    ['new original', 'related reply'],
  ],
  [
    'an error about an answer goes forth',
    [udp, answerTo(udp), unreachable(9n, answerTo(udp))],
    ['new original', 'established reply', 'related original'],
  ],
  [
    'a protocol without ports has answers',
    [esp, answerTo(esp)],
    ['new original', 'established reply'],
  ],
  [
    'another port is another connection',
    [udp, { ...udp, destinationPort: 54 }],
    ['new original', 'new original'],
  ],
];

describe('a connection', () => {
  test.each(COURSES)('%s', (_, packets, wanted) => {
    expect(states(...packets)).toEqual(wanted);
  });
});

test('what did not get through is forgotten', () => {
  const conntrack = new ConntrackTable();
  conntrack.track(syn);
  expect(conntrack.track(answerTo(syn)).state).toBe('invalid');
  expect(conntrack.entries()).toEqual([]);
});

test('nothing is left after a flush', () => {
  const conntrack = new ConntrackTable();
  const tracking = conntrack.track(syn);
  if ('entry' in tracking) conntrack.confirm(tracking.entry);
  expect(conntrack.entries()).toHaveLength(1);
  conntrack.flush();
  expect(conntrack.entries()).toEqual([]);
  expect(conntrack.track({ ...answerTo(syn), protocol: TCP, tcpFlags: ACK })).toMatchObject({
    state: 'new',
    direction: 'original',
  });
});
