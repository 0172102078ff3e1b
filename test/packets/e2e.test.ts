/**
 * The scenarios of the upstream end-to-end suite with real packets: every case `E2E-…` of test/cases, and those
 * of selectors with each operator, labels that change, updates, ports and protocols; step by step as a case's
 * time goes on, each connection by the pod's address and by that of a Service before it.
 */
import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../src/lab/sockets/attempt.ts';
import type { LabCluster } from '../../src/lab/state/cluster.ts';
import { formatAddress, parseAddress } from '../../src/model/address.ts';
import type { Address, Family } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Service } from '../../src/model/service.ts';
import { whyNoPackets } from '../arena/able.ts';
import { EnforcedLab } from '../arena/enforced-lab.ts';
import { readCases } from '../conformance/case-file.ts';
import type { CaseFile, Expectation } from '../conformance/case-file.ts';
import { formatQuestion } from '../conformance/implementation.ts';
import { clusterOf } from '../conformance/manifests.ts';

const CASES = readCases().filter(({ name }) => /^(?:E2E|S6|S1[3-8]|P[1346]|P1[34])-/.test(name));

const why = whyNoPackets();
if (why !== undefined) console.log(`the scenarios are not played with packets: ${why}`);

describe.skipIf(why !== undefined)('scenarios of the upstream suite', () => {
  test.each(CASES.map((file) => [file.name, file] as const))('%s', async (_, file) => {
    const ports = portsOf(file);
    const clusters = file.stages.map(({ world }) => clusterOf(world));
    const lab = await EnforcedLab.open(clusters[0]!, { alter: (own) => withServices(own, ports) });
    try {
      for (const [i, { title, expectations }] of file.stages.entries()) {
        if (i > 0) await lab.become(clusters[i]!);
        expect(lab.cluster.notes.filter((note) => note.includes('address'))).toEqual([]);
        const found: string[] = [];
        const wanted: string[] = [];
        for (const expectation of expectations) {
          if (expectation.is === 'depends') continue;
          for (const by of ['pod', 'Service'] as const) {
            if (by === 'Service' && !hasService(expectation)) continue;
            const told = `${formatQuestion(expectation.question)} by ${by} address`;
            wanted.push(`${told}: ${expectation.is}`);
            found.push(`${told}: ${await answer(lab, expectation, by)}`);
          }
        }
        expect(found, title).toEqual(wanted);
      }
    } finally {
      await lab.close();
    }
  });
});

/** What packets say: allowed when they pass over a family that both ends have (D1). */
async function answer(
  lab: EnforcedLab,
  { question: { from, to, protocol, port = 0 }, is }: Expectation,
  by: 'pod' | 'Service',
): Promise<string> {
  const [clients, servers] = [endsOf(lab, from), endsOf(lab, to)];
  const passes = new Set<boolean>();
  for (const client of clients) {
    for (const server of servers) {
      if (client.stand === server.stand && clients.length > 1) continue;
      const attempts = ([4, 6] as const).flatMap((family): Attempt[] => {
        const source = inFamily(client, family);
        const target = inFamily(by === 'Service' ? serviceOf(lab, server) : server, family);
        if (source === undefined || target === undefined) return [];
        return [{ from: client.stand, to: target, source, protocol, port, predicted: is }];
      });
      const outcomes = await lab.net.traffic.probe(attempts, { patienceMs: 1000 });
      passes.add(outcomes.some(({ reached }) => reached));
    }
  }
  if (passes.size !== 1) return `${passes.size} different answers`;
  return passes.has(true) ? 'allowed' : 'denied';
}

/** Who connects or is connected to, and its stand. */
interface End {
  readonly stand: string;
  readonly addresses: readonly Address[];
}

/** What a name of a case stands for: `x/a`, a workload's pods, or an address of the outside. */
function endsOf({ cluster }: EnforcedLab, name: string): End[] {
  const address = parseAddress(name);
  const found = cluster.pods.filter(
    ({ key, workload }) => key === name || `${workload.namespace}/${workload.name}` === name,
  );
  if (address !== undefined) return [{ stand: 'outside', addresses: [address] }];
  if (found.length === 0) throw new RangeError(`there is no pod \`${name}\``);
  return found.map(({ key, pod }) => ({ stand: key, addresses: pod.addresses }));
}

function inFamily({ addresses }: Pick<End, 'addresses'>, family: Family): Address | undefined {
  return addresses.find((one) => one.family === family);
}

function serviceOf({ cluster }: EnforcedLab, { stand }: End): Service {
  return cluster.cluster.services.find((one) => nameOf(one) === stand)!;
}

/** Whether a Service can stand between: only inside the cluster, and a pod to itself is another matter (N5). */
function hasService({ question: { from, to, protocol } }: Expectation): boolean {
  if (protocol === 'other') return false; // a Service has ports
  return from !== to && [from, to].every((name) => parseAddress(name) === undefined);
}

const BEGIN = 'of-';

function nameOf({ namespace, name }: Service): string {
  return `${namespace}/${name.slice(BEGIN.length)}`;
}

/** The cluster with a Service before each pod, under addresses of its own. */
function withServices({ cluster, pods }: LabCluster, ports: readonly Port[]): Cluster {
  const services = pods.map(({ key, pod, workload }, i): Service => {
    const own: Address[] = [
      { family: 4, value: 0x0a60_0900n + BigInt(i) },
      { family: 6, value: 0xfd00_0010_0096_0000_0000_0000_0000_0900n + BigInt(i) },
    ];
    return {
      namespace: workload.namespace,
      name: `${BEGIN}${key.split('/')[1]}`,
      place: pod.place,
      type: 'ClusterIP',
      selector: undefined,
      headless: false,
      addresses: own.filter(({ family }) => pod.addresses.some((one) => one.family === family)),
      ports: ports.map(({ protocol, port }) => ({
        name: formatPort({ protocol, port }),
        protocol,
        port,
        target: port,
        nodePort: undefined,
        place: pod.place,
      })),
      endpoints: [
        {
          addresses: pod.addresses,
          ports: ports.map(({ protocol, port }) => ({
            name: formatPort({ protocol, port }),
            protocol,
            port,
          })),
        },
      ],
      exposure: undefined,
      externalName: undefined,
    };
  });
  return { ...cluster, services };
}

interface Port {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

function formatPort({ protocol, port }: Port): string {
  return `${protocol.toLowerCase()}-${port}`;
}

/** Every port the case asks about. */
function portsOf({ stages }: CaseFile): Port[] {
  const ports = new Map<string, Port>();
  for (const { question } of stages.flatMap(({ expectations }) => expectations)) {
    const { protocol, port } = question;
    if (protocol === 'other' || port === undefined) continue;
    ports.set(`${protocol}/${port}`, { protocol, port });
  }
  return [...ports.values()];
}

test('the addresses of Services are in their network', () => {
  expect(formatAddress({ family: 4, value: 0x0a60_0900n })).toBe('10.96.9.0');
  expect(formatAddress({ family: 6, value: 0xfd00_0010_0096_0000_0000_0000_0000_0900n })).toBe(
    'fd00:10:96::900',
  );
});
