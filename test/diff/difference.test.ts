import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differenceOf, mapsOf } from '../../src/evaluate/difference/difference.ts';
import type { ChangedConnections, End } from '../../src/evaluate/difference/difference.ts';
import type { Reachability } from '../../src/evaluate/map/reachability.ts';
import { addressEndpoint, headCount } from '../../src/evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { outsideAddresses } from '../../src/evaluate/verdict/outside.ts';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import type { Answer } from '../../src/evaluate/verdict/verdict.ts';
import { containsAddress } from '../../src/model/address-set.ts';
import { parseAddress } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { hasPort } from '../../src/model/port-set.ts';
import { workloadId } from '../../src/model/workload.ts';
import type { Pod, Workload } from '../../src/model/workload.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { addressesOf, portsOf } from '../generators/questions.ts';
import { SEED } from '../generators/seed.ts';
import { CHANGED_WORLDS } from './worlds.ts';
import type { Worlds } from './worlds.ts';

/** One pod, node or address that is in both clusters. */
interface Thing {
  readonly name: string;
  readonly old: Endpoint;
  readonly new: Endpoint;
}

/** Found without the engine's own matching: pods by name, or the only one of each. */
function thingsOf(
  { old: map, new: newMap }: { old: Reachability; new: Reachability },
  { old: world, new: after }: Worlds,
): Thing[] {
  const things: Thing[] = [];
  const [old, current] = [map.cluster, newMap.cluster];
  const before = new Map(old.workloads.map((one) => [workloadId(one), one]));
  for (const workload of current.workloads) {
    const was = before.get(workloadId(workload));
    if (was === undefined) continue;
    for (const [a, b] of podsOf(was, workload)) {
      const name = `${workloadId(workload)} ${b.name ?? ''}`;
      things.push({ name, old: endpointOf(map, a), new: endpointOf(newMap, b) });
    }
  }
  for (const node of current.nodes.values()) {
    const was = old.nodes.get(node.name);
    if (was === undefined) continue;
    const id = `node/${node.name}`;
    things.push({
      name: id,
      old: { kind: 'node', id, node: was },
      new: { kind: 'node', id, node },
    });
  }
  for (const endpoint of newMap.population.endpoints)
    if (endpoint.kind === 'domain')
      things.push({ name: endpoint.id, old: endpoint, new: endpoint });
  const [outside, nowOutside] = [outsideAddresses(old), outsideAddresses(current)];
  for (const text of new Set(addressesOf([...world.objects, ...after.objects]))) {
    const address = parseAddress(text)!;
    if (!containsAddress(outside, address) || !containsAddress(nowOutside, address)) continue;
    const endpoint = addressEndpoint(address.family, [address.value, address.value]);
    things.push({ name: text, old: endpoint, new: endpoint });
  }
  return things;
}

function podsOf(old: Workload, current: Workload): [Pod, Pod][] {
  if (old.pods.length === 1 && current.pods.length === 1) return [[old.pods[0]!, current.pods[0]!]];
  return current.pods.flatMap((pod): [Pod, Pod][] => {
    const was = old.pods.find(({ name }) => name !== undefined && name === pod.name);
    return was === undefined ? [] : [[was, pod]];
  });
}

/** The pods a map keeps together with one: what is asked of it is asked of them all. */
function endpointOf({ population }: Reachability, pod: Pod): Endpoint {
  return population.endpoints.find((one) => one.kind === 'workload' && one.pods.includes(pod))!;
}

function endOf(ends: readonly End[], thing: Thing): End {
  const found = ends.filter(({ members }) =>
    members.some((one) => holds(one.old, thing.old) && holds(one.new, thing.new)),
  );
  if (found.length !== 1) throw new Error(`${thing.name} is ${found.length} ends`);
  return found[0]!;
}

function holds(endpoint: Endpoint | undefined, one: Endpoint): boolean {
  if (endpoint?.kind !== one.kind) return false;
  if (endpoint.kind === 'workload' && one.kind === 'workload')
    return one.pods.every((pod) => endpoint.pods.includes(pod));
  if (endpoint.kind === 'addresses' && one.kind === 'addresses') {
    const value = one.bounds[0]!;
    return (
      endpoint.family === one.family &&
      endpoint.bounds.some(
        (low, i) => i % 2 === 0 && low <= value && value <= endpoint.bounds[i + 1]!,
      )
    );
  }
  return endpoint.id === one.id;
}

/** The first thing the difference says of a connection that asking about it does not, or does not say. */
function lieOf(worlds: Worlds): string | undefined {
  const [old, current] = [clusterOf(worlds.old), clusterOf(worlds.new)];
  const maps = mapsOf(old, current);
  const { ends, changed } = differenceOf(maps);
  const groups = new Map<string, ChangedConnections>();
  for (const group of changed) {
    if (group.causes.length === 0) return 'a change without a cause';
    for (const from of group.from) {
      for (const to of group.to) {
        if (from === to && !from.hasTwo) continue;
        const key = `${from.index} ${to.index}`;
        if (groups.has(key)) return 'a pair is in two groups';
        groups.set(key, group);
      }
    }
  }
  const things = thingsOf(maps, worlds).map((thing) => ({
    ...thing,
    end: endOf(ends, thing),
  }));
  const ports = portsOf([...worlds.old.objects, ...worlds.new.objects]);
  let n = 0;
  for (const from of things) {
    for (const to of things) {
      if (from.old.kind !== 'workload' && to.old.kind !== 'workload') continue;
      if (from.old.kind === 'domain') continue; // only ever connected to
      if (from === to && !(headCount(from.old) > 1 && headCount(from.new) > 1)) continue;
      const group = groups.get(`${from.end.index} ${to.end.index}`);
      for (const { protocol, port } of ports) {
        if (n++ % 3 !== 0) continue;
        const number = port ?? 0;
        const ask = (side: 'old' | 'new', cluster: Cluster): Answer =>
          evaluate(cluster, { from: from[side], to: to[side], port: { protocol, number } }).answer;
        const [was, is] = [ask('old', old), ask('new', current)];
        const told = (passing: ChangedConnections['before']): Answer =>
          hasPort(passing.certain, protocol, number)
            ? 'allowed'
            : hasPort(passing.depends, protocol, number)
              ? 'depends'
              : 'denied';
        const said =
          group === undefined ? 'the same' : `${told(group.before)}, then ${told(group.after)}`;
        const wanted = group === undefined && was === is ? 'the same' : `${was}, then ${is}`;
        if (said !== wanted)
          return `${from.name} to ${to.name} on ${protocol} ${number}: ${said}; asked, ${wanted}`;
      }
    }
  }
  return undefined;
}

describe('a difference', () => {
  test(
    'says of every pair what asking about it in both clusters says',
    { timeout: 120_000 },
    () => {
      fc.assert(
        fc.property(CHANGED_WORLDS, (worlds) => {
          expect(lieOf(worlds)).toBeUndefined();
        }),
        { seed: SEED, numRuns: 300 },
      );
    },
  );
});
