import type { Family } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Labels } from '../../model/selector.ts';
import type { Service, ServiceEndpoint, ServicePort } from '../../model/service.ts';
import { workloadId } from '../../model/workload.ts';
import type { Pod } from '../../model/workload.ts';
import { addressEndpoint, podOf } from '../verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';
import { evaluate } from '../verdict/verdict.ts';
import type { Answer, Connection, Port, Verdict } from '../verdict/verdict.ts';
import { aliasOf } from './alias.ts';
import type { Party } from './party.ts';

/** One pair of endpoints a question comes down to. */
export interface Part {
  readonly connection: Connection;
  readonly verdict: Verdict;
}

/** The answer to a question between two parties. */
export interface Asked {
  /** The common answer of all parts; `depends` where they differ (D6, D14). */
  readonly answer: Answer;
  /** The part that tells most: the first with the answer, or the first denied one where parts differ. */
  readonly telling: Part | undefined;
  readonly parts: readonly Part[];
  /** When a Service was asked for: how the port became the pods'. */
  readonly service: ServiceStep | undefined;
}

/** How a Service turns the connection, and why no pod is behind it if none is. */
export interface ServiceStep {
  readonly service: Service;
  readonly port: ServicePort | undefined;
  /** Present when there is nothing to connect to. */
  readonly dead: 'no-port' | 'no-pods' | 'target-port-unserved' | undefined;
  /** The Service of type ExternalName that was asked for, when it is another name for this one. */
  readonly alias?: Service;
}

/** Asks whether one party may connect to another on a port. */
export function ask(cluster: Cluster, from: Party, to: Party, port: Port): Asked {
  const sources = from.kind === 'service' ? backends(cluster, from.service) : from.endpoints;
  if (to.kind === 'service') return askService(cluster, sources, to.service, port);
  const onePod = from.kind === 'endpoints' && from.onePod && to.onePod;
  const pairs = sources.flatMap((source) =>
    to.endpoints.map((destination) => ({ from: source, to: destination })),
  );
  // a pod among several is asked about the others (D6); alone it is itself, or one of its workload (D5)
  const different = pairs.filter((pair) => !isOnePod(pair.from, pair.to));
  const parts = (different.length > 0 ? different : pairs).map((pair) =>
    askPair(cluster, { ...pair, port, samePod: onePod && isOnePod(pair.from, pair.to) }),
  );
  return { ...merge(parts), service: undefined };
}

/** Whether both ends are the very same pod. */
function isOnePod(a: Endpoint, b: Endpoint): boolean {
  if (a.kind !== 'workload' || b.kind !== 'workload') return false;
  return a.pods.length === 1 && b.pods.length === 1 && a.pods[0] === b.pods[0];
}

function askPair(cluster: Cluster, connection: Connection): Part {
  return { connection, verdict: evaluate(cluster, connection) };
}

function askService(
  cluster: Cluster,
  sources: readonly Endpoint[],
  service: Service,
  port: Port,
): Asked {
  const alias = aliasOf(cluster, service);
  if (alias?.kind === 'service') {
    const asked = askService(cluster, sources, alias.service, port);
    return { ...asked, service: { ...asked.service!, alias: service } };
  }
  if (alias?.kind === 'domain') {
    const parts = sources.map((from) => askPair(cluster, { from, to: alias.endpoint, port }));
    return { ...merge(parts), service: { service, port: undefined, dead: undefined } };
  }
  const servicePort = service.ports.find(
    (one) => one.port === port.number && one.protocol === port.protocol,
  );
  const step = (dead: ServiceStep['dead']): Asked => ({
    answer: 'denied',
    telling: undefined,
    parts: [],
    service: { service, port: servicePort, dead },
  });
  // a headless Service's name resolves to the pods themselves: no port is translated
  if (servicePort === undefined && !service.headless) return step('no-port');
  const backing = behind(cluster, service);
  if (backing.length === 0) return step('no-pods');
  const parts: Part[] = [];
  for (const backend of backing) {
    for (const number of targetsOf(service, servicePort, backend, port)) {
      const translated = { protocol: port.protocol, number };
      for (const from of sources)
        parts.push(askPair(cluster, { from, to: backend.endpoint, port: translated }));
    }
  }
  if (parts.length === 0) return step('target-port-unserved');
  return { ...merge(parts), service: { service, port: servicePort, dead: undefined } };
}

