import { formatAddress, parseAddress } from '../../src/model/address.ts';
import type { Address } from '../../src/model/address.ts';
import type { Place } from '../../src/model/place.ts';
import type { Pod, Workload } from '../../src/model/workload.ts';
import { addressesOf } from '../generators/questions.ts';
import { planAddresses } from '../packet/address-plan.ts';
import type { PodPlan } from '../packet/address-plan.ts';
import type { World } from './implementation.ts';
import { clusterOf } from './manifests.ts';

type Raw = Record<string, unknown>;

/**
 * The world in which packets can be sent: as given, but every pod is one that runs somewhere and has
 * an address, and every node has one too. What a template would make becomes pods that it owns. Only
 * manifests are written, so that every implementation can be asked about the very same world.
 *
 * What cannot be completed stays as it is, such as a pod for which the pod network has no room.
 */
export function withAddresses(world: World): World {
  const { objects, podNetwork } = world;
  const raw = structuredClone(objects) as Raw[];
  const cluster = clusterOf({ objects, podNetwork });
  const edges = addressesOf(objects).flatMap((text) => parseAddress(text) ?? []);
  const { nodes, pods, replicas } = planAddresses(cluster, edges);
  for (const [{ place, hostNetwork }, plan] of pods) runAt(objectAt(raw, place), plan, hostNetwork);
  const names = new Set([...pods.keys()].map(({ name }) => name));
  for (const [workload, plans] of replicas) {
    const [{ place, hostNetwork }] = workload.pods as [Pod];
    const owner = objectAt(raw, workload.place);
    // a controller without a template makes pods of which nothing is known
    const template = place.path === workload.place.path ? {} : objectAt(raw, place);
    for (const plan of plans) {
      const pod = podOf(workload, owner, template, unusedName(workload, names));
      runAt(pod, plan, hostNetwork);
      raw.push(pod);
    }
  }
  for (const [name, addresses] of nodes) {
    const known = cluster.nodes.get(name);
    const node = known && objectAt(raw, known.place);
    if (node !== undefined) node['status'] = nodeStatus(addresses);
    else
      raw.push({
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name },
        status: nodeStatus(addresses),
      });
  }
  return { objects: raw, podNetwork };
}

/** The part of the manifests that something was read from. */
function objectAt(raw: readonly Raw[], { document, path }: Place): Raw {
  const steps = path.match(/[^.[\]]+/g) ?? [];
  return steps.reduce((part, step) => part[step] as Raw, raw[document - 1]!);
}

function runAt(pod: Raw, { node, addresses }: PodPlan, hostNetwork: boolean): void {
  pod['spec'] = { ...mapOf(pod['spec']), nodeName: node };
  const status = { ...mapOf(pod['status']) };
  for (const key of ['podIP', 'podIPs', 'hostIP', 'hostIPs']) delete status[key];
  // a hostNetwork pod without addresses of its own has its node's (D3)
  if (!hostNetwork) status['podIPs'] = addresses.map((one) => ({ ip: formatAddress(one) }));
  pod['status'] = status;
}

/** A pod as the controller would make it (D13: its controller ownerReference is what counts). */
function podOf({ kind, name }: Workload, owner: Raw, template: Raw, podName: string): Raw {
  const { namespace } = mapOf(owner['metadata']);
  const { labels } = mapOf(template['metadata']);
  const reference = { apiVersion: owner['apiVersion'], kind, name, uid: '1', controller: true };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName,
      ...(namespace !== undefined && { namespace }),
      ...(labels !== undefined && { labels: structuredClone(labels) }),
      ownerReferences: [reference],
    },
    spec: structuredClone(template['spec']),
  };
}

function unusedName({ name }: Workload, names: Set<string | undefined>): string {
  for (let n = 0; ; n++) {
    const candidate = `${name}-${n}`;
    if (names.has(candidate)) continue;
    names.add(candidate);
    return candidate;
  }
}

function nodeStatus(addresses: readonly Address[]): object {
  const entries = addresses.map((one) => ({ type: 'InternalIP', address: formatAddress(one) }));
  return { addresses: entries };
}

function mapOf(value: unknown): Raw {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap ? (value as Raw) : {};
}
