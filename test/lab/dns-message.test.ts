import packet from 'dns-packet';
import type { DecodedPacket, RecordType } from 'dns-packet';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerMessage } from '../../src/lab/dns/message.ts';
import { DnsZone } from '../../src/lab/dns/zone.ts';
import { clusterOfText } from '../arena/small-lab.ts';
import { SEED } from '../generators/seed.ts';

const CLUSTER = clusterOfText(`
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec:
  clusterIPs: [ 10.96.0.10, 'fd00:10:96::a' ]
  selector: { app: db }
  ports: [ { name: sql, port: 5432, targetPort: 5433 }, { port: 9 } ]
---
apiVersion: v1
kind: Service
metadata: { name: four, namespace: shop }
spec: { clusterIPs: [ 10.96.0.11 ], selector: { app: db }, ports: [ { port: 80 } ] }
---
apiVersion: v1
kind: Service
metadata: { name: peers, namespace: shop }
spec: { clusterIP: None, selector: { app: db }, ports: [ { name: sql, port: 5432, targetPort: sql } ] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec: { selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: db-0, namespace: shop, labels: { app: db }, ownerReferences: [ { apiVersion: apps/v1, kind: StatefulSet, name: db, uid: u, controller: true } ] }
spec: { containers: [ { name: c, ports: [ { name: sql, containerPort: 5433 } ] } ] }
status: { podIPs: [ { ip: 10.244.0.7 }, { ip: 'fd00:10:244::7' } ] }
---
apiVersion: v1
kind: Pod
metadata: { name: lone, namespace: shop, labels: { app: db } }
spec: { containers: [ { name: c } ] }
status: { podIP: 10.244.0.8 }
---
apiVersion: v1
kind: Namespace
metadata: { name: bare }
`);

const ZONE = new DnsZone(CLUSTER);

function ask(name: string, type: string, extra: object = {}): DecodedPacket {
  const query = packet.encode({
    type: 'query',
    id: 77,
    flags: packet.RECURSION_DESIRED,
    questions: [{ name, type: type as RecordType }],
    ...extra,
  });
  return packet.decode(answerMessage(ZONE, query, true)!);
}

/** The answer in one word: its records, sorted, or its code. */
function told(name: string, type: string): string {
  const { flags = 0, answers = [], authorities = [] } = ask(name, type);
  const code = flags & 15;
  if (code !== 0) return `${['', '', '', 'NXDOMAIN', '', 'REFUSED'][code]}`;
  if (answers.length === 0) return `NODATA${authorities[0]?.type === 'SOA' ? ' SOA' : ''}`;
  const texts = answers.map((one) => {
    if (one.type === 'SRV') return `${one.data.port} ${one.data.target}`;
    return String((one as { data: unknown }).data);
  });
  return texts.sort().join(', ');
}

const SVC = 'shop.svc.cluster.local';

