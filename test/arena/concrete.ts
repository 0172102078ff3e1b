import { formatAddress, parseAddress } from '../../src/model/address.ts';
import type { Family } from '../../src/model/address.ts';
import { CLUSTER_POLICY_KINDS } from '../../src/model/cluster-policy.ts';
import type { Labels } from '../../src/model/selector.ts';
import type { Pod, Workload } from '../../src/model/workload.ts';
import type { World } from '../conformance/implementation.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { ALL_SLOTS, NODE_ADDRESSES } from './slots.ts';
import type { Slot } from './slots.ts';

/** A pod of a generated cluster, where it plays. */
export interface Player {
  /** `namespace/name`, as the concrete world calls it. */
  readonly key: string;
  readonly slot: Slot;
  readonly families: readonly Family[];
}

/** A generated cluster made concrete: nothing of it is open any more, and every pod is somewhere. */
export interface ConcreteWorld {
  readonly world: World;
  readonly players: readonly Player[];
  /** The same, of one family only: what packets of that family can know. */
  readonly ofFamily: Readonly<Record<Family, World>>;
}

interface Placed {
  readonly pod: Pod;
  readonly workload: Workload;
  readonly name: string;
  readonly node: string;
  /** Undefined for a hostNetwork pod. */
  readonly player: Player | undefined;
}

/**
 * The world with each of its pods in a slot of its node, bare and with a name of its own, and each node
 * with its addresses; namespaces and policies stay as they are written. Pods for which no slot is left do
 * not exist. A template makes one pod. What is written is manifests, which all implementations read.
 */
export function concreteWorld({ objects }: World): ConcreteWorld {
  const cluster = clusterOf({ objects });
  const labels = (node: string): Labels => cluster.nodes.get(node)?.labels ?? {};
  const free = new Map([...NODE_ADDRESSES.keys()].map((node) => [node, slotsOf(node)]));
  const placed: Placed[] = [];
  for (const workload of cluster.workloads) {
    for (const pod of workload.pods) {
      const one = place(pod, workload, placed.length + 1, free);
      if (one !== undefined) placed.push(one);
    }
  }
  const kept = objects.flatMap(itemsOf).filter(isKept);
  const write = (families: readonly Family[]): World => ({
    objects: [
      ...kept,
      ...[...NODE_ADDRESSES].map(([name, own]) =>
        nodeObject(
          name,
          labels(name),
          families.map((f) => own[f]),
        ),
      ),
      ...placed.map((one) => podObject(one, families)),
    ],
  });
  return {
    world: write([4, 6]),
    ofFamily: { 4: write([4]), 6: write([6]) },
    players: placed.flatMap(({ player }) => player ?? []),
  };
}

function slotsOf(node: string): Slot[] {
  return ALL_SLOTS.filter((slot) => slot.node === node);
}

/** On its own node, else on the one with most room; undefined when all slots there are taken. */
function place(
  pod: Pod,
  workload: Workload,
  number: number,
  free: ReadonlyMap<string, Slot[]>,
): Placed | undefined {
  const roomiest = [...free].sort(([, a], [, b]) => b.length - a.length)[0]![0];
  const node = pod.node !== undefined && free.has(pod.node) ? pod.node : roomiest;
  const name = `p${number}`;
  if (pod.hostNetwork) return { pod, workload, name, node, player: undefined };
  const slot = free.get(node)!.shift();
  if (slot === undefined) return undefined;
  const families = [...new Set(pod.addresses.map(({ family }) => family))];
  const player: Player = {
    key: `${workload.namespace}/${name}`,
    slot,
    families: families.length === 0 ? [4, 6] : families,
  };
  return { pod, workload, name, node, player };
}

function podObject(
  { pod, workload, name, node, player }: Placed,
  families: readonly Family[],
): object {
  const own = player === undefined ? NODE_ADDRESSES.get(node)! : player.slot.addresses;
  const has = families.filter((family) => player?.families.includes(family) ?? true);
  // each port in a container of its own: two may have one name
  const containers = pod.ports.map((port, i) => ({
    name: `c${i}`,
    image: 'app:1',
    ports: [
      {
        ...(port.name !== undefined && { name: port.name }),
        containerPort: port.number,
        protocol: port.protocol,
      },
    ],
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: workload.namespace, labels: { ...pod.labels } },
    spec: {
      nodeName: node,
      ...(player === undefined && { hostNetwork: true }),
      containers: containers.length > 0 ? containers : [{ name: 'main', image: 'app:1' }],
    },
    status: { phase: 'Running', podIPs: has.map((family) => ({ ip: own[family] })) },
  };
}

function nodeObject(name: string, labels: Labels, addresses: readonly string[]): object {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { ...labels } },
    status: {
      addresses: addresses.map((text) => ({
        type: 'InternalIP',
        address: formatAddress(parseAddress(text)!),
      })),
    },
  };
}

/** Lists stand for their items, whose kind a typed list may leave to itself. */
function itemsOf(object: unknown): unknown[] {
  if (typeof object !== 'object' || object === null || !('items' in object)) return [object];
  const { items, kind, apiVersion } = object as {
    items: unknown;
    kind?: unknown;
    apiVersion?: unknown;
  };
  if (!Array.isArray(items)) return [object];
  const own = typeof kind === 'string' && kind !== 'List' ? kind.replace(/List$/, '') : undefined;
  return items.map((item: object) =>
    own === undefined ? item : { apiVersion, kind: own, ...item },
  );
}

const KEPT_POLICIES: ReadonlySet<string> = new Set(['NetworkPolicy', ...CLUSTER_POLICY_KINDS]);

function isKept(object: unknown): boolean {
  const kind = (object as { kind?: unknown } | null)?.kind;
  return typeof kind === 'string' && (kind === 'Namespace' || KEPT_POLICIES.has(kind));
}
