import { describe, expect, test } from 'vitest';
import { populationOf } from '../../src/evaluate/population/population.ts';
import { ask } from '../../src/evaluate/question/ask.ts';
import type { Asked } from '../../src/evaluate/question/ask.ts';
import { findParty, findSource } from '../../src/evaluate/question/party.ts';
import type { Party } from '../../src/evaluate/question/party.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

function clusterOf(text: string): Cluster {
  return readCluster([new Source('all.yaml', text)]);
}

const PODS = `
{ apiVersion: v1, kind: Pod, metadata: { name: web, namespace: shop, labels: { app: web } }, spec: { containers: [] } }
---
{ apiVersion: v1, kind: Pod, metadata: { name: db, namespace: shop, labels: { app: db } }, spec: { containers: [] }, status: { podIP: 10.1.0.7 } }
`;

describe('a domain', () => {
  const cluster = clusterOf(PODS);
  const population = populationOf(cluster);

  test.each([
    ['domain/www.example.com', 'domain/www.example.com'],
    ['domain/WWW.Example.com.', 'domain/www.example.com'],
    ['domain/*.example.com', 'domain/*.example.com'],
  ])('%s is a destination', (name, id) => {
    expect(findParty(cluster, population, name)).toMatchObject({
      name: id,
      endpoints: [{ kind: 'domain', id }],
      onePod: false,
    });
  });

  test.each(['domain/www.example.com', 'domain/*.example.com'])('%s is no source', (name) => {
    expect(findSource(cluster, population, name)).toEqual({
      kind: 'unknown',
      message: `\`${name}\` cannot connect: a name says where to, not from where; ask from an address or \`internet\``,
    });
  });

  test.each(['domain/localhost', 'domain/*', 'domain/a*.example.com', 'domain/'])(
    '%s is none, and it says how one is written',
    (name) => {
      const party = findParty(cluster, population, name);
      expect(party).toMatchObject({ kind: 'unknown' });
      expect(party).toHaveProperty('message', expect.stringContaining('`domain/www.example.com`'));
    },
  );

  test('a namespace called domain keeps its workloads', () => {
    const own = clusterOf(PODS.replaceAll('namespace: shop', 'namespace: domain'));
    expect(findParty(own, populationOf(own), 'domain/web')).toMatchObject({
      name: 'domain/Pod/web',
    });
  });
});

/** Of a Service without a selector the EndpointSlice says who is behind it, and on which port (B10, D14). */
describe('the port behind a Service that EndpointSlices describe', () => {
  const policy = `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec: { podSelector: { matchLabels: { app: db } }, ingress: [{ ports: [{ port: 5432 }] }] }
---
{ apiVersion: v1, kind: Service, metadata: { name: data, namespace: shop }, spec: { ports: [{ name: sql, port: 80, targetPort: 8080 }] } }
`;
  const slice = (ports: string): string => `
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: data-1, namespace: shop, labels: { kubernetes.io/service-name: data } }
addressType: IPv4
endpoints: [{ addresses: [10.1.0.7] }]
ports: ${ports}
`;

  function asked(ports: string): Asked {
    const cluster = clusterOf(PODS + policy + slice(ports));
    const population = populationOf(cluster);
    const [from, to] = ['shop/web', 'svc/shop/data'].map(
      (name) => findParty(cluster, population, name) as Party,
    );
    return ask(cluster, from!, to!, { protocol: 'TCP', number: 80 });
  }

  test.each([
    [
      'its port of that name, also where a pod has the address',
      '[{ name: sql, port: 5432 }]',
      'allowed',
      5432,
    ],
    ['not the target port of the Service', '[{ name: sql, port: 8080 }]', 'denied', 8080],
    [
      'that of the right name among several',
      '[{ name: web, port: 80 }, { name: sql, port: 5432 }]',
      'allowed',
      5432,
    ],
  ])('%s', (_, ports, answer, number) => {
    const { telling, ...told } = asked(ports);
    expect(told.answer).toBe(answer);
    expect(telling!.connection.port.number).toBe(number);
    expect(telling!.connection.to).toMatchObject({ id: 'shop/Pod/db' });
  });

  test.each([
    ['a port of another name', '[{ name: other, port: 5432 }]'],
    ['a port without a number', '[{ name: sql }]'],
    ['another protocol', '[{ name: sql, port: 5432, protocol: UDP }]'],
  ])('%s leads nowhere', (_, ports) => {
    expect(asked(ports)).toMatchObject({
      answer: 'denied',
      parts: [],
      service: { dead: 'target-port-unserved' },
    });
  });
});
