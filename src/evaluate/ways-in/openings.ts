import { intersectAddresses, isEmpty, subtractAddresses } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import { formatAddress } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Service, ServiceExposure, ServicePort } from '../../model/service.ts';
import { workloadId } from '../../model/workload.ts';
import type { ContainerPort, Pod, Workload } from '../../model/workload.ts';
import type { Population } from '../population/population.ts';
import { ask, backends } from '../question/ask.ts';
import type { Asked } from '../question/ask.ts';
import { addressEndpoint } from '../verdict/endpoint.ts';
import type { AddressEndpoint, Endpoint } from '../verdict/endpoint.ts';
import { nodesOf } from '../verdict/match.ts';
import type { Port } from '../verdict/verdict.ts';
import { unknownNode } from './any-proxy.ts';
import type { ServiceViews } from './service-views.ts';
import type { OpeningKind } from './way-in.ts';

/** A port that the outside can connect to, and what the policies behind it say. */
export interface Opening {
  readonly kind: OpeningKind;
  /** Undefined for a hostPort. */
  readonly service: Service | undefined;
  readonly servicePort: ServicePort | undefined;
  /** Of a hostPort: whose it is. */
  readonly workload: Workload | undefined;
  readonly addresses: readonly string[];
  /** Undefined for a node port that is not chosen yet. */
  readonly port: Port | undefined;
  readonly source: 'node' | 'client';
  /** How many of the clients the load balancer lets in. */
  readonly admits: 'all' | 'some' | 'none';
  readonly asked: Asked;
}

/** Finds the ports that Services and pods open to the outside, for the clients given. */
export class OpeningFinder {
  readonly #cluster: Cluster;
  readonly #population: Population;
  readonly #clients: readonly AddressEndpoint[];
  readonly #views: ServiceViews;
  #nodes: readonly { readonly endpoint: Endpoint; readonly index: number }[] | undefined;

  constructor(
    cluster: Cluster,
    population: Population,
    clients: readonly AddressEndpoint[],
    views: ServiceViews,
  ) {
    this.#cluster = cluster;
    this.#population = population;
    this.#clients = clients;
    this.#views = views;
  }

  /** Those of Services first, then hostPorts, each in the order of the input. */
  *find(): Generator<Opening> {
    for (const service of this.#cluster.services) {
      const { exposure, ports } = service;
      if (exposure === undefined) continue;
      for (const port of ports) yield* this.#ofPort(service, exposure, port);
    }
    for (const workload of this.#cluster.workloads) yield* this.#ofHostPorts(workload);
  }

  *#ofPort(service: Service, exposure: ServiceExposure, port: ServicePort): Generator<Opening> {
    const { protocol } = port;
    const number: Port = { protocol, number: port.port };
    if (service.type === 'LoadBalancer')
      yield this.#of('LoadBalancer', service, port, number, exposure.balancer, exposure.clients);
    if (service.type === 'NodePort' || port.nodePort !== undefined) {
      const nodePort =
        port.nodePort === undefined ? undefined : { protocol, number: port.nodePort };
      yield this.#of('NodePort', service, port, nodePort, []);
    }
    const external = exposure.externalAddresses.map(formatAddress);
    if (external.length > 0) yield this.#of('externalIPs', service, port, number, external);
  }

  #of(
    kind: OpeningKind,
    service: Service,
    servicePort: ServicePort,
    port: Port | undefined,
    addresses: readonly string[],
    ranges?: AddressSet,
  ): Opening {
    // whoever stands before a headless Service looks its pods up, and so its target ports
    const translating = { ...service, headless: false };
    const keepsClient = service.exposure!.trafficPolicy === 'Local';
    const { clients, admits } = this.#admitted(ranges);
    const endpoints = keepsClient ? clients : this.#entered(translating);
    const asked = ask(
      this.#views.of(service),
      { kind: 'endpoints', name: '', endpoints, onePod: false },
      { kind: 'service', name: '', service: translating },
      { protocol: servicePort.protocol, number: servicePort.port },
    );
    const source = keepsClient ? 'client' : 'node';
    return {
      kind,
      service,
      servicePort,
      workload: undefined,
      addresses,
      port,
      source,
      admits,
      asked,
    };
  }

  /** The clients in the ranges; all of them if none is, so that the ways are known all the same. */
  #admitted(ranges: AddressSet | undefined): Pick<Opening, 'admits'> & {
    readonly clients: readonly AddressEndpoint[];
  } {
    if (ranges === undefined) return { clients: this.#clients, admits: 'all' };
    let isWhole = true;
    const admitted = this.#clients.flatMap((client) => {
      const { family, bounds } = client;
      const own = { 4: [], 6: [], [family]: bounds };
      const inside = intersectAddresses(own, ranges);
      if (isEmpty(inside)) {
        isWhole = false;
        return [];
      }
      if (isEmpty(subtractAddresses(own, ranges))) return [client];
      isWhole = false;
      return [addressEndpoint(family, inside[family])];
    });
    if (admitted.length === 0) return { clients: this.#clients, admits: 'none' };
    return { clients: admitted, admits: isWhole ? 'all' : 'some' };
  }

  /** The nodes a connection may enter by: those of the pods, and of the others one of each class. */
  #entered(service: Service): readonly Endpoint[] {
    const nodes = (this.#nodes ??= this.#listNodes());
    if (nodes.length === 0) return [unknownNode(service.place)];
    const own = new Set(
      backends(this.#views.of(service), service).flatMap((endpoint) => [...nodesOf(endpoint)]),
    );
    const seen = new Set<number>();
    return nodes.flatMap(({ endpoint, index }) => {
      const isNew = !seen.has(index);
      const isOwn = endpoint.kind === 'node' && own.has(endpoint.node.name);
      if (!isOwn) seen.add(index);
      return isOwn || isNew ? [endpoint] : [];
    });
  }

  #listNodes(): readonly { readonly endpoint: Endpoint; readonly index: number }[] {
    const { endpoints, classOf } = this.#population;
    return endpoints.flatMap((endpoint, i) =>
      endpoint.kind === 'node' ? [{ endpoint, index: classOf[i]! }] : [],
    );
  }

  /** A hostPort leads to the pod of the node by itself, whoever the client is (N9). */
  *#ofHostPorts(workload: Workload): Generator<Opening> {
    const byPort = new Map<string, { readonly port: ContainerPort; readonly pods: Pod[] }>();
    for (const pod of workload.pods) {
      if (pod.hostNetwork) continue;
      for (const port of pod.ports) {
        if (port.hostPort === undefined) continue;
        const key = `${port.protocol} ${port.hostPort} ${port.number}`;
        const known = byPort.get(key);
        if (known === undefined) byPort.set(key, { port, pods: [pod] });
        else known.pods.push(pod);
      }
    }
    for (const { port, pods } of byPort.values()) {
      const { protocol, number, hostPort } = port;
      const id = workloadId(workload);
      const to = pods.map((pod): Endpoint => ({ kind: 'workload', id, workload, pods: [pod] }));
      yield {
        kind: 'hostPort',
        service: undefined,
        servicePort: undefined,
        workload,
        addresses: [],
        port: { protocol, number: hostPort! },
        source: 'client',
        admits: 'all',
        asked: ask(
          this.#cluster,
          { kind: 'endpoints', name: '', endpoints: this.#clients, onePod: false },
          { kind: 'endpoints', name: '', endpoints: to, onePod: false },
          { protocol, number },
        ),
      };
    }
  }
}
