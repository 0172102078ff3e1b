import { addressRange, parseBlock, unionAddresses } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Cluster, Namespace, Node, PluginTrace } from '../../model/cluster.ts';
import type { Place, Source } from '../../model/place.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import type { Problem } from '../../model/problem.ts';
import type { Service } from '../../model/service.ts';
import { readClusterPolicy } from '../cluster-policy/cluster-policy.ts';
import type { Fields } from '../fields/fields.ts';
import { readMetadata } from '../fields/metadata.ts';
import type { Metadata } from '../fields/metadata.ts';
import { isRoutingKind, readRoutingObject, routingOf } from '../routing/routing.ts';
import type { RoutingObject } from '../routing/routing.ts';
import { FieldPath } from '../yaml/field-path.ts';
import { readEndpoints } from './endpoints.ts';
import { readNetworkPolicy } from './network-policy.ts';
import { namespaceOf, readNode } from './node.ts';
import { readObjects } from './objects.ts';
import type { ReadObject } from './objects.ts';
import { nodeTrace, readPluginTrace } from './plugin-trace.ts';
import { readPod } from './pod.ts';
import { readEndpointSlice, readService } from './service.ts';
import type { EndpointSlice } from './service.ts';
import { SliceShelf } from './slice-shelf.ts';
import { groupWorkloads, readController } from './workload.ts';
import type { Controller, ReadPod } from './workload.ts';

/** What a reader may be told beside the objects. */
export interface ReadOptions {
  /** The pod network, as CIDRs (`--pod-cidr`); absent or empty: not known. */
  readonly podNetwork?: readonly string[];
}

/** Reads all objects of the sources into one cluster; never throws for what a source says. */
export function readCluster(sources: readonly Source[], options: ReadOptions = {}): Cluster {
  const reader = new ClusterReader();
  for (const source of sources) reader.add(source);
  return reader.finish(podNetworkOf(options.podNetwork ?? []));
}

/** The addresses of the blocks; undefined for none. Throws a RangeError for one that is no CIDR. */
function podNetworkOf(cidrs: readonly string[]): AddressSet | undefined {
  if (cidrs.length === 0) return undefined;
  return unionAddresses(
    cidrs.map((cidr) => {
      const block = parseBlock(cidr);
      if (block === undefined) throw new RangeError(`\`${cidr}\` is not a CIDR`);
      return addressRange(block.family, block.low, block.high);
    }),
  );
}

/** What an object of the input became; a pod that has ended is nothing (S20). */
type Entry =
  | { readonly kind: 'namespace'; readonly metadata: Metadata }
  | { readonly kind: 'node'; readonly node: Node }
  | { readonly kind: 'policy'; readonly policy: NetworkPolicy }
  | { readonly kind: 'cluster-policy'; readonly policy: ClusterPolicy }
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'slice'; readonly slice: EndpointSlice }
  | { readonly kind: 'endpoints'; readonly slices: readonly EndpointSlice[] }
  | { readonly kind: 'routing'; readonly object: RoutingObject }
  | { readonly kind: 'controller'; readonly controller: Controller }
  | { readonly kind: 'pod'; readonly pod: ReadPod }
  | { readonly kind: 'nothing' };

/** Collects objects by identity, so that a later one of the same name replaces the earlier. */
class ClusterReader {
  readonly #problems: Problem[] = [];
  /** One for all sources, for they have the same fields. */
  readonly #path = FieldPath.root();
  readonly #unknown = new Map<string, { count: number; object: ReadObject }>();
  readonly #entries = new Map<string, { readonly entry: Entry; readonly place: Place }>();
  readonly #unnamed = new Map<string, number>();
  readonly #traces = new Map<string, PluginTrace>();

  add(source: Source): void {
    for (const object of readObjects(source, this.#problems, this.#path)) this.#read(object);
  }

  #read(object: ReadObject): void {
    const { kind, fields, known } = object;
    if (!known) {
      this.#count(object);
      return;
    }
    const written = readMetadata(fields, kind);
    if (written === undefined) return;
    const metadata = written.named ? written : this.#apart(kind, written);
    const id = idOf(kind, metadata);
    const before = this.#entries.get(id);
    if (before !== undefined) warnDuplicate(kind, metadata, before.place, fields);
    this.#entries.set(id, { entry: readEntry(kind, fields, metadata), place: metadata.place });
    if (TRACE_KINDS.has(kind)) this.#traces.set(id, readPluginTrace(kind, fields, metadata));
    else if (kind === 'Node') this.#traces.set(id, nodeTrace(metadata));
  }

  /** Objects without a name of their own are told apart by a number. */
  #apart(kind: string, metadata: Metadata): Metadata {
    const id = idOf(kind, metadata);
    const number = (this.#unnamed.get(id) ?? 0) + 1;
    this.#unnamed.set(id, number);
    return number === 1 ? metadata : { ...metadata, name: `${metadata.name}${number}` };
  }

  #count(object: ReadObject): void {
    const key = `${object.apiVersion} ${object.kind}`;
    const entry = this.#unknown.get(key);
    if (entry === undefined) this.#unknown.set(key, { count: 1, object });
    else entry.count++;
  }

