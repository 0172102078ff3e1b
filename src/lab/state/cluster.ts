import { addressRange, formatBlock, unionAddresses } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Pod, Workload } from '../../model/workload.ts';
import { AddressPool } from './address-pool.ts';
import { NOTHING_KEPT, writtenAddresses } from './kept.ts';
import type { Kept } from './kept.ts';
import { labNodes } from './nodes.ts';
import type { LabNode } from './nodes.ts';
import { podNetworkOf, rangeOf } from './pod-blocks.ts';
import { familiesOfBlocks, labPods } from './pods.ts';
import type { LabPod } from './pods.ts';
import { labServices } from './services.ts';

/** A cluster as a lab has it: nothing is left open, so nothing the engine says of it depends. */
export interface LabCluster {
  /** Every pod has a name, a node and addresses; every node and Service has addresses. */
  readonly cluster: Cluster;
  readonly nodes: readonly LabNode[];
  readonly pods: readonly LabPod[];
  /** What is not as the input says, one sentence each. */
  readonly notes: readonly string[];
  /** To be given back the next time, so that who stays keeps what he has. */
  readonly kept: Kept;
}

/** What a lab may be told beside the cluster. */
export interface LabOptions {
  /** How many nodes at least; those of the input, or 2, when absent. */
  readonly nodes?: number | undefined;
  /** What the lab gave out before. */
  readonly kept?: Kept | undefined;
}

/**
 * Makes any cluster concrete. Deterministic; throws a LabRefusal for one that does not fit a lab. What the
 * input says (names, nodes, addresses) is kept wherever two things do not want the same.
 */
export function labCluster(
  input: Cluster,
  { nodes: wanted, kept = NOTHING_KEPT }: LabOptions = {},
): LabCluster {
  const notes: string[] = [];
  const pool = new AddressPool();
  const nodes = labNodes(input, kept, wanted, pool, notes);
  const pods = labPods({ cluster: input, kept, nodes, pool, notes });
  const services = labServices(input.services, kept, familiesOfBlocks(nodes), pool, notes);
  const workloads = workloadsOf(pods);
  const cluster: Cluster = {
    ...input,
    nodes: new Map(nodes.map(({ node }) => [node.name, node])),
    workloads: [...workloads.values()],
    services,
    podNetwork: podNetworkOf(input),
  };
  const owned = pods.map((pod) => ({ ...pod, workload: workloads.get(pod.workload)! }));
  return { cluster, nodes, pods: owned, notes, kept: keptOf(cluster, nodes, pods) };
}

/** By the workload of the input, the same with the pods of the lab; those without pods are left out. */
function workloadsOf(pods: readonly LabPod[]): Map<Workload, Workload> {
  const members = new Map<Workload, Pod[]>();
  for (const { workload, pod } of pods) {
    const own = members.get(workload);
    if (own === undefined) members.set(workload, [pod]);
    else own.push(pod);
  }
  return new Map([...members].map(([workload, own]) => [workload, { ...workload, pods: own }]));
}

function keptOf({ services }: Cluster, nodes: readonly LabNode[], pods: readonly LabPod[]): Kept {
  return {
    nodes: Object.fromEntries(
      nodes.map(({ node, index, blocks }) => [
        node.name,
        {
          index,
          addresses: writtenAddresses(node.addresses),
          blocks: blocks.map(formatBlock),
        },
      ]),
    ),
    pods: Object.fromEntries(
      pods.map(({ key, pod, linkGroup }) => [
        key,
        {
          node: pod.node,
          addresses: writtenAddresses(pod.addresses),
          ...(linkGroup !== undefined && { linkGroup }),
        },
      ]),
    ),
    services: Object.fromEntries(
      services.map(({ namespace, name, addresses, ports }) => [
        `${namespace}/${name}`,
        {
          addresses: writtenAddresses(addresses),
          nodePorts: Object.fromEntries(
            ports.flatMap(({ protocol, port, nodePort }) =>
              nodePort === undefined ? [] : [[`${protocol}/${port}`, nodePort]],
            ),
          ),
        },
      ]),
    ),
  };
}

/**
 * The addresses on which a node fails closed: its parts of the pod network, and those the input gave to
 * its own pods.
 */
export function podCidrsOf({ pods }: LabCluster, { node, blocks }: LabNode): AddressSet {
  const own = pods.filter(({ link, pod }) => link !== undefined && pod.node === node.name);
  const given = own.flatMap(({ pod }) =>
    pod.addresses.map(({ family, value }) => addressRange(family, value, value)),
  );
  return unionAddresses([...blocks.map(rangeOf), ...given]);
}
