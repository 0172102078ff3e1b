import packet from 'dns-packet';
import type { DecodedPacket } from 'dns-packet';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dnsPodsOf, openDns } from '../../src/lab/dns/dns.ts';
import type { DnsServer } from '../../src/lab/dns/dns.ts';
import { serviceRuleset } from '../../src/lab/services/ruleset.ts';
import { formatAddress } from '../../src/model/address.ts';
import { whyNoPackets } from '../arena/able.ts';
import { connectFrom, datagramsFrom } from '../arena/plain-socket.ts';
import { clusterOfText, openSmallLab } from '../arena/small-lab.ts';
import type { SmallLab } from '../arena/small-lab.ts';

const CLUSTER = clusterOfText(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: kube-system }
spec:
  replicas: 2
  selector: { matchLabels: { k8s-app: kube-dns } }
  template:
    metadata: { labels: { k8s-app: kube-dns } }
    spec: { containers: [ { name: c, ports: [ { containerPort: 5353, protocol: UDP, name: dns }, { containerPort: 5353, name: dns-tcp } ] } ] }
---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec: { selector: { k8s-app: kube-dns }, ports: [ { name: dns, port: 53, protocol: UDP, targetPort: dns }, { name: dns-tcp, port: 53, targetPort: dns-tcp } ] }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { selector: { app: db }, ports: [ { port: 5432 } ] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: shop, labels: { app: db } }
spec: { containers: [ { name: c, ports: [ { containerPort: 5432 } ] } ] }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop }
spec: { containers: [ { name: c } ] }
`);

test('the pods of the DNS Service are the DNS, on the port it leads to, named or not', () => {
  expect(dnsPodsOf(CLUSTER)).toEqual([{ pod: 'kube-system/coredns', port: 5353 }]);
  expect(dnsPodsOf(clusterOfText(''))).toEqual([]);
});

const why = whyNoPackets();
if (why !== undefined) console.log(`names are not asked with packets: ${why}`);

describe.skipIf(why !== undefined)('with packets', () => {
  let net: SmallLab;
  let servers: DnsServer[];

  beforeAll(async () => {
    net = await openSmallLab(CLUSTER);
    const { cluster } = net.lab;
    for (const [node, nft] of net.nft) await nft.run(serviceRuleset(cluster, node));
    servers = dnsPodsOf(cluster).map(({ pod, port }) => {
      const one = net.lab.pods.find(({ key }) => key === pod)!;
      const stand = { id: pod, netns: net.network.podPath(one), addresses: one.pod.addresses };
      return openDns({ ...stand, ports: [] }, cluster, { port });
    });
  });
  afterAll(async () => {
    for (const server of servers ?? []) server.close();
    await net?.close();
  });

  test('a pod resolves a short name through the DNS Service, in both families', async () => {
    expect(servers).toHaveLength(2);
    const wanted = net.lab.cluster.services.find(({ name }) => name === 'db')!.addresses;
    for (const name of ['db', 'db.shop', 'db.shop.svc', 'db.shop.svc.cluster.local']) {
      const found = await net.traffic.resolve('shop/web', name);
      expect(found.error).toBeUndefined();
      expect(found.name).toBe('db.shop.svc.cluster.local');
      expect(found.addresses.map(formatAddress).sort()).toEqual(wanted.map(formatAddress).sort());
    }
    const missing = await net.traffic.resolve('shop/web', 'nobody');
    expect(missing).toMatchObject({ addresses: [], error: 'REFUSED' });
  });

  test('names over TCP: several in one piece, one in several', async () => {
    const [dns] = dnsPodsOf(net.lab.cluster);
    const one = net.lab.pods.find(({ key }) => key === dns!.pod)!;
    const query = packet.streamEncode({
      type: 'query',
      id: 5,
      questions: [{ name: 'db.shop.svc.cluster.local', type: 'A' }],
    });
    const socket = connectFrom(net.network.podPath(one), one.pod.addresses[0]!, 5353);
    const answers: DecodedPacket[] = [];
    await new Promise<void>((resolve, reject) => {
      let bytes = Buffer.alloc(0);
      socket.on('error', reject);
      socket.on('data', (piece: Buffer) => {
        bytes = Buffer.concat([bytes, piece]);
        while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
          answers.push(packet.decode(bytes.subarray(2, 2 + bytes.readUInt16BE(0))));
          bytes = bytes.subarray(2 + bytes.readUInt16BE(0));
        }
        if (answers.length === 3) resolve();
      });
      socket.write(Buffer.concat([query, query, query.subarray(0, 7)]));
      setTimeout(() => socket.write(query.subarray(7)), 30);
    });
    socket.destroy();
    expect(answers.map(({ answers: found }) => found?.length)).toEqual([1, 1, 1]);
  });

  test('broken datagrams do not stop the server', async () => {
    const [dns] = dnsPodsOf(net.lab.cluster);
    const one = net.lab.pods.find(({ key }) => key === dns!.pod)!;
    const host = formatAddress(one.pod.addresses[0]!);
    const socket = datagramsFrom(net.network.podPath(one), one.pod.addresses[0]!);
    for (let i = 0; i < 300; i++) {
      const bytes = Buffer.from(Array.from({ length: i % 60 }, (_, k) => (i * 31 + k * 17) & 255));
      await new Promise<void>((resolve) => socket.send(bytes, 5353, host, () => resolve()));
    }
    socket.close();
    expect((await net.traffic.resolve('shop/web', 'db')).error).toBeUndefined();
  });

  test('the names follow the cluster', async () => {
    const { cluster } = net.lab;
    const without = { ...cluster, services: cluster.services.filter(({ name }) => name !== 'db') };
    for (const server of servers) server.update(without);
    expect((await net.traffic.resolve('shop/web', 'db.shop.svc')).addresses).toEqual([]);
    for (const server of servers) server.update(cluster);
    expect((await net.traffic.resolve('shop/web', 'db.shop.svc')).addresses).toHaveLength(2);
  });
});