/** The endpoints behind a Service: pods its selector matches, or what its EndpointSlices name. */
export function backends(cluster: Cluster, service: Service): Endpoint[] {
  return behind(cluster, service).map(({ endpoint }) => endpoint);
}

/** One endpoint behind a Service, and where EndpointSlices say who that is, the entry that names it. */
interface Backend {
  readonly endpoint: Endpoint;
  readonly listed: ServiceEndpoint | undefined;
}

function behind(cluster: Cluster, service: Service): Backend[] {
  const { selector, namespace } = service;
  if (selector === undefined) {
    return service.endpoints.flatMap((listed) =>
      listed.addresses.map((address) => ({
        endpoint:
          podAt(cluster, address) ??
          addressEndpoint(address.family, [address.value, address.value]),
        listed,
      })),
    );
  }
  const found: Backend[] = [];
  for (const workload of cluster.workloads) {
    if (workload.namespace !== namespace) continue;
    const id = workloadId(workload);
    for (const pod of workload.pods) {
      if (!carries(pod, selector)) continue;
      found.push({ endpoint: { kind: 'workload', id, workload, pods: [pod] }, listed: undefined });
    }
  }
  return found;
}

function carries({ labels }: Pod, selector: Labels): boolean {
  return Object.entries(selector).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
}

function podAt(
  cluster: Cluster,
  address: { family: Family; value: bigint },
): WorkloadEndpoint | undefined {
  for (const workload of cluster.workloads) {
    const pod = workload.pods.find((one) =>
      one.addresses.some(
        ({ family, value }) => family === address.family && value === address.value,
      ),
    );
    if (pod)
      return {
        kind: 'workload',
        id: `${workload.namespace}/Pod/${pod.name}`,
        workload,
        pods: [pod],
      };
  }
  return undefined;
}

/**
 * The port numbers a Service port leads to (P12): a name resolves on each pod by itself, and an EndpointSlice
 * names the ports of what it lists under the name of the Service's port, pod or not.
 */
function targetsOf(
  service: Service,
  servicePort: ServicePort | undefined,
  { endpoint, listed }: Backend,
  port: Port,
): number[] {
  if (service.headless || servicePort === undefined) return [port.number];
  const { target, protocol, name = '' } = servicePort;
  if (listed !== undefined) {
    // one without a number is for nobody to connect to: kube-proxy leaves it out (endpointslicecache.go)
    const own = listed.ports.find((one) => one.protocol === protocol && (one.name ?? '') === name);
    return own?.port === undefined ? [] : [own.port];
  }
  if (typeof target === 'number') return [target];
  // kube-proxy's endpoints take the first container port of the name: FindPort in pkg/api/v1/pod/util.go
  const ports = endpoint.kind === 'workload' ? podOf(endpoint).ports : [];
  const first = ports.find((one) => one.name === target && one.protocol === protocol);
  return first === undefined ? [] : [first.number];
}

/** Families are alternatives (D1); within one, all parts must agree (D6). */
function merge(parts: readonly Part[]): Pick<Asked, 'answer' | 'telling' | 'parts'> {
  const families = new Map<string, Part[]>();
  for (const part of parts) {
    const { from, to } = part.connection;
    const fixed = [from, to].find((end) => end.kind === 'addresses');
    const key = fixed?.kind === 'addresses' ? `${fixed.family}` : '';
    const list = families.get(key);
    if (list === undefined) families.set(key, [part]);
    else list.push(part);
  }
  let best: Pick<Asked, 'answer' | 'telling' | 'parts'> = {
    answer: 'denied',
    telling: parts[0],
    parts,
  };
  const rank = { denied: 0, depends: 1, allowed: 2 };
  for (const alternatives of families.values()) {
    const answers = new Set(alternatives.map(({ verdict }) => verdict.answer));
    const answer: Answer = answers.size === 1 ? [...answers][0]! : 'depends';
    const telling =
      alternatives.find(
        ({ verdict }) => verdict.answer === (answers.size === 1 ? answer : 'denied'),
      ) ?? alternatives.find(({ verdict }) => verdict.answer === 'depends');
    if (rank[answer] > rank[best.answer] || best.telling === undefined)
      best = { answer, telling, parts };
  }
  return best;
}
