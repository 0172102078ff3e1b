import type { Cluster } from '../../model/cluster.ts';
import type { Listener, Route, RouteBackend, RouteRule } from '../../model/routing.ts';
import type { Service } from '../../model/service.ts';
import type { Pod } from '../../model/workload.ts';
import type { Population } from '../population/population.ts';
import { ask } from '../question/ask.ts';
import type { Asked } from '../question/ask.ts';
import type { AddressEndpoint, Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';
import type { Port } from '../verdict/verdict.ts';
import { ANY_ADDRESS, AnyProxy } from './any-proxy.ts';
import { Approaches } from './approaches.ts';
import { attachmentsOf, isGranted } from './attachment.ts';
import { OpeningFinder } from './openings.ts';
import type { Opening } from './openings.ts';
import { ProxyFinder } from './proxies.ts';
import type { Proxies } from './proxies.ts';
import { ServiceViews } from './service-views.ts';
import { OPEN, answerOf, answerOfOpening, closed, unsure, worse } from './way-answer.ts';
import type { WayAnswer } from './way-answer.ts';
import type { Cause, Through, WayIn, WayTarget } from './way-in.ts';

/**
 * Every way from the clients to pods through Ingresses, the Gateway API, Services that are open to the
 * outside, and hostPorts: routes first, in the order of the input. Who the policies see is the proxy, the
 * node or the client (N1, N9, B11).
 */
export function waysIn(
  cluster: Cluster,
  population: Population,
  clients: readonly AddressEndpoint[],
): WayIn[] {
  const { routing, services, workloads } = cluster;
  const isClosed =
    routing.routes.length === 0 &&
    services.every(({ exposure }) => exposure === undefined) &&
    workloads.every(({ pods }) => pods.every(({ ports }) => ports.every((one) => !one.hostPort)));
  if (isClosed || clients.length === 0) return [];
  return new WayFinder(cluster, population, clients).find();
}

class WayFinder {
  readonly #cluster: Cluster;
  readonly #openings: readonly Opening[];
  readonly #proxies: ProxyFinder;
  readonly #views: ServiceViews;
  readonly #anyone: AnyProxy;
  readonly #services = new Map<string, Service>();
  readonly #endpointOf = new Map<Pod, WorkloadEndpoint>();
  /** By the pods of a proxy, and the Service and port it was asked about. */
  readonly #asked = new Map<readonly Pod[], Map<string, Asked>>();
  readonly #approaches: Approaches;

  constructor(cluster: Cluster, population: Population, clients: readonly AddressEndpoint[]) {
    this.#cluster = cluster;
    this.#proxies = new ProxyFinder(cluster);
    this.#views = new ServiceViews(cluster);
    this.#anyone = new AnyProxy(cluster);
    for (const service of cluster.services)
      this.#services.set(`${service.namespace}/${service.name}`, service);
    for (const endpoint of population.endpoints)
      if (endpoint.kind === 'workload')
        for (const pod of endpoint.pods) this.#endpointOf.set(pod, endpoint);
    this.#openings = [...new OpeningFinder(cluster, population, clients, this.#views).find()];
    this.#approaches = new Approaches(this.#openings);
  }

  find(): WayIn[] {
    const routed = this.#cluster.routing.routes.flatMap((route) =>
      route.rules.flatMap((rule) =>
        rule.backends.flatMap((backend) => [...this.#ofBackend(route, rule, backend)]),
      ),
    );
    return [...routed, ...this.#openings.map((opening) => this.#ofOpening(opening))];
  }

  /** An Ingress is one way; a route of the Gateway API is one for each Gateway that takes it. */
  *#ofBackend(route: Route, rule: RouteRule, backend: RouteBackend): Generator<WayIn> {
    if (route.kind === 'Ingress') {
      yield this.#routed(route, rule, backend, this.#proxies.ofIngress(route), undefined);
      return;
    }
    let refused: Cause = { kind: 'no-gateway' };
    let isTaken = false;
    for (const attachment of attachmentsOf(this.#cluster, route)) {
      if (attachment.kind === 'refused') {
        refused = attachment;
        continue;
      }
      isTaken = true;
      const [proxies, listeners] =
        attachment.kind === 'attached'
          ? [this.#proxies.ofGateway(attachment.gateway), attachment.listeners]
          : [{ pods: [], name: gatewayName(attachment.parent), elsewhere: undefined }, undefined];
      yield this.#routed(route, rule, backend, proxies, listeners);
    }
    // routes of a mesh have Services for parents, and let nobody in from outside
    if (isTaken || route.parents.some(({ kind }) => kind === 'Service')) return;
    const nobody = { pods: [], name: undefined, elsewhere: undefined };
    const way = this.#routed(route, rule, backend, nobody, undefined);
    yield { ...way, answer: 'denied', cause: refused };
  }

  #routed(
    route: Route,
    { hosts, paths }: RouteRule,
    backend: RouteBackend,
    proxies: Proxies,
    listeners: readonly Listener[] | undefined,
  ): WayIn {
    const { found, asked } = this.#ask(route, backend, proxies);
    const endpoints = [...new Set(proxies.pods.map((pod) => this.#endpointOf.get(pod)!))];
    const through: Through =
      endpoints.length > 0
        ? { kind: 'proxy', name: proxies.name, endpoints }
        : { kind: 'unknown-proxy', name: proxies.name, elsewhere: proxies.elsewhere };
    const whole =
      endpoints.length > 0 && found.answer !== 'denied'
        ? worse(this.#approaches.of(proxies, listeners), found)
        : found;
    const { kind, namespace, name } = route;
    const to = { kind: backend.kind, namespace: backend.namespace, name: backend.name };
    return {
      kind,
      namespace,
      name,
      place: backend.place,
      hosts,
      paths,
      addresses: [],
      port: undefined,
      through,
      backend: { ...to, port: backend.port },
      targets: this.#targets(asked),
      ...whole,
    };
  }

  #ask(
    route: Route,
    backend: RouteBackend,
    proxies: Proxies,
  ): { readonly found: WayAnswer; readonly asked: Asked | undefined } {
    const dead = (cause: Cause): { found: WayAnswer; asked: undefined } => ({
      found: closed(cause),
      asked: undefined,
    });
    if (backend.kind !== 'Service')
      return { found: unsure({ kind: 'other-kind' }), asked: undefined };
    if (!isGranted(this.#cluster.routing.grants, route, backend))
      return dead({ kind: 'not-granted' });
    const service = this.#services.get(`${backend.namespace}/${backend.name}`);
    if (service === undefined) return dead({ kind: 'no-service' });
    const port = portOf(service, route, backend);
    if (port === undefined) return dead({ kind: 'no-named-port' });
    const asked = this.#askService(proxies, service, port);
    return { found: this.#found(asked, proxies), asked };
  }

  #askService(proxies: Proxies, service: Service, port: Port): Asked {
    let known = this.#asked.get(proxies.pods);
    if (known === undefined) this.#asked.set(proxies.pods, (known = new Map()));
    const key = `${service.namespace}/${service.name} ${port.protocol} ${port.number}`;
    let asked = known.get(key);
    if (asked === undefined) {
      const endpoints: readonly Endpoint[] =
        proxies.pods.length === 0
          ? ANY_ADDRESS
          : proxies.pods.map((pod) => ({ ...this.#endpointOf.get(pod)!, pods: [pod] }));
      // a proxy looks the pods of a headless Service up itself, and connects to their target ports
      asked = ask(
        this.#views.of(service),
        { kind: 'endpoints', name: '', endpoints, onePod: false },
        { kind: 'service', name: '', service: { ...service, headless: false } },
        port,
      );
      known.set(key, asked);
    }
    return asked;
  }

  #found(asked: Asked, { pods, elsewhere }: Proxies): WayAnswer {
    if (pods.length > 0 || asked.parts.length === 0) return answerOf(asked);
    if (elsewhere === 'outside')
      return asked.answer === 'depends' ? unsure({ kind: 'unknown-proxy' }) : answerOf(asked);
    const answers = new Set(asked.parts.map((part) => this.#anyone.answer(part)));
    if (answers.size > 1 || answers.has('depends')) return unsure({ kind: 'unknown-proxy' });
    return answers.has('allowed') ? OPEN : unsure({ kind: 'nobody' });
  }

  #ofOpening(opening: Opening): WayIn {
    const { kind, service, servicePort, workload, addresses, port, source, asked } = opening;
    const { namespace, name } = service ?? workload!;
    return {
      kind,
      namespace,
      name,
      place: servicePort?.place ?? workload!.place,
      hosts: [],
      paths: [],
      addresses,
      port,
      through: { kind: source },
      backend: service && { kind: 'Service', namespace, name, port: servicePort!.port },
      targets: this.#targets(asked),
      ...answerOfOpening(opening),
    };
  }

  #targets(asked: Asked | undefined): WayTarget[] {
    const ports = new Map<Endpoint, Map<string, Port>>();
    for (const { connection } of asked?.parts ?? []) {
      const { to, port } = connection;
      const endpoint = to.kind === 'workload' ? this.#endpointOf.get(to.pods[0]!)! : to;
      const own = ports.get(endpoint) ?? new Map<string, Port>();
      own.set(`${port.protocol} ${port.number}`, port);
      ports.set(endpoint, own);
    }
    return [...ports].map(([endpoint, own]) => ({ endpoint, ports: [...own.values()] }));
  }
}

function gatewayName({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}

/** The port of the Service that a backend names; a Service with a single port needs no name for it. */
function portOf({ ports }: Service, { kind }: Route, { port }: RouteBackend): Port | undefined {
  const protocol = kind === 'UDPRoute' ? 'UDP' : 'TCP';
  if (typeof port === 'number') return { protocol, number: port };
  const fitting = ports.filter((one) => one.protocol === protocol);
  const named = port === undefined ? fitting : fitting.filter(({ name }) => name === port);
  return named.length === 1 ? { protocol, number: named[0]!.port } : undefined;
}
