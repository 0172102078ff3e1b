/**
 * What the raw objects say is there: namespaces, nodes, pods with the workloads they belong to, and
 * policies. Only what decides a policy is read; nothing here knows what a policy means.
 *
 * @module
 */
import { readAddress, type Address } from './address.ts';
import { at, CLUSTER_POLICIES, list, text, unwrap, type Item } from './object.ts';

/** One end of a connection. A hostNetwork pod is a `node`: it has its node's address (D3, N7). */
export interface Endpoint {
  readonly id: string;
  readonly kind: 'pod' | 'node' | 'outside' | 'domain';
  /** Empty for all but pods, like `ports`. */
  readonly namespace: string;
  /** Those of a pod or a Node, as written. */
  readonly labels: unknown;
  readonly ports: readonly ContainerPort[];
  /** The name of the node it runs on, undefined when unknown. */
  readonly node: string | undefined;
  /** Empty when unknown, as for every domain. */
  readonly addresses: readonly Address[];
  /** The name of a domain, in lower case, with a leading `*.` for all names below it (D19). */
  readonly domain: string;
}

/** A port a container declares, its protocol defaulted, otherwise as written. */
export interface ContainerPort {
  readonly name: unknown;
  readonly protocol: unknown;
  readonly number: unknown;
}

/** Everything a question is asked of. */
export interface Cluster {
  /** Workloads and bare pods by `ns/Kind/name`, with the pods each one stands for. */
  readonly workloads: ReadonlyMap<string, readonly Endpoint[]>;
  /** Every pod of the input by `ns/Pod/name`. */
  readonly pods: ReadonlyMap<string, Endpoint>;
  /** Nodes by `node/NAME`. */
  readonly nodes: ReadonlyMap<string, Endpoint>;
  /** The labels of each namespace that has an object, as written. */
  readonly namespaceLabels: ReadonlyMap<string, unknown>;
  readonly policies: readonly { readonly namespace: string; readonly spec: unknown }[];
  /** The policies of the tiers around them, in the order of the input. */
  readonly clusterPolicies: readonly {
    readonly kind: (typeof CLUSTER_POLICIES)[number];
    readonly name: string;
    readonly spec: unknown;
  }[];
}

/** An end that is neither pod nor node. */
export const OUTSIDE: Omit<Endpoint, 'id'> = {
  kind: 'outside',
  namespace: '',
  labels: undefined,
  ports: [],
  node: undefined,
  addresses: [],
  domain: '',
};

const WORKLOADS = 'Deployment ReplicaSet StatefulSet DaemonSet Job CronJob ReplicationController';

