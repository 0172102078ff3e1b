import type { AddressSet } from './address-set.ts';
import type { Address } from './address.ts';
import type { ClusterPolicy } from './cluster-policy.ts';
import type { Place } from './place.ts';
import type { NetworkPolicy } from './policy.ts';
import type { Problem } from './problem.ts';
import { NO_ROUTING } from './routing.ts';
import type { Routing } from './routing.ts';
import type { Labels } from './selector.ts';
import type { Service } from './service.ts';
import type { Workload } from './workload.ts';

/** The label every namespace carries with its own name as value (S15). */
export const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** A namespace; `place` is undefined when the input only mentions it. */
export interface Namespace {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly place: Place | undefined;
}

/** A node and its own addresses (InternalIP and ExternalIP). */
export interface Node {
  readonly name: string;
  readonly labels: Labels;
  readonly addresses: readonly Address[];
  readonly place: Place;
}

/** A DaemonSet, Deployment, ConfigMap or Node that may tell which network plugin runs here. */
export interface PluginTrace {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly place: Place;
  readonly containers: readonly {
    name: string;
    image: string;
    args: readonly string[];
    env: Labels;
  }[];
  /** A ConfigMap's data, a Node's annotations. */
  readonly data: Labels;
}

/** What a cluster is, after every default is applied. */
export interface Cluster {
  readonly namespaces: ReadonlyMap<string, Namespace>;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  /** What proxies let in from outside: Ingresses, the Gateway API. */
  readonly routing: Routing;
  readonly policies: readonly NetworkPolicy[];
  /** Of the tiers around NetworkPolicy, in the order of the input. */
  readonly clusterPolicies: readonly ClusterPolicy[];
  /** The pod network (`--pod-cidr`); undefined when not given: any address may be a pod's (Z5). */
  readonly podNetwork: AddressSet | undefined;
  readonly pluginTraces: readonly PluginTrace[];
  readonly problems: readonly Problem[];
}

/** A cluster in which there is nothing. */
export const NO_CLUSTER: Cluster = {
  namespaces: new Map(),
  nodes: new Map(),
  workloads: [],
  services: [],
  routing: NO_ROUTING,
  policies: [],
  clusterPolicies: [],
  podNetwork: undefined,
  pluginTraces: [],
  problems: [],
};
