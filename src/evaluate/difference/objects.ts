import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Cluster, Namespace, Node } from '../../model/cluster.ts';
import type { Place } from '../../model/place.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import type { Service } from '../../model/service.ts';
import type { Workload } from '../../model/workload.ts';
import { contentKey, isSameContent } from '../ids/content-key.ts';
import type { Aspect } from './aspects.ts';
import { isForNames } from './names.ts';

/** One thing as the older and the newer of two clusters have it; undefined where they do not. */
export interface Versions<T> {
  readonly old: T | undefined;
  readonly new: T | undefined;
}

/** An object that is not the same in two clusters, and what policies can see of that. */
export type ChangedObject =
  | ({ readonly is: 'policy' } & Versions<NetworkPolicy>)
  | ({ readonly is: 'cluster-policy' } & Versions<ClusterPolicy>)
  | ({ readonly is: 'namespace' } & Versions<Namespace>)
  | ({ readonly is: 'node' } & Versions<Node>)
  | ({ readonly is: 'service' } & Versions<Service>)
  /** In both clusters; what came or went is not a change of it. */
  | ({ readonly is: 'workload'; readonly aspects: readonly Aspect[] } & Versions<Workload>);

export type Change = 'added' | 'removed' | 'changed';

/** What happened to an object. */
export function changeOf({ old, new: current }: Versions<unknown>): Change {
  return old === undefined ? 'added' : current === undefined ? 'removed' : 'changed';
}

/** How an object is named in its API: kind, namespace (undefined for what has none), name. */
export function nameOf(object: ChangedObject): {
  kind: string;
  namespace: string | undefined;
  name: string;
} {
  switch (object.is) {
    case 'policy': {
      const { kind, namespace, name } = (object.new ?? object.old)!;
      return { kind, namespace, name };
    }
    case 'cluster-policy': {
      const { kind, name } = (object.new ?? object.old)!;
      return { kind, namespace: undefined, name };
    }
    case 'namespace':
      return { kind: 'Namespace', namespace: undefined, name: (object.new ?? object.old)!.name };
    case 'node':
      return { kind: 'Node', namespace: undefined, name: (object.new ?? object.old)!.name };
    case 'service': {
      const { namespace, name } = (object.new ?? object.old)!;
      return { kind: 'Service', namespace, name };
    }
    case 'workload': {
      const { kind, namespace, name } = (object.new ?? object.old)!;
      return { kind, namespace, name };
    }
  }
}

/** Where the object stands in each input; a namespace may be only mentioned there. */
export function placesOf({ old, new: current }: ChangedObject): Versions<Place> {
  return { old: old?.place, new: current?.place };
}

/** Whether someone changed it: where pods run, and the addresses they get, change by themselves. */
export function isOwnChange(object: ChangedObject): boolean {
  if (object.is !== 'workload') return true;
  return object.aspects.some((aspect) => aspect !== 'addresses' && aspect !== 'nodes');
}

/** Finds the policies, namespaces, nodes and Services that do not say the same, in the order of the newer input. */
export function changedObjects(old: Cluster, current: Cluster): ChangedObject[] {
  const objects: ChangedObject[] = [];
  const policyName = ({ namespace, name }: NetworkPolicy): string => `${namespace}/${name}`;
  for (const versions of paired(old.policies, current.policies, policyName))
    if (differ(versions)) objects.push({ is: 'policy', ...versions });
  const clusterName = ({ kind, name }: ClusterPolicy): string => `${kind} ${name}`;
  const written = ({ clusterPolicies }: Cluster): ClusterPolicy[] =>
    clusterPolicies.filter((policy) => !isForNames(policy));
  for (const versions of paired(written(old), written(current), clusterName))
    if (differ(versions, true)) objects.push({ is: 'cluster-policy', ...versions });
  const ownName = ({ name }: { name: string }): string => name;
  for (const versions of paired(old.namespaces.values(), current.namespaces.values(), ownName))
    if (differ(versions)) objects.push({ is: 'namespace', ...versions });
  for (const versions of paired(old.nodes.values(), current.nodes.values(), ownName))
    if (differ(addressed(versions))) objects.push({ is: 'node', ...versions });
  const serviceName = ({ namespace, name }: Service): string => `${namespace}/${name}`;
  for (const versions of paired(old.services, current.services, serviceName))
    if (differ(versions)) objects.push({ is: 'service', ...versions });
  return objects;
}

/** Things of two lists by name; one that has its name more than once in a list is told apart by its turn. */
export function paired<T>(
  old: Iterable<T>,
  current: Iterable<T>,
  nameOfOne: (one: T) => string,
): Versions<T>[] {
  const before = byName(old, nameOfOne);
  const after = byName(current, nameOfOne);
  const pairs: Versions<T>[] = [];
  for (const [name, one] of after) pairs.push({ old: before.get(name), new: one });
  for (const [name, one] of before) if (!after.has(name)) pairs.push({ old: one, new: undefined });
  return pairs;
}

function byName<T>(list: Iterable<T>, nameOfOne: (one: T) => string): Map<string, T> {
  const named = new Map<string, T>();
  for (const one of list) {
    const name = nameOfOne(one);
    let key = name;
    for (let turn = 2; named.has(key); turn++) key = `${name} ${turn}`;
    named.set(key, one);
  }
  return named;
}

function differ({ old, new: current }: Versions<object>, ordered = false): boolean {
  if (old === undefined || current === undefined) return true;
  return !isSameContent(old, current) && contentKey(old, ordered) !== contentKey(current, ordered);
}

/** A node's addresses are its own, unlike those that a block has by its words. */
function addressed({ old, new: current }: Versions<Node>): Versions<object> {
  const own = (node: Node | undefined): object | undefined =>
    node && {
      node,
      own: node.addresses.map(({ family, value }) => `${family} ${value.toString(16)}`),
    };
  return { old: own(old), new: own(current) };
}