describe('names after the DNS-based service discovery specification', () => {
  test.each([
    [`db.${SVC}`, 'A', '10.96.0.10'],
    [`DB.Shop.SVC.cluster.local`, 'A', '10.96.0.10'],
    [`db.${SVC}`, 'AAAA', 'fd00:10:96::a'],
    [`four.${SVC}`, 'AAAA', 'NODATA SOA'],
    [`db.${SVC}`, 'MX', 'NODATA SOA'],
    [`_sql._tcp.db.${SVC}`, 'SRV', `5432 db.${SVC}`],
    [`_tcp.db.${SVC}`, 'SRV', 'NODATA SOA'],
    [`_sql._udp.db.${SVC}`, 'SRV', 'NXDOMAIN'],
    [`nobody.${SVC}`, 'A', 'NXDOMAIN'],
    [`db.shop`, 'A', 'REFUSED'],
    [`db.shop.cluster.local`, 'A', 'NXDOMAIN'],
    [`db.${SVC}.cluster.local`, 'A', 'NXDOMAIN'],
    ['shop.svc.cluster.local', 'A', 'NODATA SOA'],
    ['bare.svc.cluster.local', 'A', 'NODATA SOA'],
    ['none.svc.cluster.local', 'A', 'NXDOMAIN'],
    ['svc.cluster.local', 'A', 'NODATA SOA'],
    ['cluster.local', 'A', 'NODATA SOA'],
    ['cluster.local', 'NS', 'ns.dns.cluster.local'],
    ['example.com', 'A', 'REFUSED'],
    // headless: the pods themselves; a StatefulSet's have their own names
    [`peers.${SVC}`, 'A', '10.244.0.7, 10.244.0.8'],
    [`peers.${SVC}`, 'AAAA', 'fd00:10:244::7'],
    [`db-0.peers.${SVC}`, 'A', '10.244.0.7'],
    [`db-0.peers.${SVC}`, 'AAAA', 'fd00:10:244::7'],
    [`10-244-0-8.peers.${SVC}`, 'A', '10.244.0.8'],
    [`10-244-0-8.peers.${SVC}`, 'AAAA', 'NODATA SOA'],
    [`_sql._tcp.peers.${SVC}`, 'SRV', `5433 db-0.peers.${SVC}`],
    // pods by address
    ['10-244-0-8.shop.pod.cluster.local', 'A', '10.244.0.8'],
    ['fd00-10-244--7.shop.pod.cluster.local', 'AAAA', 'fd00:10:244::7'],
    ['10-244-0-9.shop.pod.cluster.local', 'A', 'NXDOMAIN'],
    ['10-244-0-8.other.pod.cluster.local', 'A', 'NXDOMAIN'],
    // and back
    ['10.0.96.10.in-addr.arpa', 'PTR', `db.${SVC}`],
    ['7.0.244.10.in-addr.arpa', 'PTR', `db-0.peers.${SVC}`],
    ['9.9.9.9.in-addr.arpa', 'PTR', 'NXDOMAIN'],
    [
      'a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa',
      'PTR',
      `db.${SVC}`,
    ],
    ['dns-version.cluster.local', 'TXT', '1.1.0'],
  ])('%s %s: %s', (name, type, expected) => {
    expect(told(name, type)).toBe(expected);
  });

  test('an SRV answer brings the addresses of its targets along', () => {
    const { additionals = [] } = ask(`_sql._tcp.db.${SVC}`, 'SRV');
    expect(additionals.map(({ type }) => type).sort()).toEqual(['A', 'AAAA']);
  });

  test('the answer repeats number, question and wish for recursion, and has authority', () => {
    const answer = ask(`db.${SVC}`, 'A');
    expect(answer.id).toBe(77);
    expect(answer.questions?.[0]).toMatchObject({ name: `db.${SVC}`, type: 'A' });
    expect([answer.flag_qr, answer.flag_aa, answer.flag_rd, answer.flag_tc]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe('what does not fit or is no question', () => {
  const pods = Array.from(
    { length: 60 },
    (_, i) => `
apiVersion: v1
kind: Pod
metadata: { name: p${i}, namespace: x, labels: { app: a } }
spec: { containers: [] }
status: { podIP: 10.1.0.${i + 1} }`,
  );
  const many = new DnsZone(
    clusterOfText(
      [
        ...pods,
        '\napiVersion: v1\nkind: Service\nmetadata: { name: s, namespace: x }\nspec: { clusterIP: None, selector: { app: a } }',
      ].join('\n---'),
    ),
  );
  const query = packet.encode({
    type: 'query',
    id: 1,
    questions: [{ name: 's.x.svc.cluster.local', type: 'A' }],
  });

  test('too many addresses for a datagram are left out, and said to be; over TCP they come', () => {
    const short = answerMessage(many, query, true)!;
    expect(short.length).toBeLessThanOrEqual(512);
    expect(packet.decode(short)).toMatchObject({ flag_tc: true, answers: [] });
    const long = packet.decode(answerMessage(many, query, false)!);
    expect(long.answers).toHaveLength(60);
    expect(long.flag_tc).toBe(false);
  });

  test.each([
    ['an answer', 0x8000, undefined],
    ['a notify', 0x2000, 4],
    ['a status', 0x1000, 4],
  ])('%s', (_, flags, code) => {
    const message = Buffer.from(query);
    message.writeUInt16BE(flags, 2);
    const answer = answerMessage(ZONE, message, true);
    expect(answer && answer.readUInt16BE(2) & 15).toBe(code);
  });

  test('no question, or two', () => {
    const one = { name: 'a.b', type: 'A' } as const;
    for (const questions of [[], [one, one]]) {
      const message = packet.encode({ type: 'query', id: 3, questions });
      expect(answerMessage(ZONE, message, true)!.readUInt16BE(2) & 15).toBe(1);
    }
  });

  test('a name that points to itself', () => {
    const message = Buffer.concat([query.subarray(0, 12), Buffer.from([0xc0, 12, 0, 1, 0, 1])]);
    expect(answerMessage(ZONE, message, true)!.readUInt16BE(2) & 15).toBe(1);
  });

  test('any bytes at all', { timeout: 60_000 }, () => {
    const bent = fc
      .tuple(
        fc.array(fc.tuple(fc.nat(query.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(60),
      )
      .map(([changes, cut]) => {
        const message = Buffer.from(query);
        for (const [at, byte] of changes) message[at] = byte;
        return message.subarray(0, Math.max(0, message.length - (cut > 30 ? 0 : cut)));
      });
    const wild = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(bent, wild), fc.boolean(), (message, limited) => {
        const answer = answerMessage(many, message, limited);
        if (answer === undefined) return true;
        return (
          answer.length >= 12 &&
          answer.readUInt16BE(0) === message.readUInt16BE(0) &&
          answer.readUInt16BE(2) >= 0x8000
        );
      }),
      { seed: SEED, numRuns: 20_000 },
    );
  });
});
