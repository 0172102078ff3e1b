import { describe, expect, test } from 'vitest';
import { FAMILIES } from '../../src/model/address.ts';
import type { Protocol } from '../conformance/implementation.ts';
import { converse, flowsOf } from './conversation.ts';
import { EnforcedNetwork } from './enforced-network.ts';
import {
  egress,
  ingress,
  onPort,
  podCidrs,
  podObject,
  pods,
  smallCluster,
  way,
} from './small-cluster.ts';
import type { Name } from './small-cluster.ts';

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP', 'other'];

/** Of a connection to its own node what the node sends still passes (N1), in vain. */
type Effect = 'goes on' | 'stops' | 'stops for the pod';

/** A change under live connections, and which of them go on afterwards. */
interface Change {
  /** Begins with its row. */
  readonly title: string;
  readonly before: readonly object[];
  readonly after: readonly object[];
  /** All of them when absent. */
  readonly protocols?: readonly Protocol[];
  /** Pods that are other ones afterwards, by their objects. */
  readonly pods?: readonly object[];
  readonly connections: readonly (readonly [from: Name, to: Name, is: Effect])[];
}

const CHANGES: readonly Change[] = [
  {
    title: 'L6 a policy that comes stops what it denies',
    before: [],
    after: [ingress('a', { from: [pods('b')] })],
    connections: [
      ['b', 'a', 'goes on'],
      ['c', 'a', 'stops'],
      ['outside', 'a', 'stops'],
      ['a', 'c', 'goes on'],
      ['c', 'd', 'goes on'],
      ['n1', 'a', 'goes on'],
      ['n2', 'a', 'stops'],
    ],
  },
  {
    title: 'L6 a peer taken from a rule is stopped',
    before: [ingress('a', { from: [pods('b'), pods('c')] })],
    after: [ingress('a', { from: [pods('b')] })],
    connections: [
      ['b', 'a', 'goes on'],
      ['c', 'a', 'stops'],
    ],
  },
  {
    title: 'L6 a port taken from a rule is stopped',
    protocols: ['TCP', 'UDP', 'SCTP'],
    before: [ingress('a', { ports: onPort(80) }, { from: [pods('b')] })],
    after: [ingress('a', { ports: onPort(81) }, { from: [pods('b')] })],
    connections: [
      ['b', 'a', 'goes on'],
      ['c', 'a', 'stops'],
    ],
  },
  {
    title: 'L6 isolation for egress stops what the pod began, not what it answers',
    before: [],
    after: [egress('a')],
    connections: [
      ['a', 'c', 'stops'],
      ['a', 'b', 'stops'],
      ['a', 'n1', 'stops for the pod'],
      ['a', 'outside', 'stops'],
      ['c', 'a', 'goes on'],
      ['n1', 'a', 'goes on'],
    ],
  },
  {
    title: 'L6 a label taken from a peer on another node stops it',
    before: [ingress('a', { from: [pods('c')] })],
    after: [ingress('a', { from: [pods('c')] })],
    pods: [podObject('c', 'n2', { app: 'other' })],
    connections: [
      ['c', 'a', 'stops'],
      ['a', 'c', 'goes on'],
    ],
  },
  {
    title: 'L6 a label that makes a pod a subject stops what that denies',
    before: [ingress('a')],
    after: [ingress('a')],
    pods: [podObject('b', 'n1', { app: 'a' })],
    connections: [
      ['c', 'b', 'stops'],
      ['b', 'c', 'goes on'],
    ],
  },
  {
    title: 'L6 a wider rule stops nothing',
    before: [ingress('a', { from: [pods('b')] })],
    after: [ingress('a', { from: [pods('b'), pods('c')] }, { ports: onPort(1) })],
    connections: [['b', 'a', 'goes on']],
  },
  {
    title: 'L6 the last policy that goes stops nothing',
    before: [ingress('a', { from: [pods('b')] })],
    after: [],
    connections: [
      ['b', 'a', 'goes on'],
      ['a', 'c', 'goes on'],
    ],
  },
  {
    title: 'L6 a change elsewhere stops nothing',
    before: [ingress('a', { from: [pods('b')] }), egress('b', { to: [pods('a')] })],
    after: [ingress('a', { from: [pods('b')] }), egress('b', { to: [pods('a')] }), ingress('d')],
    connections: [
      ['b', 'a', 'goes on'],
      ['c', 'd', 'stops'],
    ],
  },
  {
    title: 'S20 an address that goes to another pod takes no connection with it',
    before: [ingress('a', { from: [pods('c')] })],
    after: [ingress('a', { from: [pods('c')] }), ingress('e')],
    pods: [podObject('a', 'n1', { app: 'a' }, 'stranger'), podObject('e', 'n1', { app: 'e' }, 'a')],
    connections: [['c', 'a', 'stops']],
  },
];

const BOTH = { fromServer: true, fromClient: true };
const NEITHER = { fromServer: false, fromClient: false };

const FLOWS: Readonly<Record<Effect, { fromServer: boolean; fromClient: boolean }>> = {
  'goes on': BOTH,
  stops: NEITHER,
  'stops for the pod': { fromServer: true, fromClient: false },
};

describe.each(CHANGES)('$title', (change) => {
  const { before, after, pods: others = [], connections, protocols = PROTOCOLS } = change;
  for (const [from, to, is] of connections) {
    test.each(protocols)(`${from} → ${to} ${is}: %s`, (protocol) => {
      for (const family of FAMILIES) {
        const enforced = new EnforcedNetwork(smallCluster(before), { podCidrs });
        const one = converse(enforced.network, way(from, to, family), protocol, 80);
        expect(one.open().lost, `IPv${family}, before`).toBeUndefined();
        enforced.change(smallCluster(after, others));
        expect(flowsOf(one), `IPv${family}, after`).toEqual(FLOWS[is]);
        expect(flowsOf(one), `IPv${family}, once more`).toEqual(FLOWS[is]);
      }
    });
  }
});

describe('L6 what a change stopped', () => {
  test.each(PROTOCOLS)('goes on when it is taken back: %s', (protocol) => {
    const allowed = smallCluster([ingress('a', { from: [pods('c')] })]);
    const denied = smallCluster([ingress('a', { from: [pods('b')] })]);
    for (const family of FAMILIES) {
      const enforced = new EnforcedNetwork(allowed);
      const one = converse(enforced.network, way('c', 'a', family), protocol, 80);
      expect(one.open().lost).toBeUndefined();
      enforced.change(denied);
      expect(flowsOf(one)).toEqual(NEITHER);
      enforced.change(allowed);
      expect(flowsOf(one)).toEqual(BOTH);
    }
  });

  test('stops one-way streams of datagrams, which never became established', () => {
    const enforced = new EnforcedNetwork(smallCluster([]));
    const one = converse(enforced.network, way('c', 'a', 4), 'UDP', 80);
    expect(one.sendFirst().lost).toBeUndefined();
    expect(one.clientData().arrived).toBe(true);
    enforced.change(smallCluster([ingress('a')]));
    expect(one.clientData().arrived).toBe(false);
  });
});
