import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import type { Ruleset } from '../../src/compile/ruleset/ruleset.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import { FAMILIES } from '../../src/model/address.ts';
import type { Protocol } from '../conformance/implementation.ts';
import { converse, flowsOf } from './conversation.ts';
import { EnforcedNetwork } from './enforced-network.ts';
import { NodeStack } from './node-stack.ts';
import { firstPacket } from './packet.ts';
import {
  addressOf,
  egress,
  ingress,
  podCidrs,
  podObject,
  pods,
  smallCluster,
  way,
} from './small-cluster.ts';
import type { Name } from './small-cluster.ts';

const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP', 'other'];

type Tier = 'Admin' | 'Baseline';

/** A policy for all pods with one rule on ingress, or on egress. */
function clusterPolicy(
  name: string,
  rule: { tier?: Tier; priority?: number; action: string; from?: object[]; to?: object[] },
): object {
  const { tier = 'Admin', priority = 10, action, from, to } = rule;
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec: {
      tier,
      priority,
      subject: { namespaces: {} },
      ...(from !== undefined && { ingress: [{ action, from }] }),
      ...(to !== undefined && { egress: [{ action, to }] }),
    },
  };
}

const labelled = (app: string): object => ({ pods: { podSelector: { matchLabels: { app } } } });
const OUTSIDE = { networks: ['0.0.0.0/0', '::/0'] };

interface Change {
  /** Begins with its row. */
  readonly title: string;
  readonly before: readonly object[];
  readonly after: readonly object[];
  readonly pods?: readonly object[];
  readonly connections: readonly (readonly [from: Name, to: Name, goesOn: boolean])[];
}

const CHANGES: readonly Change[] = [
  {
    title: 'C2 an Admin Deny that comes stops what a NetworkPolicy allows',
    before: [ingress('a', { from: [pods('b'), pods('c')] })],
    after: [
      ingress('a', { from: [pods('b'), pods('c')] }),
      clusterPolicy('deny', { action: 'Deny', from: [labelled('c')] }),
    ],
    connections: [
      ['b', 'a', true],
      ['c', 'a', false],
      ['c', 'd', false],
      ['a', 'c', true],
      ['n1', 'a', true],
    ],
  },
  {
    title: 'C2 an Admin Accept that goes stops what it alone allowed',
    before: [ingress('a'), clusterPolicy('accept', { action: 'Accept', from: [labelled('c')] })],
    after: [ingress('a')],
    connections: [['c', 'a', false]],
  },
  {
    title: 'C30 a patched action takes effect',
    before: [clusterPolicy('one', { action: 'Accept', from: [labelled('c')] })],
    after: [clusterPolicy('one', { action: 'Deny', from: [labelled('c')] })],
    connections: [
      ['c', 'a', false],
      ['b', 'a', true],
    ],
  },
  {
    title: 'C30 a patched priority takes effect',
    before: [
      clusterPolicy('one', { action: 'Accept', priority: 1, from: [labelled('c')] }),
      clusterPolicy('two', { action: 'Deny', priority: 2, from: [labelled('c')] }),
    ],
    after: [
      clusterPolicy('one', { action: 'Accept', priority: 3, from: [labelled('c')] }),
      clusterPolicy('two', { action: 'Deny', priority: 2, from: [labelled('c')] }),
    ],
    connections: [
      ['c', 'a', false],
      ['b', 'a', true],
    ],
  },
  {
    title: 'C29 a label that comes makes a peer',
    before: [clusterPolicy('deny', { action: 'Deny', from: [labelled('bad')] })],
    after: [clusterPolicy('deny', { action: 'Deny', from: [labelled('bad')] })],
    pods: [podObject('c', 'n2', { app: 'bad' })],
    connections: [
      ['c', 'a', false],
      ['b', 'a', true],
    ],
  },
  {
    title: 'C3 the last NetworkPolicy that goes leaves Baseline to decide',
    before: [
      ingress('a', { from: [pods('b'), pods('c')] }),
      clusterPolicy('base', { tier: 'Baseline', action: 'Deny', from: [labelled('c')] }),
    ],
    after: [clusterPolicy('base', { tier: 'Baseline', action: 'Deny', from: [labelled('c')] })],
    connections: [
      ['b', 'a', true],
      ['c', 'a', false],
    ],
  },
  {
    title: 'C19 a Deny of all networks stops what goes out, and what goes to pods',
    before: [],
    after: [clusterPolicy('out', { action: 'Deny', to: [OUTSIDE] })],
    connections: [
      ['a', 'outside', false],
      ['a', 'c', false],
      ['outside', 'a', true],
    ],
  },
  {
    title: 'C8 a Pass that comes first leaves the decision to NetworkPolicy',
    before: [
      egress('a', { to: [pods('c')] }),
      clusterPolicy('two', { action: 'Accept', priority: 2, to: [labelled('c'), labelled('d')] }),
    ],
    after: [
      egress('a', { to: [pods('c')] }),
      clusterPolicy('one', { action: 'Pass', priority: 1, to: [labelled('c'), labelled('d')] }),
      clusterPolicy('two', { action: 'Accept', priority: 2, to: [labelled('c'), labelled('d')] }),
    ],
    connections: [
      ['a', 'c', true],
      ['a', 'd', false],
    ],
  },
];

