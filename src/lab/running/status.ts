import path from 'node:path';
import { formatAddress } from '../../model/address.ts';
import type { ServicePort } from '../../model/service.ts';
import { workloadId } from '../../model/workload.ts';
import type { LabMode } from '../process/folder.ts';
import type { Lab } from './lab.ts';

/** How a lab is, as `lab status -o json` writes it (addresses as texts). */
export interface LabStatus {
  readonly name: string;
  readonly mode: LabMode;
  readonly nodes: readonly NodeStatus[];
  readonly pods: readonly PodStatus[];
  readonly services: readonly ServiceStatus[];
  readonly policies: number;
  /** What is not as the input says, and what this machine cannot do; one sentence each. */
  readonly notes: readonly string[];
  /** What does not work though it should; empty in a healthy lab. */
  readonly faults: readonly string[];
}

export interface NodeStatus {
  readonly name: string;
  readonly addresses: readonly string[];
  /** The network namespace. */
  readonly namespace: string;
  readonly pods: number;
  /** Whether its rules are in force. */
  readonly enforced: boolean;
}

export interface PodStatus {
  readonly namespace: string;
  readonly name: string;
  readonly workload: string;
  readonly node: string;
  readonly addresses: readonly string[];
  readonly hostNetwork: boolean;
  /** `80/TCP`, where something listens. */
  readonly ports: readonly string[];
  /** The network namespace. */
  readonly networkNamespace: string;
}

export interface ServiceStatus {
  readonly namespace: string;
  readonly name: string;
  readonly addresses: readonly string[];
  /** `80/TCP`, with the node port behind a colon: `80:30000/TCP`. */
  readonly ports: readonly string[];
}

/** How a lab that runs is. */
export function statusOf(lab: Lab, mode: LabMode): LabStatus {
  const { nodes, pods, cluster, notes } = lab.cluster;
  return {
    name: lab.network.lab,
    mode,
    nodes: nodes.map(({ node }) => ({
      name: node.name,
      addresses: node.addresses.map(formatAddress),
      namespace: path.basename(lab.network.nodePath(node.name)),
      pods: pods.filter(({ pod }) => pod.node === node.name).length,
      enforced: lab.faults(node.name).length === 0,
    })),
    pods: pods.map((one) => ({
      namespace: one.workload.namespace,
      name: one.pod.name,
      workload: workloadId(one.workload),
      node: one.pod.node,
      addresses: one.pod.addresses.map(formatAddress),
      hostNetwork: one.pod.hostNetwork,
      ports: one.pod.ports.map(({ number, protocol }) => `${number}/${protocol}`),
      networkNamespace: path.basename(lab.network.podPath(one)),
    })),
    services: cluster.services.map(({ namespace, name, addresses, ports }) => ({
      namespace,
      name,
      addresses: addresses.map(formatAddress),
      ports: ports.map(portWords),
    })),
    policies: cluster.policies.length + cluster.clusterPolicies.length,
    notes: [...notes, ...lab.voices.traffic.limits],
    faults: lab.faults(),
  };
}

function portWords({ port, nodePort, protocol }: ServicePort): string {
  return nodePort === undefined ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`;
}
