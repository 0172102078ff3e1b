import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceRuleset } from '../../src/lab/services/ruleset.ts';
import type { Attempt, Outcome } from '../../src/lab/sockets/attempt.ts';
import { formatAddress } from '../../src/model/address.ts';
import type { Address, Family } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { whyNoPackets } from '../arena/able.ts';
import { clusterOfText, openSmallLab } from '../arena/small-lab.ts';
import type { SmallLab } from '../arena/small-lab.ts';

const NODES = ['n1', 'n2'].map(
  (name, i) => `
apiVersion: v1
kind: Node
metadata: { name: ${name} }
status: { addresses: [ { type: InternalIP, address: 192.0.2.${i + 1} }, { type: InternalIP, address: '2001:db8:1::${i + 1}' } ] }
`,
);

function pod(name: string, node: string, app: string, ports = ''): string {
  return `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${app} } }
spec: { nodeName: ${node}, containers: [ { name: c, ports: [ ${ports} ] } ] }
`;
}

function service(name: string, spec: string): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
`;
}

const HTTP_8080 = '{ name: http, containerPort: 8080 }';
const HTTP_9090 =
  '{ name: http, containerPort: 9090 }, { name: dns, containerPort: 53, protocol: UDP }, { containerPort: 7, protocol: SCTP }';

const PODS = [
  pod('client', 'n1', 'client'),
  pod('web-1', 'n1', 'web', HTTP_8080),
  pod('web-2', 'n2', 'web', HTTP_9090),
  pod('other', 'n2', 'other', HTTP_8080),
];

const SERVICES = [
  service('web', 'selector: { app: web }, ports: [ { name: http, port: 80, targetPort: http } ]'),
  service(
    'mixed',
    'selector: { app: web }, ports: [ { name: u, port: 53, protocol: UDP, targetPort: dns }, { name: s, port: 7, protocol: SCTP } ]',
  ),
  service(
    'dead',
    'selector: { app: nobody }, ports: [ { port: 80 }, { port: 53, protocol: UDP } ]',
  ),
  service(
    'door',
    'type: NodePort, selector: { app: other }, ports: [ { port: 80, targetPort: 8080, nodePort: 30080 } ]',
  ),
  service(
    'dead-door',
    'type: NodePort, selector: { app: nobody }, ports: [ { port: 80, nodePort: 30081 } ]',
  ),
  service('headless', 'clusterIP: None, selector: { app: web }, ports: [ { port: 80 } ]'),
  service('listed', 'ports: [ { name: a, port: 80 } ]'),
  `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: listed-1, namespace: shop, labels: { kubernetes.io/service-name: listed } }
