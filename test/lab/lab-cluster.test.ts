import { describe, expect, test } from 'vitest';
import { labCluster, podCidrsOf } from '../../src/lab/state/cluster.ts';
import type { LabCluster, LabOptions } from '../../src/lab/state/cluster.ts';
import { formatBlock } from '../../src/model/address-set.ts';
import { formatAddress } from '../../src/model/address.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

function lab(text: string, options: LabOptions & { podCidr?: string[] } = {}): LabCluster {
  const { podCidr = [], ...rest } = options;
  return labCluster(readCluster([new Source('a.yaml', text)], { podNetwork: podCidr }), rest);
}

function deployment(name: string, replicas: number, spec = ''): string {
  return `
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { ${spec} containers: [ { name: c, ports: [ { containerPort: 80 } ] } ] }
`;
}

function pod(name: string, ips: string[], node?: string, spec = ''): string {
  const podIPs = ips.map((ip) => `{ ip: "${ip}" }`).join(', ');
  return `
---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop }
spec: { ${node ? `nodeName: ${node}, ` : ''}${spec} containers: [ { name: c } ] }
status: { phase: Running, podIPs: [ ${podIPs} ] }
`;
}

function node(name: string, address: string): string {
  return `
---
apiVersion: v1
kind: Node
metadata: { name: ${name} }
status: { addresses: [ { type: InternalIP, address: "${address}" } ] }
`;
}

function service(name: string, spec = ''): string {
  return `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} selector: { app: ${name} }, ports: [ { port: 80 } ] }
`;
}

/** `shop/web-1 node-1 10.244.0.1 fd00:10:244::1`, one for each pod. */
function places({ pods }: LabCluster): string[] {
  return pods.map(({ key, pod: one }) =>
    [key, one.node, ...one.addresses.map(formatAddress)].join(' '),
  );
}

describe('the link of a pod', () => {
  /** By the pod's name. */
  const groups = ({ pods }: LabCluster): Record<string, number | undefined> =>
    Object.fromEntries(pods.map(({ key, linkGroup }) => [key.replace('shop/', ''), linkGroup]));

  test('has a device group of its own, and no pod on the host network has one', () => {
    const text = deployment('web', 2) + pod('host', [], 'node-1', 'hostNetwork: true,');
    expect(groups(lab(text))).toEqual({ 'web-1': 1, 'web-2': 2, host: undefined });
  });

  test('keeps it, and nobody gets that of a pod that goes in the same change', () => {
    const first = lab(deployment('web', 3));
    const next = lab(deployment('api', 1) + deployment('web', 2), { kept: first.kept });
    expect(groups(next)).toEqual({ 'web-1': 1, 'web-2': 2, 'api-1': 4 });
    const last = lab(deployment('web', 3) + deployment('db', 1), { kept: next.kept });
    expect(groups(last)).toEqual({ 'web-1': 1, 'web-2': 2, 'web-3': 3, 'db-1': 5 });
  });

  test('is given a group where none is written down, or one twice', () => {
    const { kept } = lab(deployment('web', 3));
    const { 'shop/web-1': one, 'shop/web-2': two, 'shop/web-3': three } = kept.pods;
    const { linkGroup: _, ...older } = one!;
    const pods = {
      'shop/web-1': older,
      'shop/web-2': two!,
      'shop/web-3': { ...three!, linkGroup: 2 },
    };
    const next = lab(deployment('web', 3), { kept: { ...kept, pods } });
    expect(groups(next)).toEqual({ 'web-1': 1, 'web-2': 2, 'web-3': 3 });
  });
});

