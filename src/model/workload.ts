import type { Address } from './address.ts';
import type { Place } from './place.ts';
import type { Protocol } from './port-set.ts';
import type { Labels } from './selector.ts';

/** The kinds of object whose pods Sluice knows. */
export const WORKLOAD_KINDS = [
  'Pod',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicationController',
] as const;

export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

/** Something that stands for its pods: a controller, or a pod of its own. */
export interface Workload {
  readonly namespace: string;
  /** One of WORKLOAD_KINDS, or the kind an ownerReference names when that owner is not in the input. */
  readonly kind: string;
  readonly name: string;
  readonly place: Place;
  readonly annotations: Labels;
  /** Never empty: the pods in the input, or one that stands for all made from the template. */
  readonly pods: readonly Pod[];
}

/** What policies can see of a pod. */
export interface Pod {
  /** The pod's own name; undefined for one made from a template. */
  readonly name: string | undefined;
  readonly place: Place;
  readonly labels: Labels;
  readonly ports: readonly ContainerPort[];
  readonly hostNetwork: boolean;
  readonly node: string | undefined;
  /** Empty when not known (semantics Z5). */
  readonly addresses: readonly Address[];
  /** How many pods this one stands for: replicas of a template, else 1. */
  readonly count: number;
}

/** A port that a container, or a sidecar init container, says it serves (P11). */
export interface ContainerPort {
  readonly name: string | undefined;
  readonly protocol: Protocol;
  readonly number: number;
  /** The port of the node that leads to it; absent for most. */
  readonly hostPort?: number;
}

/** `shop/Deployment/web`: the id of a workload in every output. */
export function workloadId(workload: Pick<Workload, 'namespace' | 'kind' | 'name'>): string {
  return `${workload.namespace}/${workload.kind}/${workload.name}`;
}

/** The numbers a named port has on a pod: the name and the protocol must both agree (P8, D9). */
export function resolveNamedPort(
  ports: readonly ContainerPort[],
  name: string,
  protocol: Protocol,
): number[] {
  const found = ports.filter((port) => port.name === name && port.protocol === protocol);
  return found.map((port) => port.number);
}