const BOTH = { fromServer: true, fromClient: true };
const NEITHER = { fromServer: false, fromClient: false };

describe.each(CHANGES)('$title', ({ before, after, pods: others = [], connections }) => {
  for (const [from, to, goesOn] of connections) {
    test.each(PROTOCOLS)(`${from} → ${to} ${goesOn ? 'goes on' : 'stops'}: %s`, (protocol) => {
      for (const family of FAMILIES) {
        const enforced = new EnforcedNetwork(smallCluster(before), { podCidrs });
        const one = converse(enforced.network, way(from, to, family), protocol, 80);
        expect(one.open().lost, `IPv${family}, before`).toBeUndefined();
        enforced.change(smallCluster(after, others));
        expect(flowsOf(one), `IPv${family}, after`).toEqual(goesOn ? BOTH : NEITHER);
        const again = converse(enforced.network, way(from, to, family), protocol, 81);
        expect(again.open().lost === undefined, `IPv${family}, anew`).toBe(goesOn);
        enforced.change(smallCluster(before));
        expect(flowsOf(one), `IPv${family}, taken back`).toEqual(BOTH);
      }
    });
  }
});

test('C32 the own node reaches its pods whatever the tiers deny', () => {
  const deny = clusterPolicy('deny', { action: 'Deny', from: [] });
  const enforced = new EnforcedNetwork(smallCluster([deny]), { podCidrs });
  for (const family of FAMILIES) {
    const opened = (from: Name, to: Name): boolean =>
      converse(enforced.network, way(from, to, family), 'TCP', 80).open().lost === undefined;
    expect(opened('n1', 'a')).toBe(true);
    expect(opened('n2', 'a')).toBe(false);
    expect(opened('b', 'a')).toBe(false);
  }
});

describe('L12 rules of before that do not ask the tiers, and elements of after', () => {
  const before = [ingress('a', { from: [pods('b')] }), egress('b', { to: [pods('a')] })];
  // what the NetworkPolicies denied is left to the tiers
  const after = [clusterPolicy('deny', { action: 'Deny', from: [labelled('c')] })];
  const compiler = new NodeCompiler(
    { name: 'n1', podCidrs: podCidrs('n1') },
    { epoch: 1, generation: 0 },
  );
  const [one, other] = [smallCluster(before), smallCluster(after)];
  compiler.load(one);
  const old = compiler.ruleset();
  compiler.update(changesBetween(one, other));
  const next = compiler.ruleset();

  test.each(FAMILIES)('let nothing through that both states deny: IPv%d', (family) => {
    const passes = ({ chains }: Ruleset, { sets }: Ruleset, from: Name, to: Name): boolean => {
      const addresses = [addressOf('n1', family)];
      const ruleset = { table: 'sluice', chains, sets };
      const node = new NodeStack({ name: 'n1', addresses, ruleset });
      const packet = firstPacket(way(from, to, family), 'TCP', 40_000, 80);
      return node.receive(packet, 'eth0').fate !== 'dropped';
    };
    expect(passes(old, old, 'c', 'a')).toBe(false);
    expect(passes(next, next, 'c', 'a')).toBe(false);
    expect(passes(old, next, 'c', 'a')).toBe(false);
    // the node itself is no subject
    expect(passes(old, next, 'c', 'n1')).toBe(false);
    expect(passes(next, next, 'c', 'n1')).toBe(true);
    expect(passes(old, old, 'c', 'n1')).toBe(true);
  });
});