describe('pods', () => {
  test('of a template have names, and take the nodes in turn', () => {
    expect(places(lab(deployment('web', 3)))).toEqual([
      'shop/web-1 node-1 10.244.0.1 fd00:10:244::1',
      'shop/web-2 node-2 10.244.1.1 fd00:10:244:1::1',
      'shop/web-3 node-1 10.244.0.2 fd00:10:244::2',
    ]);
  });

  test('of one workload are at most ten, which is said', () => {
    const { pods, notes } = lab(deployment('web', 25));
    expect(pods).toHaveLength(10);
    expect(notes).toEqual(['`shop/Deployment/web` gets 10 of its 25 pods']);
  });

  test('of a workload without replicas are none, which is said', () => {
    const { cluster, notes } = lab(deployment('web', 0));
    expect(cluster.workloads).toEqual([]);
    expect(notes).toEqual(['`shop/Deployment/web` has no replicas, so no pods']);
  });

  test('of a DaemonSet are one on each node', () => {
    const text = deployment('agent', 1).replace('Deployment', 'DaemonSet');
    expect(lab(text, { nodes: 3 }).pods.map(({ pod: one }) => one.node)).toEqual([
      'node-1',
      'node-2',
      'node-3',
    ]);
  });

  test('of a StatefulSet are numbered from 0', () => {
    const text = deployment('db', 2).replace('Deployment', 'StatefulSet');
    expect(lab(text).pods.map(({ key }) => key)).toEqual(['shop/db-0', 'shop/db-1']);
  });

  test('keep the node and the addresses they have, and their families', () => {
    const text = node('n1', '192.0.2.1') + pod('a', ['10.9.3.7'], 'n1');
    expect(places(lab(text))).toEqual(['shop/a n1 10.9.3.7']);
  });

  test('with an address two of them have: the second gets another, which is said', () => {
    const { pods, notes } = lab(pod('a', ['10.9.3.7']) + pod('b', ['10.9.3.7']));
    expect(pods[1]!.pod.addresses.map(formatAddress)).not.toContain('10.9.3.7');
    expect(notes).toEqual(['pod `shop/b`: its address 10.9.3.7 is taken; it has another one here']);
  });

  test('with an address no host can have get another, which is said', () => {
    const { notes } = lab(pod('a', ['127.0.0.1']));
    expect(notes[0]).toContain('127.0.0.1 is no address a host can have');
  });

  test('with an address are where that address is routed to', () => {
    const text =
      pod('a', ['10.9.3.7'], 'n1') + pod('b', ['10.9.4.7'], 'n2') + pod('c', ['10.9.4.8']);
    expect(places(lab(text))).toContain('shop/c n2 10.9.4.8');
  });

  test('of the network of their node have its addresses and no link', () => {
    const text = node('n1', '192.0.2.1') + pod('a', [], 'n1', 'hostNetwork: true,');
    const made = lab(text);
    expect(places(made)).toEqual(['shop/a n1 192.0.2.1']);
    expect(made.pods[0]!.link).toBeUndefined();
  });

  test('have the families of the pod network', () => {
    expect(places(lab(deployment('web', 1), { podCidr: ['10.8.0.0/16'] }))).toEqual([
      'shop/web-1 node-1 10.8.0.1',
    ]);
  });

  test('have links of 15 characters at most, each its own', () => {
    const links = lab(deployment('web', 10) + deployment('api', 10)).pods.map(({ link }) => link!);
    expect(new Set(links).size).toBe(20);
    expect(links.every((link) => link.length <= 15)).toBe(true);
  });

  test('more than a lab holds are refused', () => {
    const many = Array.from({ length: 101 }, (_, i) => deployment(`w${i}`, 10)).join('');
    expect(() => lab(many)).toThrow('the input has 1010 pods, and a lab holds 1000');
  });
});

