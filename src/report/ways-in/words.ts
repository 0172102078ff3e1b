import type { Part } from '../../evaluate/question/ask.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Cause, Through, WayIn, WayTarget } from '../../evaluate/ways-in/way-in.ts';
import type { Direction } from '../../model/policy.ts';
import { portName } from '../words/miss-words.ts';
import { unknownWords } from '../words/side-words.ts';

/** What a way in is called: `Ingress shop/web`, `LoadBalancer shop/web`. */
export function wayName({
  kind,
  namespace,
  name,
}: Pick<WayIn, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

/** What clients ask for: hosts and paths, or addresses and a port. */
export function wayAsks({ kind, hosts, paths, addresses, port }: WayIn): string {
  if (kind === 'NodePort' && port === undefined) return 'a port of each node';
  if (port !== undefined) {
    const where = kind === 'NodePort' || kind === 'hostPort' ? ['each node'] : addresses;
    return where.length === 0 ? portName(port) : `${where.join(', ')} ${portName(port)}`;
  }
  const any = hosts.length === 0 ? ['*'] : hosts;
  const asked = any.flatMap((host) =>
    paths.length === 0 ? [host] : paths.map((path) => `${host}${path}`),
  );
  const shown = asked.length > MOST_ASKED ? asked.slice(0, MOST_ASKED - 1) : asked;
  const more = asked.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

/** More hosts and paths than this are counted. */
const MOST_ASKED = 4;

/** Who connects to the pods. */
export function throughWords(through: Through): string {
  switch (through.kind) {
    case 'proxy':
      return namesOf(through.endpoints);
    case 'unknown-proxy':
      return through.name === undefined
        ? 'a proxy that is not known'
        : `${through.name} (not known)`;
    case 'node':
      return 'the node entered';
    case 'client':
      return 'the client itself';
  }
}

/** `shop/web TCP 8080`, each pod's ports after it. */
export function targetsWords(targets: readonly WayTarget[]): string {
  return targets
    .map(({ endpoint, ports }) => `${nameOf(endpoint)} ${ports.map(portName).join(', ')}`)
    .join(', ');
}

/** What stands before the pods: `Service shop/web:80`. */
export function backendWords({ backend }: WayIn): string {
  if (backend === undefined) return '';
  const { kind, namespace, name, port } = backend;
  const own = `${namespace}/${name}${port === undefined ? '' : `:${port}`}`;
  return `${kind} ${own}`;
}

/** The way it goes: `ingress-nginx/controller → Service shop/web:80 → shop/web TCP 8080`. */
export function pathWords(way: WayIn): string {
  const backend = backendWords(way);
  // a route that no Gateway takes goes through nobody
  const isRefused = way.cause?.kind === 'refused' || way.cause?.kind === 'no-gateway';
  const through = isRefused ? '' : throughWords(way.through);
  const steps = [through, backend, targetsWords(way.targets)];
  return steps.filter((step) => step !== '').join(' → ');
}

function namesOf(endpoints: readonly Endpoint[]): string {
  return [...new Set(endpoints.map(nameOf))].join(', ');
}

function nameOf(endpoint: Endpoint): string {
  if (endpoint.kind === 'addresses' && endpoint.bounds[0] !== endpoint.bounds.at(-1))
    return `clients in ${endpoint.id}`;
  if (endpoint.kind !== 'workload') return endpoint.id;
  const { namespace, name } = endpoint.workload;
  // a node of which nothing is known stands in the form of a pod of its network
  return namespace.startsWith('(') ? `a ${name}` : `${namespace}/${name}`;
}

/** Why a way in is not, or not surely, open, as a clause with the remedy. */
export function causeWords(cause: Cause, way: WayIn): string {
  const backend =
    way.backend === undefined ? '' : `\`${way.backend.namespace}/${way.backend.name}\``;
  switch (cause.kind) {
    case 'refused':
      return refusalWords(cause, way);
    case 'no-gateway':
      return 'it names no Gateway to be attached to';
    case 'not-granted':
      return `namespace \`${way.backend!.namespace}\` has no ReferenceGrant for ${way.kind}s of \`${way.namespace}\``;
    case 'other-kind':
      return `where ${way.backend!.kind} ${backend} leads is known to its controller only`;
    case 'no-service':
      return `there is no Service ${backend} in the input`;
    case 'no-named-port':
      return `Service ${backend} has no such port`;
    case 'dead':
      return deadWords(cause.dead, backend);
    case 'source-ranges':
      return cause.some
        ? 'loadBalancerSourceRanges let only some of these clients in'
        : 'loadBalancerSourceRanges let none of these clients in';
    case 'unknown-proxy':
      return `the policies let some in and not others, and who connects is not known: ${absentWords(way.through)}`;
    case 'nobody':
      return `no policy lets anyone in there, so only a proxy on the network of the pod's own node gets through, and ${absentWords(way.through)}`;
    case 'no-approach':
      return `how clients come to ${throughWords(way.through)} is not in the input: a Service of type LoadBalancer or NodePort, or a hostPort`;
    case 'approach':
      return `clients come to ${throughWords(way.through)} only if they are let in there: ${causeWords(cause.cause, way)}`;
    case 'no-family':
      return `${ends(cause.part)} have no address family in common`;
    case 'denied':
      return deniedWords(cause.part, cause.direction);
    case 'unknown':
      return `${arrow(cause.part)}: ${unknownWords(cause.on)}`;
    case 'some':
      return `some may and some may not: ${arrow(cause.part)} is ${cause.part.verdict.answer === 'denied' ? 'denied' : 'not certain'}`;
  }
}

function refusalWords(
  { parent, why }: Extract<Cause, { kind: 'refused' }>,
  { kind, namespace }: WayIn,
): string {
  const gateway = `Gateway \`${parent.namespace}/${parent.name}\``;
  switch (why) {
    case 'listener':
      return `${gateway} has no listener that the parentRef names`;
    case 'kind':
      return `no listener of ${gateway} takes ${kind}s`;
    case 'namespace':
      return `no listener of ${gateway} takes routes of namespace \`${namespace}\`; see its allowedRoutes`;
    case 'host':
      return `no listener of ${gateway} has a hostname in common with it`;
  }
}

function deadWords(dead: Extract<Cause, { kind: 'dead' }>['dead'], backend: string): string {
  switch (dead) {
    case 'no-port':
      return `Service ${backend} has no such port`;
    case 'no-pods':
      return `no pod is behind Service ${backend}`;
    case 'target-port-unserved':
      return `no pod behind Service ${backend} serves its target port`;
  }
}

/** Where the proxy is, when no pod of it is in the input. */
function absentWords(through: Through): string {
  if (through.kind !== 'unknown-proxy') return throughWords(through);
  const name = through.name === undefined ? 'the proxy' : `\`${through.name}\``;
  switch (through.elsewhere) {
    case 'nodes':
      return `${name} runs on the nodes, under an identity that only its plugin knows`;
    case 'outside':
      return `${name} is a load balancer outside the cluster, and its addresses are not in the input`;
    case undefined:
      return `no pod of ${name} is in the input`;
  }
}

function ends({ connection: { from, to } }: Part): string {
  return `${nameOf(from)} and ${nameOf(to)}`;
}

function arrow({ connection: { from, to, port } }: Part): string {
  return `${nameOf(from)} → ${nameOf(to)} ${portName(port)}`;
}

function deniedWords(part: Part, direction: Direction): string {
  const { from, to } = part.connection;
  const side = part.verdict[direction];
  const whose = direction === 'egress' ? from : to;
  if (side.state !== 'denied') return `${arrow(part)} is denied`;
  const names = [
    ...side.deniedBy.map(({ policy }) => `${policy.kind} \`${policy.name}\``),
    ...side.isolatedBy.map(({ kind, namespace, name }) => `${kind} \`${namespace}/${name}\``),
  ];
  const unique = [...new Set(names)];
  const shown = unique.slice(0, MOST_POLICIES).join(', ');
  const more = unique.length > MOST_POLICIES ? ` and ${unique.length - MOST_POLICIES} more` : '';
  const by = unique.length === 0 ? '' : ` by ${shown}${more}`;
  return `${arrow(part)} is denied for ${direction} of ${nameOf(whose)}${by}`;
}

const MOST_POLICIES = 3;