  finish(podNetwork: AddressSet | undefined): Cluster {
    this.#reportUnknown();
    const named = new Map<string, Metadata>();
    const nodes = new Map<string, Node>();
    const policies: NetworkPolicy[] = [];
    const clusterPolicies: ClusterPolicy[] = [];
    const services: Service[] = [];
    const slices = new SliceShelf();
    const routing: RoutingObject[] = [];
    const controllers: Controller[] = [];
    const pods: ReadPod[] = [];
    for (const { entry } of this.#entries.values()) {
      if (entry.kind === 'policy') policies.push(entry.policy);
      else if (entry.kind === 'cluster-policy') clusterPolicies.push(entry.policy);
      else if (entry.kind === 'controller') controllers.push(entry.controller);
      else if (entry.kind === 'pod') pods.push(entry.pod);
      else if (entry.kind === 'service') services.push(entry.service);
      else if (entry.kind === 'slice') slices.add(entry.slice);
      else if (entry.kind === 'endpoints') slices.addOlder(entry.slices);
      else if (entry.kind === 'routing') routing.push(entry.object);
      else if (entry.kind === 'node') nodes.set(entry.node.name, entry.node);
      else if (entry.kind === 'namespace') named.set(entry.metadata.name, entry.metadata);
    }
    const workloads = groupWorkloads(controllers, pods, nodes.size);
    return {
      namespaces: allNamespaces(named, [workloads, policies]),
      nodes,
      workloads,
      services: slices.join(services),
      routing: routingOf(routing),
      policies,
      clusterPolicies,
      podNetwork,
      pluginTraces: [...this.#traces.values()],
      problems: this.#problems,
    };
  }

  #reportUnknown(): void {
    for (const { count, object } of this.#unknown.values()) {
      const { kind, fields } = object;
      const message = `${count === 1 ? 'one' : count} \`${kind}\` not used: it says nothing about network policies`;
      fields.document.report('info', 'unknown-kind', fields.place, message);
    }
  }
}

function idOf(kind: string, { namespace, name }: Metadata): string {
  return `${namespace}/${kind}/${name}`;
}

/** Kinds that may tell which network plugin runs. */
const TRACE_KINDS: ReadonlySet<string> = new Set(['ConfigMap', 'DaemonSet', 'Deployment']);

function readEntry(kind: string, fields: Fields, metadata: Metadata): Entry {
  switch (kind) {
    case 'Namespace':
      return { kind: 'namespace', metadata };
    case 'Node':
      return { kind: 'node', node: readNode(fields, metadata) };
    case 'NetworkPolicy':
      return { kind: 'policy', policy: readNetworkPolicy(fields, metadata) };
    case 'ClusterNetworkPolicy':
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
      return { kind: 'cluster-policy', policy: readClusterPolicy(kind, fields, metadata) };
    case 'Service':
      return { kind: 'service', service: readService(fields, metadata) };
    case 'EndpointSlice': {
      const slice = readEndpointSlice(fields, metadata);
      return slice === undefined ? { kind: 'nothing' } : { kind: 'slice', slice };
    }
    case 'Endpoints':
      return { kind: 'endpoints', slices: readEndpoints(fields, metadata) };
    case 'ConfigMap':
      return { kind: 'nothing' };
    case 'Pod': {
      const pod = readPod(fields, metadata);
      return pod === undefined ? { kind: 'nothing' } : { kind: 'pod', pod: { metadata, pod } };
    }
    default: {
      if (isRoutingKind(kind))
        return { kind: 'routing', object: readRoutingObject(kind, fields, metadata) };
      const controller = readController(kind as Controller['kind'], fields, metadata);
      return { kind: 'controller', controller };
    }
  }
}

function warnDuplicate(
  kind: string,
  metadata: Metadata,
  before: Place,
  { document }: Fields,
): void {
  const { namespace, name, place } = metadata;
  const id = namespace === '' ? name : `${namespace}/${name}`;
  const message = `${kind} \`${id}\` was read before, at ${before.toString()}; this one replaces it`;
  document.report('warning', 'duplicate-object', place, message);
}

function allNamespaces(
  named: ReadonlyMap<string, Metadata>,
  mentions: readonly (readonly { namespace: string }[])[],
): Map<string, Namespace> {
  const namespaces = new Map<string, Namespace>();
  for (const [name, metadata] of named) namespaces.set(name, namespaceOf(name, metadata));
  for (const list of mentions) {
    for (const { namespace } of list) {
      if (!namespaces.has(namespace)) namespaces.set(namespace, namespaceOf(namespace, undefined));
    }
  }
  return namespaces;
}
