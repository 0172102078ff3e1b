import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { podShape, podSpec, podStatus } from './pod.ts';
import type { Families, PodShape } from './pod.ts';
import { NAMESPACES } from './vocabulary.ts';

/** A generated workload: a bare pod, a template, or an owner with pods of its own. */
export interface WorkloadShape {
  readonly namespace: string;
  readonly kind: string;
  readonly template: PodShape;
  /** The pods of it that are in the input. */
  readonly pods: readonly PodShape[];
  /** Whether the owner is in the input (D13). */
  readonly present: boolean;
  /** Whether the ReplicaSet or Job between is in the input; where there is one. */
  readonly between: boolean;
}

const KINDS = [
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'CronJob',
  'ReplicationController',
] as const;

/** Workloads of every kind; half of them bare pods. */
export function workloadShape(families: Families): Arbitrary<WorkloadShape> {
  return fc.record({
    namespace: fc.constantFrom(...NAMESPACES),
    kind: fc.oneof({ weight: 1, arbitrary: fc.constant('Pod') }, fc.constantFrom(...KINDS)),
    template: podShape(families),
    pods: fc.array(podShape(families), { maxLength: 3 }),
    present: fc.boolean(),
    between: fc.boolean(),
  });
}

const API_VERSIONS: Readonly<Record<string, string>> = {
  Pod: 'v1',
  ReplicationController: 'v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
};

const HASH = '5d8f';

/** Counts the pods of one cluster, for their addresses. */
export interface PodCount {
  next: number;
}

/** The objects of a workload: its pods, their owner, and the ReplicaSet or Job between. */
export function workloadObjects(shape: WorkloadShape, name: string, count: PodCount): object[] {
  const { kind, namespace, template, pods, present } = shape;
  if (kind === 'Pod') return [podObject(template, namespace, name, {}, count)];
  const owner = object(kind, namespace, name, {}, controllerSpec(kind, template));
  if (pods.length === 0) return [owner];
  const middle = middleOf(shape, name);
  const parent = middle?.parent ?? { kind, name };
  const hash = parent.kind === 'ReplicaSet' && { 'pod-template-hash': HASH };
  return [
    ...(present ? [owner] : []),
    ...(middle?.objects ?? []),
    ...pods.map((pod, i) =>
      podObject(
        { ...pod, labels: { ...pod.labels, ...hash } },
        namespace,
        `${name}-${i}`,
        ownedBy(parent),
        count,
      ),
    ),
  ];
}

interface Parent {
  readonly kind: string;
  readonly name: string;
}

/** Deployments make ReplicaSets named NAME-HASH and CronJobs make Jobs, which make the pods. */
function middleOf(
  { kind, namespace, template, between }: WorkloadShape,
  name: string,
): { parent: Parent; objects: object[] } | undefined {
  if (kind !== 'Deployment' && kind !== 'CronJob') return undefined;
  const own = kind === 'Deployment' ? 'ReplicaSet' : 'Job';
  const parent = { kind: own, name: `${name}-${HASH}` };
  const middle = object(
    own,
    namespace,
    parent.name,
    ownedBy({ kind, name }),
    controllerSpec(own, template),
  );
  return { parent, objects: between ? [middle] : [] };
}

function ownedBy({ kind, name }: Parent): object {
  const apiVersion = API_VERSIONS[kind] ?? 'apps/v1';
  return { ownerReferences: [{ apiVersion, kind, name, uid: '1', controller: true }] };
}

function controllerSpec(kind: string, template: PodShape): object {
  const { labels } = template;
  const own = {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: podSpec(template) },
  };
  return kind === 'CronJob' ? { schedule: '@daily', jobTemplate: { spec: own } } : own;
}

function podObject(
  shape: PodShape,
  namespace: string,
  name: string,
  metadata: object,
  count: PodCount,
): object {
  const status = podStatus(shape, count.next++);
  const pod = object('Pod', namespace, name, { labels: shape.labels, ...metadata }, podSpec(shape));
  return status === undefined ? pod : { ...pod, status };
}

function object(
  kind: string,
  namespace: string,
  name: string,
  metadata: object,
  spec: object,
): object {
  const apiVersion = API_VERSIONS[kind] ?? 'apps/v1';
  return { apiVersion, kind, metadata: { name, namespace, ...metadata }, spec };
}
