import type { Address } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import { workloadId } from '../../model/workload.ts';
import type { Pod, Workload } from '../../model/workload.ts';
import type { Id } from '../ids/pair-memo.ts';
import { domainEndpoint } from '../verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';
import { splitOutside } from '../verdict/outside.ts';
import { BlockIndex } from './block-index.ts';
import { distinctionsOf } from './distinctions.ts';
import type { Distinctions } from './distinctions.ts';
import { Signer } from './signer.ts';

/** Endpoints no policy can tell apart; the first speaks for all. */
export interface EndpointClass {
  readonly index: number;
  readonly endpoints: readonly Endpoint[];
}

/** Every endpoint of a cluster, and the classes they fall into. */
export interface Population {
  readonly endpoints: readonly Endpoint[];
  /** The class number of each endpoint, in the order of `endpoints`. */
  readonly classOf: readonly number[];
  /** Classes of pods policies can select come first: `subjects` of them. */
  readonly classes: readonly EndpointClass[];
  readonly subjects: number;
  readonly distinctions: Distinctions;
  readonly blocks: BlockIndex;
}

/** Finds the endpoints of a cluster and sorts them into classes. */
export function populationOf(cluster: Cluster): Population {
  const distinctions = distinctionsOf(cluster);
  const outside = splitOutside(cluster, distinctions.blocks);
  const blocks = new BlockIndex(distinctions.blocks, knownAddresses(cluster), outside);
  const signer = new Signer(cluster, distinctions, blocks);
  const pods: WorkloadEndpoint[] = [];
  const hosts: Endpoint[] = [];
  for (const workload of cluster.workloads) {
    for (const endpoint of endpointsOfWorkload(workload, signer)) {
      (endpoint.pods[0]!.hostNetwork ? hosts : pods).push(endpoint);
    }
  }
  for (const node of cluster.nodes.values())
    hosts.push({ kind: 'node', id: `node/${node.name}`, node });
  const domains = distinctions.domains.map(domainEndpoint);
  const endpoints = [...pods, ...hosts, ...outside, ...domains];
  const members: Endpoint[][] = [];
  const bySignature = new Map<Id, number>();
  let subjects = 0;
  const classOf = endpoints.map((endpoint, i) => {
    const signature = signer.sign(endpoint);
    let index = bySignature.get(signature);
    if (index === undefined) bySignature.set(signature, (index = members.push([endpoint]) - 1));
    else members[index]!.push(endpoint);
    if (i < pods.length) subjects = members.length;
    return index;
  });
  const classes = members.map((own, index) => ({ index, endpoints: own }));
  return { endpoints, classOf, classes, subjects, distinctions, blocks };
}

/** The endpoints of one workload: one, unless policies can tell its pods apart. */
function endpointsOfWorkload(workload: Workload, signer: Signer): WorkloadEndpoint[] {
  const id = workloadId(workload);
  if (workload.pods.length === 1) return [{ kind: 'workload', id, workload, pods: workload.pods }];
  const kinds = new Map<Id, Pod[]>();
  for (const pod of workload.pods) {
    const signature = signer.signPod(pod);
    const alike = kinds.get(signature);
    if (alike === undefined) kinds.set(signature, [pod]);
    else alike.push(pod);
  }
  if (kinds.size === 1) return [{ kind: 'workload', id, workload, pods: workload.pods }];
  return [...kinds.values()].map((pods, i) => ({
    kind: 'workload',
    id: `${id}#${i + 1}`,
    workload,
    pods,
  }));
}

/** The known addresses of all pods and nodes. */
export function knownAddresses(cluster: Cluster): Address[] {
  return [
    ...cluster.workloads.flatMap(({ pods }) => pods.flatMap((pod) => pod.addresses)),
    ...[...cluster.nodes.values()].flatMap((node) => node.addresses),
  ];
}
