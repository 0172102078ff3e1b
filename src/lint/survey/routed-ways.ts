import type { WayIn } from '../../evaluate/ways-in/way-in.ts';
import { ROUTE_KINDS } from '../../model/routing.ts';
import type { Route } from '../../model/routing.ts';
import type { Survey } from './survey.ts';

/** A backend of a route, and all the ways by which requests come to it. */
export interface RoutedBackend {
  readonly route: Route;
  readonly ways: readonly [WayIn, ...WayIn[]];
}

/** The backends of Ingresses and routes; a Service on a port is one however many paths lead to it. */
export function routedBackends({ cluster, waysIn }: Survey): RoutedBackend[] {
  const routes = new Map(cluster.routing.routes.map((route) => [keyOf(route), route]));
  const found = new Map<string, { route: Route; ways: [WayIn, ...WayIn[]] }>();
  for (const way of waysIn) {
    if (!ROUTES.has(way.kind) || way.backend === undefined) continue;
    const { kind, namespace, name, port } = way.backend;
    const route = keyOf(way);
    const key = `${route} ${kind} ${namespace}/${name} ${port}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { route: routes.get(route)!, ways: [way] });
    else known.ways.push(way);
  }
  return [...found.values()];
}

const ROUTES: ReadonlySet<string> = new Set(ROUTE_KINDS);

function keyOf({ kind, namespace, name }: Pick<WayIn, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}

/** `Ingress shop/web`: the subject of a finding about a route. */
export function routeSubject(route: Route): string {
  return keyOf(route);
}

/** A route within a message. */
export function quoteRoute({ kind, namespace, name }: Route): string {
  return `${kind} \`${namespace}/${name}\``;
}
