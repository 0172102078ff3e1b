import type { Pod, Workload, WorkloadKind } from '../../model/workload.ts';
import { orNothing } from '../fields/fields.ts';
import type { Fields } from '../fields/fields.ts';
import { OBJECT_META } from '../fields/known-fields.ts';
import { NO_LABELS, readLabels } from '../fields/labels.ts';
import type { Metadata } from '../fields/metadata.ts';
import { podOfTemplate, readPodSpec } from './pod.ts';

/** An object that makes pods from a template. */
export interface Controller {
  readonly kind: Exclude<WorkloadKind, 'Pod'>;
  readonly metadata: Metadata;
  /** The pod that stands for all it makes; `count` is 0 for a DaemonSet, whose nodes decide. */
  readonly template: Pod;
}

/** A Pod of the input and what identifies it. */
export interface ReadPod {
  readonly metadata: Metadata;
  readonly pod: Pod;
}

const POD_TEMPLATE: readonly string[] = ['metadata', 'spec'];

/** Reads the pod template of a controller. */
export function readController(
  kind: Controller['kind'],
  object: Fields,
  metadata: Metadata,
): Controller {
  const spec = orNothing(object.map('spec'));
  const jobSpec = kind === 'CronJob' ? templateOf(spec, 'jobTemplate', 'spec') : spec;
  const template = orNothing(jobSpec?.map('template', POD_TEMPLATE));
  const templateMetadata = orNothing(template?.map('metadata', OBJECT_META));
  const labels = templateMetadata ? readLabels(templateMetadata, 'labels') : NO_LABELS;
  const place = template?.place ?? metadata.place;
  const podSpec = template
    ? readPodSpec(template)
    : { ports: [], hostNetwork: false, node: undefined };
  if (template === undefined) {
    object.document.report(
      'error',
      'missing-template',
      object.place,
      `${kind} \`${metadata.name}\` has no pod template, so its pods' labels are not known`,
    );
  }
  return { kind, metadata, template: podOfTemplate(podSpec, labels, place, countOf(kind, spec)) };
}

function templateOf(parent: Fields | undefined, ...path: string[]): Fields | undefined {
  let fields = parent;
  for (const key of path) fields = orNothing(fields?.map(key));
  return fields;
}

function countOf(kind: Controller['kind'], spec: Fields | undefined): number {
  if (kind === 'DaemonSet') return 0;
  const key = kind === 'Job' ? 'parallelism' : 'replicas';
  if (kind === 'CronJob') return 1;
  return orNothing(spec?.integer(key)) ?? 1;
}

/**
 * Brings pods and the controllers they belong to together (decision D13): a controller with pods of
 * its own in the input stands for those, one without for its template; a controller that another one
 * of the input owns is not counted again. `nodes` is the number of nodes a DaemonSet runs on.
 */
export function groupWorkloads(
  controllers: readonly Controller[],
  pods: readonly ReadPod[],
  nodes: number,
): Workload[] {
  const byId = new Map(
    controllers.map((controller) => [idOf(controller.kind, controller.metadata), controller]),
  );
  const top = (kind: string, metadata: Metadata): string => topOwner(kind, metadata, byId);
  const members = new Map<string, ReadPod[]>();
  for (const read of pods) {
    const id = top('Pod', read.metadata);
    const list = members.get(id);
    if (list === undefined) members.set(id, [read]);
    else list.push(read);
  }
  const workloads: Workload[] = [];
  for (const [id, controller] of byId) {
    const { kind, metadata, template } = controller;
    if (top(kind, metadata) !== id) continue;
    const own = members.get(id);
    members.delete(id);
    const count = kind === 'DaemonSet' ? nodes : template.count;
    workloads.push(
      workload(kind, metadata, own?.map(({ pod }) => pod) ?? [{ ...template, count }]),
    );
  }
  for (const [id, own] of members) {
    // a name the API would refuse may itself have a slash in it, and so may a namespace
    const { metadata } = own[0]!;
    const rest = id.slice(metadata.namespace.length + 1);
    const [kind, name] = [rest.slice(0, rest.indexOf('/')), rest.slice(rest.indexOf('/') + 1)];
    workloads.push(
      workload(
        kind,
        { ...metadata, name },
        own.map(({ pod }) => pod),
      ),
    );
  }
  return workloads;
}

function workload(kind: string, metadata: Metadata, pods: readonly Pod[]): Workload {
  const { namespace, name, place, annotations } = metadata;
  return { namespace, kind, name, place, annotations, pods };
}

function idOf(kind: string, { namespace, name }: Pick<Metadata, 'namespace' | 'name'>): string {
  return `${namespace}/${kind}/${name}`;
}

/** Follows owners as far as the input tells; an owner outside the input is the last step. */
function topOwner(kind: string, metadata: Metadata, byId: ReadonlyMap<string, Controller>): string {
  let id = idOf(kind, metadata);
  let { owner } = metadata;
  if (owner === undefined) return id;
  const { namespace, labels } = metadata;
  for (const seen = new Set([id]); owner !== undefined;) {
    const ownerId = idOf(owner.kind, { namespace, name: owner.name });
    const next = byId.get(ownerId);
    if (next === undefined) {
      // a ReplicaSet that is not in the input tells its Deployment by its name: NAME-HASH
      const hash = labels['pod-template-hash'];
      const suffix = `-${hash}`;
      const deployment = owner.name.endsWith(suffix) ? owner.name.slice(0, -suffix.length) : '';
      const deploymentId = idOf('Deployment', { namespace, name: deployment });
      if (kind === 'Pod' && owner.kind === 'ReplicaSet' && byId.has(deploymentId))
        return deploymentId;
      // only a pod is told by an owner nobody has seen; a controller stands for itself
      return kind === 'Pod' && seen.size === 1 && owner.kind !== 'Node' && owner.kind !== 'Pod'
        ? ownerId
        : id;
    }
    if (seen.has(ownerId)) return id;
    seen.add(ownerId);
    id = ownerId;
    owner = next.metadata.owner;
  }
  return id;
}