/** Reads the input: later objects replace earlier ones of the same kind, namespace and name. */
export function readCluster(objects: readonly unknown[]): Cluster {
  const items = new Map<string, Item>();
  for (const [n, item] of objects.flatMap((object) => unwrap(object)).entries()) {
    items.set(`${item.namespace}/${item.kind}/${item.name || `#${n}`}`, item);
  }
  const of = (kind: string): Item[] => [...items.values()].filter((item) => item.kind === kind);
  const nodes = new Map(of('Node').map((item) => [`node/${item.name}`, readNode(item)]));

  const pods = new Map<string, Endpoint>();
  const workloads = new Map<string, Endpoint[]>();
  for (const item of of('Pod').filter((pod) => pod.name)) {
    const status = at(item.object, 'status');
    const phase = at(status, 'phase');
    if (phase === 'Succeeded' || phase === 'Failed') continue; // S20, D12
    const id = `${item.namespace}/Pod/${item.name}`;
    const pod = readPod(id, item.namespace, item.object, nodes, status);
    const owner = ownerOfPod(item, items) ?? id;
    pods.set(id, pod);
    workloads.set(owner, [...(workloads.get(owner) ?? []), pod]);
  }
  // Z4: a workload without pods in the input stands for the pods its template would make.
  for (const [id, item] of items) {
    if (!WORKLOADS.split(' ').includes(item.kind) || !item.name || workloads.has(id)) continue;
    const owner = controllerOf(item);
    if (owner !== undefined && items.has(owner)) continue;
    const job = item.kind === 'CronJob' ? at(item.object, 'spec', 'jobTemplate') : item.object;
    workloads.set(id, [readPod(id, item.namespace, at(job, 'spec', 'template'), nodes)]);
  }

  return {
    workloads,
    pods,
    nodes,
    namespaceLabels: new Map(
      of('Namespace').map((item) => [item.name, at(item.object, 'metadata', 'labels')]),
    ),
    policies: of('NetworkPolicy').map((item) => ({
      namespace: item.namespace,
      spec: at(item.object, 'spec'),
    })),
    clusterPolicies: CLUSTER_POLICIES.flatMap((kind) =>
      of(kind).map(({ name, object }) => ({ kind, name, spec: at(object, 'spec') })),
    ),
  };
}

/** The pod of a Pod object, or of a pod template, which has no status. */
function readPod(
  id: string,
  namespace: string,
  pod: unknown,
  nodes: ReadonlyMap<string, Endpoint>,
  status?: unknown,
): Endpoint {
  const spec = at(pod, 'spec');
  const node = text(at(spec, 'nodeName'));
  const podIps = (list(at(status, 'podIPs')) ?? []).map((entry) => at(entry, 'ip'));
  const addresses = readAddresses([...podIps, at(status, 'podIP')]);
  if (at(spec, 'hostNetwork') === true) {
    const hostIps = (list(at(status, 'hostIPs')) ?? []).map((entry) => at(entry, 'ip'));
    const own = [...addresses, ...readAddresses([...hostIps, at(status, 'hostIP')])];
    const known = own.length > 0 ? own : (nodes.get(`node/${node}`)?.addresses ?? []);
    return { ...OUTSIDE, id, kind: 'node', node, addresses: known };
  }
  // P11: an init container that restarts always is a sidecar and serves like any other (D9).
  const inits = list(at(spec, 'initContainers')) ?? [];
  const sidecars = inits.filter((container) => at(container, 'restartPolicy') === 'Always');
  const ports = [...(list(at(spec, 'containers')) ?? []), ...sidecars]
    .flatMap((container) => list(at(container, 'ports')) ?? [])
    .map((port) => ({
      name: at(port, 'name'),
      protocol: at(port, 'protocol') ?? 'TCP',
      number: at(port, 'containerPort'),
    }));
  const labels = at(pod, 'metadata', 'labels');
  return { ...OUTSIDE, id, kind: 'pod', namespace, labels, ports, node, addresses };
}

function readNode({ name, object }: Item): Endpoint {
  const usable = (list(at(object, 'status', 'addresses')) ?? []).filter((entry) =>
    ['InternalIP', 'ExternalIP'].some((type) => type === at(entry, 'type')),
  );
  const addresses = readAddresses(usable.map((entry) => at(entry, 'address')));
  const labels = at(object, 'metadata', 'labels');
  return { ...OUTSIDE, id: `node/${name}`, kind: 'node', labels, node: name, addresses };
}

function readAddresses(texts: readonly unknown[]): readonly Address[] {
  return texts.map(readAddress).filter((address) => address !== undefined);
}

/** The id in the controller ownerReference; a Node (of a static pod) or a Pod groups no pods. */
function controllerOf({ namespace, object }: Item): string | undefined {
  const references = list(at(object, 'metadata', 'ownerReferences')) ?? [];
  const controller = references.find((reference) => at(reference, 'controller') === true);
  const [kind, name] = [text(at(controller, 'kind')), text(at(controller, 'name'))];
  if (!kind || !name || kind === 'Node' || kind === 'Pod') return undefined;
  return `${namespace}/${kind}/${name}`;
}

/** The workload a pod belongs to, directly or through a ReplicaSet or Job (D13). */
function ownerOfPod(pod: Item, items: ReadonlyMap<string, Item>): string | undefined {
  const owner = controllerOf(pod);
  const [, kind, name = ''] = owner?.split('/') ?? [];
  if (owner === undefined || (kind !== 'ReplicaSet' && kind !== 'Job')) return owner;
  const between = items.get(owner);
  const above = between && controllerOf(between);
  if (above !== undefined && items.has(above)) return above;
  if (between || kind === 'Job') return owner;
  const suffix = `-${String(at(pod.object, 'metadata', 'labels', 'pod-template-hash'))}`;
  const deployment = `${pod.namespace}/Deployment/${name.slice(0, -suffix.length)}`;
  return name.endsWith(suffix) && items.has(deployment) ? deployment : owner;
}