addressType: IPv4
endpoints: [ { addresses: [ 198.51.100.7 ] } ]
ports: [ { name: a, port: 443 } ]
`,
];

const CLUSTER = clusterOfText([...NODES, ...PODS, ...SERVICES].join('\n---'));

test('a ruleset says nothing of headless Services and does not depend on the order of elements', () => {
  const text = serviceRuleset(CLUSTER, 'n1');
  expect(text).not.toContain('headless');
  expect(serviceRuleset(CLUSTER, 'n1')).toBe(text);
});

const why = whyNoPackets();
if (why !== undefined) console.log(`Services are not tried with packets: ${why}`);

describe.skipIf(why !== undefined)('with packets', () => {
  let net: SmallLab;

  beforeAll(async () => {
    net = await openSmallLab(CLUSTER);
    for (const [node, nft] of net.nft) await nft.run(serviceRuleset(net.lab.cluster, node));
  });
  afterAll(() => net?.close());

  function addressesOf(name: string): readonly Address[] {
    return net.lab.cluster.services.find((one) => one.name === name)!.addresses;
  }

  function addressOf(name: string, family: Family): Address {
    return addressesOf(name).find((one) => one.family === family)!;
  }

  async function many(attempt: Attempt, times = 24): Promise<readonly Outcome[]> {
    return net.traffic.probe(Array(times).fill(attempt), { patienceMs: 500 });
  }

  /** Who answered, sorted; a refusal or silence by its name. */
  async function answerers(attempt: Attempt): Promise<string[]> {
    const outcomes = await many(attempt);
    return [...new Set(outcomes.map(({ by, error }) => by ?? error ?? 'someone'))].sort();
  }

  describe.each([4, 6] as const)('family %i', (family) => {
    test('a ClusterIP leads to all its pods, a port name to each pod by itself', async () => {
      const to = addressOf('web', family);
      for (const from of ['shop/client', 'shop/other', 'node/n1', 'node/n2']) {
        const found = await answerers({ from, to, protocol: 'TCP', port: 80 });
        expect(found, from).toEqual(['shop/web-1', 'shop/web-2']);
      }
    });

    test('P12 the server sees the client itself', async () => {
      const to = addressOf('web', family);
      const outcomes = await many({ from: 'shop/client', to, protocol: 'TCP', port: 80 });
      const client = net.lab.pods.find(({ key }) => key === 'shop/client')!.pod.addresses;
      for (const { seenAs } of outcomes) {
        expect(client.map(formatAddress)).toContain(formatAddress(seenAs!));
      }
    });

    test('UDP and SCTP are led to where pods serve them', async () => {
      const to = addressOf('mixed', family);
      expect(await answerers({ from: 'shop/client', to, protocol: 'UDP', port: 53 })).toEqual([
        'shop/web-2',
      ]);
      // a number is every pod's target, served there or not
      expect(await answerers({ from: 'shop/client', to, protocol: 'SCTP', port: 7 })).toEqual([
        'refused',
        'shop/web-2',
      ]);
    });

    test('a Service without pods refuses, and so does a port it does not have', async () => {
      for (const from of ['shop/client', 'node/n1']) {
        for (const [name, protocol, port] of [
          ['dead', 'TCP', 80],
          ['dead', 'UDP', 53],
          ['web', 'TCP', 81],
        ] as const) {
          const to = addressOf(name, family);
          expect(await answerers({ from, to, protocol, port }), `${from} ${name}`).toEqual([
            'refused',
          ]);
        }
      }
    });

    test('N5 a pod reaches itself by its own Service', async () => {
      const to = addressOf('web', family);
      for (const from of ['shop/web-1', 'shop/web-2']) {
        const found = await answerers({ from, to, protocol: 'TCP', port: 80 });
        expect(found).toEqual(['shop/web-1', 'shop/web-2']);
      }
    });

    test('N9 a node port leads to the pod from everywhere, whichever node is asked', async () => {
      for (const { node } of net.lab.nodes) {
        const to = node.addresses.find((one) => one.family === family)!;
        for (const from of ['outside', 'shop/client', 'node/n1', 'node/n2']) {
          const found = await answerers({ from, to, protocol: 'TCP', port: 30_080 });
          expect(found, `${from} by ${node.name}`).toEqual(['shop/other']);
          const dead = await answerers({ from, to, protocol: 'TCP', port: 30_081 });
          expect(dead, `${from} by ${node.name}`).toEqual(['refused']);
        }
      }
    });

    test('B11 the client behind a node port is hidden only behind another node', async () => {
      const seen: Record<string, string> = {};
      for (const { node } of net.lab.nodes) {
        const to = node.addresses.find((one) => one.family === family)!;
        const [one] = await many({ from: 'outside', to, protocol: 'TCP', port: 30_080 }, 1);
        seen[node.name] = formatAddress(one!.seenAs!);
      }
      const first = net.lab.nodes[0]!.node.addresses.find((one) => one.family === family)!;
      expect(seen).toEqual({
        n1: formatAddress(first),
        n2: family === 4 ? '203.0.113.7' : '2001:db8::7',
      });
    });
  });

  test('B10 a Service without a selector leads where its EndpointSlices say', async () => {
    const to = addressOf('listed', 4);
    expect(await answerers({ from: 'shop/client', to, protocol: 'TCP', port: 80 })).toEqual([
      'outside',
    ]);
    const six = addressOf('listed', 6);
    expect(await answerers({ from: 'shop/client', to: six, protocol: 'TCP', port: 80 })).toEqual([
      'refused',
    ]);
  });

  test('for externalTrafficPolicy Local only pods of the node answer the outside, and see it', async () => {
    const local: Cluster = {
      ...net.lab.cluster,
      services: net.lab.cluster.services.map((one) => ({ ...one, externalTrafficPolicy: 'Local' })),
    };
    for (const [node, nft] of net.nft) {
      await nft.run(serviceRuleset(local, node, net.lab.cluster));
    }
    try {
      const [n1, n2] = net.lab.nodes.map(({ node }) => node.addresses[0]!);
      const from = 'outside';
      expect(await answerers({ from, to: n1!, protocol: 'TCP', port: 30_080 })).toEqual(['silent']);
      const [one] = await many({ from, to: n2!, protocol: 'TCP', port: 30_080 }, 1);
      expect(formatAddress(one!.seenAs!)).toBe('203.0.113.7');
      const pods = await answerers({ from: 'shop/client', to: n1!, protocol: 'TCP', port: 30_080 });
      expect(pods).toEqual(['shop/other']);
    } finally {
      for (const [node, nft] of net.nft) await nft.run(serviceRuleset(net.lab.cluster, node));
    }
  });

  test('each endpoint is as likely as the others', async () => {
    const to = addressOf('web', 4);
    const outcomes = await many({ from: 'shop/client', to, protocol: 'TCP', port: 80 }, 600);
    const first = outcomes.filter(({ by }) => by === 'shop/web-1').length;
    // five standard deviations
    expect(Math.abs(first - 300)).toBeLessThan(62);
  });

  test('while its endpoints change no packet for a Service passes untranslated', async () => {
    const { cluster } = net.lab;
    const workloads = cluster.workloads.filter(({ name }) => name !== 'web-2');
    const services = cluster.services.filter(({ name }) => name !== 'mixed');
    const states: readonly Cluster[] = [
      { ...cluster, workloads },
      { ...cluster, services },
      cluster,
    ];
    const nft = net.nft.get('n1')!;
    const to = addressOf('web', 4);
    let current: Cluster = cluster;
    let changes = 0;
    const over = new AbortController();
    const changing = (async () => {
      while (!over.signal.aborted) {
        const next = states[changes++ % states.length]!;
        await nft.run(serviceRuleset(next, 'n1', current));
        current = next;
      }
    })();
    const untranslated: Outcome[] = [];
    for (let i = 0; i < 40; i++) {
      const attempt: Attempt = { from: 'shop/client', to, protocol: 'TCP', port: 80 };
      const outcomes = await many(attempt, 500);
      untranslated.push(...outcomes.filter(({ by }) => by === undefined));
    }
    over.abort();
    await changing;
    await nft.run(serviceRuleset(cluster, 'n1', current));
    expect(untranslated).toEqual([]);
    expect(changes).toBeGreaterThan(50);
  });
});
