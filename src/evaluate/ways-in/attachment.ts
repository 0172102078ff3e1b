import type { Cluster } from '../../model/cluster.ts';
import type {
  Gateway,
  Listener,
  ReferenceGrant,
  Route,
  RouteBackend,
  RouteKind,
  RouteParent,
} from '../../model/routing.ts';
import { selects } from '../../model/selector.ts';

/** Whether a route is attached to a Gateway, and by which listeners; or why not. */
export type Attachment =
  | {
      readonly kind: 'attached';
      readonly gateway: Gateway;
      readonly listeners: readonly Listener[];
    }
  /** The Gateway is not in the input. */
  | { readonly kind: 'unknown'; readonly parent: RouteParent }
  | { readonly kind: 'refused'; readonly parent: RouteParent; readonly why: Refusal };

/** Why a Gateway does not take a route: the last question that none of its listeners passed. */
export type Refusal = 'listener' | 'kind' | 'namespace' | 'host';

/** Which routes each protocol of a listener is for (Gateway API, ProtocolType). */
const ROUTES_OF: Readonly<Record<string, readonly RouteKind[]>> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute', 'TCPRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

/** What becomes of each parent of a route; those that are no Gateways, as Services of a mesh, are left out. */
export function attachmentsOf(cluster: Cluster, route: Route): Attachment[] {
  return route.parents.flatMap((parent): Attachment[] => {
    if (parent.kind === 'Service') return [];
    const gateway = cluster.routing.gateways.find(
      ({ namespace, name }) => namespace === parent.namespace && name === parent.name,
    );
    if (gateway === undefined || parent.kind !== 'Gateway') return [{ kind: 'unknown', parent }];
    return [attach(cluster, route, parent, gateway)];
  });
}

function attach(cluster: Cluster, route: Route, parent: RouteParent, gateway: Gateway): Attachment {
  const questions: readonly [Refusal, (listener: Listener) => boolean][] = [
    [
      'listener',
      ({ name, port }) => (parent.listener ?? name) === name && (parent.port ?? port) === port,
    ],
    ['kind', (listener) => takesKind(listener, route.kind)],
    ['namespace', (listener) => takesNamespace(cluster, gateway, listener, route.namespace)],
    ['host', ({ host }) => hostsMeet(host, route)],
  ];
  let listeners = gateway.listeners;
  for (const [why, passes] of questions) {
    listeners = listeners.filter(passes);
    if (listeners.length === 0) return { kind: 'refused', parent, why };
  }
  return { kind: 'attached', gateway, listeners };
}

function takesKind({ protocol, kinds }: Listener, kind: RouteKind): boolean {
  if (kinds !== undefined && !kinds.includes(kind)) return false;
  const own = Object.hasOwn(ROUTES_OF, protocol) ? ROUTES_OF[protocol] : undefined;
  return own === undefined || own.includes(kind);
}

function takesNamespace(
  cluster: Cluster,
  gateway: Gateway,
  { namespaces }: Listener,
  namespace: string,
): boolean {
  switch (namespaces) {
    case 'same':
      return namespace === gateway.namespace;
    case 'all':
      return true;
    case 'none':
      return false;
    default: {
      const found = cluster.namespaces.get(namespace);
      return found !== undefined && selects(namespaces, found.labels);
    }
  }
}

function hostsMeet(host: string | undefined, { rules }: Route): boolean {
  const hosts = rules[0]?.hosts ?? [];
  return host === undefined || hosts.length === 0 || hosts.some((one) => meet(host, one));
}

/** Whether two hosts have a name in common: `*.NAME` is every name below it. */
function meet(a: string, b: string): boolean {
  const [first, second] = [a.toLowerCase(), b.toLowerCase()];
  if (first === second) return true;
  const isBelow = (name: string, wild: string): boolean =>
    wild.startsWith('*.') && name.endsWith(wild.slice(1)) && name.length > wild.length - 1;
  return isBelow(first, second) || isBelow(second, first);
}

/** Whether a route may send to a backend: in its own namespace, or where a ReferenceGrant lets it. */
export function isGranted(
  grants: readonly ReferenceGrant[],
  route: Route,
  { namespace, name }: RouteBackend,
): boolean {
  return (
    namespace === route.namespace ||
    grants.some(
      (grant) =>
        grant.namespace === namespace &&
        grant.services?.includes(name) !== false &&
        grant.from.some((from) => from.kind === route.kind && from.namespace === route.namespace),
    )
  );
}
