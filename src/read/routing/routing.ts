import { ROUTE_KINDS } from '../../model/routing.ts';
import type { Gateway, ProxyClass, ReferenceGrant, Route, Routing } from '../../model/routing.ts';
import type { Fields } from '../fields/fields.ts';
import type { Metadata } from '../fields/metadata.ts';
import { readGatewayRoute } from './gateway-route.ts';
import { readGateway, readGatewayClass, readReferenceGrant } from './gateway.ts';
import { readIngress, readIngressClass } from './ingress.ts';

/** The kinds that tell proxies what to let in. */
const KINDS = [
  ...ROUTE_KINDS,
  'IngressClass',
  'Gateway',
  'GatewayClass',
  'ReferenceGrant',
] as const;

type RoutingKind = (typeof KINDS)[number];

/** What an object of one of these kinds became. */
export type RoutingObject =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'gateway'; readonly gateway: Gateway }
  | { readonly kind: 'class'; readonly proxyClass: ProxyClass }
  | { readonly kind: 'grant'; readonly grant: ReferenceGrant };

export function isRoutingKind(kind: string): kind is RoutingKind {
  return (KINDS as readonly string[]).includes(kind);
}

/** Reads an object of one of these kinds. */
export function readRoutingObject(
  kind: RoutingKind,
  fields: Fields,
  metadata: Metadata,
): RoutingObject {
  switch (kind) {
    case 'Ingress':
      return { kind: 'route', route: readIngress(fields, metadata) };
    case 'IngressClass':
      return { kind: 'class', proxyClass: readIngressClass(fields, metadata) };
    case 'GatewayClass':
      return { kind: 'class', proxyClass: readGatewayClass(fields, metadata) };
    case 'Gateway':
      return { kind: 'gateway', gateway: readGateway(fields, metadata) };
    case 'ReferenceGrant':
      return { kind: 'grant', grant: readReferenceGrant(fields, metadata) };
    default:
      return { kind: 'route', route: readGatewayRoute(kind, fields, metadata) };
  }
}

/** The objects by what they are. */
export function routingOf(objects: readonly RoutingObject[]): Routing {
  const routes: Route[] = [];
  const gateways: Gateway[] = [];
  const classes: ProxyClass[] = [];
  const grants: ReferenceGrant[] = [];
  for (const object of objects) {
    if (object.kind === 'route') routes.push(object.route);
    else if (object.kind === 'gateway') gateways.push(object.gateway);
    else if (object.kind === 'class') classes.push(object.proxyClass);
    else grants.push(object.grant);
  }
  return { routes, gateways, classes, grants };
}
