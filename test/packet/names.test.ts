import { describe, expect, test } from 'vitest';
import { LASTING } from '../../src/compile/matrix/learned-names.ts';
import { FAMILIES } from '../../src/model/address.ts';
import type { Family } from '../../src/model/address.ts';
import { converse, flowsOf } from './conversation.ts';
import type { Conversation } from './conversation.ts';
import { EnforcedNetwork } from './enforced-network.ts';
import { addressOf, egress, ingress, podCidrs, smallCluster, way } from './small-cluster.ts';

/** All pods may reach these names; nothing else outside. */
function named(...domainNames: string[]): object {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'names' },
    spec: {
      tier: 'Admin',
      priority: 1,
      subject: { namespaces: {} },
      egress: [
        {
          action: 'Accept',
          to: [{ domainNames }],
          protocols: [{ tcp: { destinationPort: { number: 443 } } }],
        },
        { action: 'Deny', to: [{ networks: ['0.0.0.0/0', '::/0'] }] },
      ],
    },
  };
}

const BOTH = { fromServer: true, fromClient: true };
const NEITHER = { fromServer: false, fromClient: false };

/** A network in which time passes when the test says so. */
class Named {
  now = 1_000_000;
  readonly enforced: EnforcedNetwork;
  #asked = 0;

  constructor(...policies: object[]) {
    this.enforced = new EnforcedNetwork(smallCluster(policies), { podCidrs, now: () => this.now });
  }

  learn(name: string, seconds: number): void {
    const until = this.now + seconds * 1000;
    const answers = FAMILIES.map((f) => ({ name, address: addressOf('outside', f), until }));
    this.enforced.tell(answers);
  }

  connect(family: Family, port = 443): Conversation {
    return converse(this.enforced.network, way('a', 'outside', family), 'TCP', port);
  }

  /** Whether a new connection is let through, each time of another pod. */
  isOpen(family: Family, port = 443): boolean {
    const from = (['b', 'c', 'd'] as const)[this.#asked++ % 3]!;
    const { network } = this.enforced;
    return converse(network, way(from, 'outside', family), 'TCP', port).open().lost === undefined;
  }

  /** The kernel forgets what has ended; the model looks at its rules once more. */
  pass(seconds: number): void {
    this.now += seconds * 1000;
    this.enforced.tell([]);
    this.enforced.enforceKnown();
  }
}

describe.each(FAMILIES)('over IPv%i', (family) => {
  test('C23 a name opens the addresses an answer gave, on the ports of the rule, for its time', () => {
    const one = new Named(named('api.example.com'));
    expect(one.isOpen(family)).toBe(false);
    one.learn('api.example.com', 30);
    expect(one.isOpen(family)).toBe(true);
    expect(one.isOpen(family, 80)).toBe(false);
    one.pass(31);
    expect(one.isOpen(family)).toBe(false);
  });

  test('C23 a connection goes on when its name has ended, also over other changes', () => {
    const one = new Named(named('api.example.com'));
    one.learn('api.example.com', 30);
    const connection = one.connect(family);
    expect(connection.open().lost).toBeUndefined();
    one.pass(31);
    expect(flowsOf(connection)).toEqual(BOTH);
    one.enforced.change(smallCluster([named('api.example.com'), ingress('b')]));
    expect(flowsOf(connection)).toEqual(BOTH);
    expect(one.isOpen(family)).toBe(false);
    one.pass(LASTING / 1000);
    one.enforced.change(smallCluster([named('api.example.com')]));
    one.enforced.change(smallCluster([named('api.example.com'), egress('b')]));
    expect(flowsOf(connection)).toEqual(NEITHER);
  });

  test('C30 a name that goes from the rule stops what it opened', () => {
    const one = new Named(named('api.example.com'));
    one.learn('api.example.com', 300);
    const connection = one.connect(family);
    expect(connection.open().lost).toBeUndefined();
    one.enforced.change(smallCluster([named('www.example.com')]));
    expect(flowsOf(connection)).toEqual(NEITHER);
    expect(one.isOpen(family)).toBe(false);
    one.enforced.change(smallCluster([named('*.example.com')]));
    expect(flowsOf(connection)).toEqual(BOTH);
  });

  test.each([
    ['*.example.com', 'api.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'badexample.com', false],
    ['api.example.com', 'x.api.example.com', false],
  ])('C21 the entry %s and the name %s: %s', (entry, name, opens) => {
    const one = new Named(named(entry));
    one.learn(name, 30);
    expect(one.isOpen(family)).toBe(opens);
  });

  test('C24 a hundred addresses of a name and more are open', () => {
    const one = new Named(named('api.example.com'));
    const { value } = addressOf('outside', family);
    const until = one.now + 30_000;
    const addresses = Array.from({ length: 150 }, (_, i) => ({ family, value: value + BigInt(i) }));
    const answers = addresses.map((address) => ({ name: 'api.example.com', address, until }));
    one.enforced.tell(answers);
    const open = addresses.filter(({ value: destination }) => {
      const to = { ...way('a', 'outside', family), destination };
      return converse(one.enforced.network, to, 'TCP', 443).open().lost === undefined;
    });
    expect(open.length).toBe(150);
  });

  test('C24 the name of a pod of the cluster is one only below cluster.local', () => {
    for (const [entry, opens] of [
      ['c.x.svc.cluster.local', true],
      ['c.example.com', false],
    ] as const) {
      const one = new Named(named(entry));
      const until = one.now + 30_000;
      one.enforced.tell([{ name: entry, address: addressOf('c', family), until }]);
      const { lost } = converse(one.enforced.network, way('a', 'c', family), 'TCP', 443).open();
      expect(lost === undefined, entry).toBe(opens);
    }
  });
});
