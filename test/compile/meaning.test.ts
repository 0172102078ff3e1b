import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import { addressEndpoint } from '../../src/evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import type { Port } from '../../src/evaluate/verdict/verdict.ts';
import { ALL_ADDRESSES } from '../../src/model/address-set.ts';
import { FAMILIES, formatAddress } from '../../src/model/address.ts';
import type { Family } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { DIRECTIONS } from '../../src/model/policy.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { SEED } from '../generators/seed.ts';
import { wild } from '../generators/wild.ts';
import { clusterAt, histories } from './history.ts';
import { addressValue, setsOfRuleset } from './kernel-model.ts';
import type { Sets } from './kernel-model.ts';
import { isWithin, still, verdictOf } from './matrix.ts';

const RUNS = Number(process.env['SLUICE_HISTORIES'] ?? 120);

const PORTS: readonly Port[] = [
  { protocol: 'TCP', number: 80 },
  { protocol: 'TCP', number: 8081 },
  { protocol: 'UDP', number: 53 },
  { protocol: 'SCTP', number: 65_535 },
  { protocol: 'other', number: 0 },
];

/** The port as verdicts have it. */
function textOf({ protocol, number }: Port): string {
  return protocol === 'other' ? protocol : `${protocol.toLowerCase()}/${number}`;
}

/** The pods that have each address of a family, as endpoints of that family only. */
function podsByAddress({ workloads }: Cluster, family: Family): Map<string, Endpoint[]> {
  const byAddress = new Map<string, Endpoint[]>();
  for (const workload of workloads) {
    for (const pod of workload.pods) {
      for (const address of pod.hostNetwork ? [] : pod.addresses) {
        if (address.family !== family) continue;
        const text = formatAddress(address);
        const alone = { ...pod, addresses: [address] };
        const endpoint: Endpoint = { kind: 'workload', id: text, workload, pods: [alone] };
        byAddress.set(text, [...(byAddress.get(text) ?? []), endpoint]);
      }
    }
  }
  return byAddress;
}

/** Every address where a run of outside addresses begins. */
function runsOf(sets: Sets, family: Family): string[] {
  const runs = [...sets.get(`blocks${family}`)!.elements.keys()].map((key) => key.split(' . ')[0]!);
  const stretches = [...sets.get(`eg_ruled_blocks${family}`)!.elements.keys()];
  runs.push(...stretches.map((key) => key.split(' . ')[1]!));
  return runs.map((range) => range.split('-')[0]!);
}

function outside(text: string): Endpoint {
  const value = addressValue(text);
  return addressEndpoint(text.includes(':') ? 6 : 4, [value, value]);
}

/** The nodes of a cluster by their addresses; what of hostNetwork pods lies elsewhere is not asked about. */
function nodesByAddress({ nodes, workloads }: Cluster): Map<string, Endpoint | 'a pod there'> {
  const byAddress = new Map<string, Endpoint | 'a pod there'>();
  for (const node of nodes.values()) {
    for (const address of node.addresses) {
      const alone = { ...node, addresses: [address] };
      byAddress.set(formatAddress(address), { kind: 'node', id: node.name, node: alone });
    }
  }
  for (const { pods } of workloads) {
    for (const pod of pods) {
      if (!pod.hostNetwork) continue;
      for (const address of pod.addresses) byAddress.set(formatAddress(address), 'a pod there');
    }
  }
  return byAddress;
}

/** Compares what the matrix of node `n1` says of every pair and port with what the engine says. */
function check(cluster: Cluster): void {
  const options = { name: 'n1', podCidrs: ALL_ADDRESSES };
  const compiler = new NodeCompiler(options, { epoch: 1, generation: 0 });
  compiler.load(cluster);
  const sets = setsOfRuleset(compiler.ruleset());
  for (const family of FAMILIES) {
    const pods = podsByAddress(cluster, family);
    const peers = new Set([...pods.keys(), ...runsOf(sets, family)]);
    const nodes = nodesByAddress(cluster);
    for (const subject of sets.get(`known${family}`)!.elements.keys()) {
      const [own, ...others] = pods.get(subject)!;
      if (others.length > 0) continue; // an address that changes hands: the engine has two answers
      for (const text of peers) {
        const [peer = outside(text), ...more] = pods.get(text) ?? [];
        if (more.length > 0 || text === subject) continue;
        for (const direction of DIRECTIONS) {
          const told = verdictOf(still(sets), direction, family, subject, text);
          const node = nodes.get(text);
          if (node === 'a pod there' && direction === 'egress') continue;
          const other = typeof node === 'object' && direction === 'egress' ? node : peer;
          for (const port of PORTS) {
            const [from, to] = direction === 'egress' ? [own!, other] : [other, own!];
            const side = evaluate(cluster, { from, to, port })[direction];
            // nobody looked a name up yet (C23)
            const isClosed =
              side.state === 'denied' || (side.state === 'depends' && side.on === 'name-address');
            const question = `${direction} ${subject} ${text} ${textOf(port)}: ${told}`;
            expect(isWithin(textOf(port), told), question).toBe(!isClosed);
          }
        }
      }
    }
  }
}

describe(
  'the matrix says of every pair and port what the engine says',
  { timeout: 600_000 },
  () => {
    test('on clusters where every pod has an address', () => {
      fc.assert(
        fc.property(histories(), ({ moments }) => moments.map(clusterAt).forEach(check)),
        { seed: SEED, numRuns: RUNS },
      );
    });

    test('on clusters full of mistakes', () => {
      fc.assert(
        fc.property(wild(), (world) => check(onNode(clusterOf(world)))),
        { seed: SEED, numRuns: 10 * RUNS },
      );
    });
  },
);

/** The cluster with all its pods on node `n1`. */
function onNode(cluster: Cluster): Cluster {
  const workloads = cluster.workloads.map((workload) => ({
    ...workload,
    pods: workload.pods.map((pod) => ({ ...pod, node: 'n1' })),
  }));
  return { ...cluster, workloads };
}