describe('nodes', () => {
  test('are two when nobody says, or as many as wanted', () => {
    expect(lab(deployment('web', 1)).nodes).toHaveLength(2);
    expect(lab(deployment('web', 1), { nodes: 5 }).nodes).toHaveLength(5);
  });

  test('are those of the input and those its pods name', () => {
    const { nodes } = lab(node('n1', '192.0.2.1') + pod('a', [], 'n2'));
    expect(nodes.map((one) => [one.node.name, ...one.node.addresses.map(formatAddress)])).toEqual([
      ['n1', '192.0.2.1'],
      ['n2', '172.18.0.3', 'fd00:172:18::3'],
    ]);
  });

  test('have the block their pods have addresses of', () => {
    const { nodes } = lab(pod('a', ['10.9.3.7'], 'n1') + pod('b', ['10.9.4.7'], 'n2'));
    expect(nodes.map(({ blocks }) => formatBlock(blocks[0]!))).toEqual([
      '10.9.3.0/24',
      '10.9.4.0/24',
    ]);
  });

  test('share a small pod network', () => {
    const { nodes } = lab(deployment('web', 2), { podCidr: ['10.8.0.0/27'], nodes: 4 });
    expect(nodes.map(({ blocks }) => formatBlock(blocks[0]!))).toEqual([
      '10.8.0.0/29',
      '10.8.0.8/29',
      '10.8.0.16/29',
      '10.8.0.24/29',
    ]);
  });

  test('without room for their pods are refused', () => {
    expect(() => lab(deployment('web', 8), { podCidr: ['10.8.0.0/29'], nodes: 2 })).toThrow(
      'has no more addresses for pods; give a larger --pod-cidr or more --nodes',
    );
  });

  test('fail closed on their block and on what the input gave to their pods', () => {
    const made = lab(pod('a', ['10.9.3.7'], 'n1') + pod('b', ['10.7.7.7'], 'n1'));
    const { 4: bounds } = podCidrsOf(made, made.nodes[0]!);
    expect(bounds.map((value) => formatAddress({ family: 4, value }))).toEqual([
      '10.7.7.7',
      '10.7.7.7',
      '10.9.3.0',
      '10.9.3.255',
    ]);
  });
});

describe('Services', () => {
  const addresses = ({ cluster }: LabCluster): string[] =>
    cluster.services.map(({ name, addresses: own }) => [name, ...own.map(formatAddress)].join(' '));

  test('have the addresses the input gives, else new ones; headless ones have none', () => {
    const text =
      service('a', 'clusterIP: 198.51.100.10,') + service('b') + service('c', 'clusterIP: None,');
    expect(addresses(lab(text + deployment('b', 1)))).toEqual([
      'a 198.51.100.10',
      'b 10.96.0.1 fd00:10:96::1',
      'c',
    ]);
  });

  test('have node ports when they are for the outside', () => {
    const { cluster } = lab(service('a', 'type: NodePort,') + service('b', 'type: LoadBalancer,'));
    expect(cluster.services.map(({ ports }) => ports[0]!.nodePort)).toEqual([30_000, 30_001]);
  });
});

describe('the next cluster of a lab', () => {
  test('who stays keeps what he has, whoever comes before him', () => {
    const first = lab(deployment('web', 2) + service('web'));
    const next = lab(
      deployment('api', 3) + deployment('web', 3) + service('api') + service('web'),
      {
        kept: first.kept,
      },
    );
    expect(places(next)).toEqual(expect.arrayContaining(places(first)));
    const addressesOf = ({ cluster }: LabCluster): unknown =>
      cluster.services.find(({ name }) => name === 'web')!.addresses;
    expect(addressesOf(next)).toEqual(addressesOf(first));
  });

  test('Services keep their node ports', () => {
    const first = lab(service('web', 'type: NodePort,'));
    const next = lab(service('api', 'type: NodePort,') + service('web', 'type: NodePort,'), {
      kept: first.kept,
    });
    expect(next.cluster.services.map(({ ports }) => ports[0]!.nodePort)).toEqual([30_001, 30_000]);
  });

  test('no two have one address', () => {
    const first = lab(deployment('web', 10));
    const next = lab(deployment('api', 10) + deployment('web', 10), { kept: first.kept });
    const all = next.pods.flatMap(({ pod: one }) => one.addresses.map(formatAddress));
    expect(new Set(all).size).toBe(40);
  });

  test('nodes stay, with their blocks', () => {
    const first = lab(pod('a', ['10.9.3.7'], 'n1'));
    const next = lab(pod('b', ['10.9.4.7'], 'n2'), { kept: first.kept });
    expect(next.nodes.map(({ node: one }) => one.name)).toEqual(['n1', 'n2']);
    expect(next.nodes[0]!.blocks).toMatchObject([{ prefix: 24 }, { prefix: 64 }]);
  });
});
