import { addressRange, parseBlock, unionAddresses } from '../model/address-set.ts';
import type { AddressSet } from '../model/address-set.ts';
import type { Cluster, Namespace, Node, PluginTrace } from '../model/cluster.ts';
import type { Source } from '../model/place.ts';
import type { NetworkPolicy } from '../model/policy.ts';
import type { Problem } from '../model/problem.ts';
import type { Service } from '../model/service.ts';
import type { Fields } from './fields.ts';
import { readMetadata } from './metadata.ts';
import type { Metadata } from './metadata.ts';
import { readNetworkPolicy } from './network-policy.ts';
import { namespaceOf, readNode } from './node.ts';
import { readObjects } from './objects.ts';
import type { ReadObject } from './objects.ts';
import { readPluginTrace } from './plugin-trace.ts';
import { readPod } from './pod.ts';
import { readEndpointSlice, readService } from './service.ts';
import type { EndpointSlice } from './service.ts';
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

type ById<T> = Map<string, T>;

/** Collects objects by identity, so that a later one of the same name replaces the earlier. */
class ClusterReader {
  readonly #problems: Problem[] = [];
  readonly #first = new Map<string, Metadata>();
  readonly #unknown = new Map<string, { count: number; object: ReadObject }>();
  readonly #namespaces: ById<Metadata> = new Map();
  readonly #nodes: ById<Node> = new Map();
  readonly #controllers: ById<Controller> = new Map();
  readonly #pods: ById<ReadPod> = new Map();
  readonly #services: ById<Service> = new Map();
  readonly #slices: ById<EndpointSlice> = new Map();
  readonly #policies: ById<NetworkPolicy> = new Map();
  readonly #traces: ById<PluginTrace> = new Map();

  add(source: Source): void {
    for (const object of readObjects(source, this.#problems)) this.#read(object);
  }

  #read(object: ReadObject): void {
    const { kind, fields, known } = object;
    if (!known) {
      this.#count(object);
      return;
    }
    const scope = kind === 'Namespace' || kind === 'Node' ? 'cluster' : 'namespaced';
    const metadata = readMetadata(fields, scope);
    if (metadata === undefined) return;
    const id = `${kind}/${metadata.namespace}/${metadata.name}`;
    this.#warnDuplicate(id, kind, metadata, fields);
    this.#store(kind, id, fields, metadata);
  }

  #store(kind: string, id: string, fields: Fields, metadata: Metadata): void {
    switch (kind) {
      case 'Namespace':
        this.#namespaces.set(metadata.name, metadata);
        return;
      case 'Node':
        this.#nodes.set(metadata.name, readNode(fields, metadata));
        return;
      case 'NetworkPolicy':
        this.#policies.set(id, readNetworkPolicy(fields, metadata));
        return;
      case 'Service':
        this.#services.set(id, readService(fields, metadata));
        return;
      case 'EndpointSlice': {
        const slice = readEndpointSlice(fields, metadata);
        if (slice !== undefined) this.#slices.set(id, slice);
        return;
      }
      case 'ConfigMap':
        this.#traces.set(id, readPluginTrace(kind, fields, metadata));
        return;
      case 'Pod': {
        const pod = readPod(fields, metadata);
        if (pod === undefined) this.#pods.delete(id);
        else this.#pods.set(id, { metadata, pod });
        return;
      }
      default:
        if (kind === 'DaemonSet' || kind === 'Deployment') {
          this.#traces.set(id, readPluginTrace(kind, fields, metadata));
        }
        this.#controllers.set(id, readController(kind as Controller['kind'], fields, metadata));
    }
  }

  #warnDuplicate(id: string, kind: string, metadata: Metadata, { document }: Fields): void {
    const first = this.#first.get(id);
    if (first !== undefined) {
      const name =
        kind === 'Namespace' || kind === 'Node'
          ? metadata.name
          : `${metadata.namespace}/${metadata.name}`;
      const message = `${kind} \`${name}\` was read before, at ${first.place}; this one replaces it`;
      document.report('warning', 'duplicate-object', metadata.place, message);
    }
    this.#first.set(id, metadata);
  }

  #count(object: ReadObject): void {
    const key = `${object.apiVersion} ${object.kind}`;
    const entry = this.#unknown.get(key);
    if (entry === undefined) this.#unknown.set(key, { count: 1, object });
    else entry.count++;
  }

  finish(podNetwork: AddressSet | undefined): Cluster {
    this.#reportUnknown();
    const controllers = [...this.#controllers.values()];
    const workloads = groupWorkloads(controllers, [...this.#pods.values()], this.#nodes.size);
    const policies = [...this.#policies.values()];
    const namespaces = this.#allNamespaces([...workloads, ...policies]);
    return {
      namespaces,
      nodes: this.#nodes,
      workloads,
      services: this.#joinedServices(),
      policies,
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

  #allNamespaces(mentions: readonly { namespace: string }[]): Map<string, Namespace> {
    const namespaces = new Map<string, Namespace>();
    for (const [name, metadata] of this.#namespaces)
      namespaces.set(name, namespaceOf(name, metadata));
    for (const { namespace } of mentions) {
      if (!namespaces.has(namespace)) namespaces.set(namespace, namespaceOf(namespace, undefined));
    }
    return namespaces;
  }

  #joinedServices(): Service[] {
    const slices = [...this.#slices.values()];
    return [...this.#services.values()].map((service) => {
      if (slices.length === 0 || service.selector !== undefined) return service;
      const own = slices.filter(
        (slice) => slice.namespace === service.namespace && slice.service === service.name,
      );
      return { ...service, endpoints: own.map(({ endpoint }) => endpoint) };
    });
  }
}
