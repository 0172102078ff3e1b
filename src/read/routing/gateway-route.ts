import type {
  Route,
  RouteBackend,
  RouteKind,
  RouteParent,
  RouteRule,
} from '../../model/routing.ts';
import { Fields, MALFORMED, orNothing, placeOf, textOf } from '../fields/fields.ts';
import type { Field } from '../fields/fields.ts';
import type { Metadata } from '../fields/metadata.ts';
import { readPort } from '../fields/port-rule.ts';
import { BACKEND_REF, PARENT_REF, ROUTE_RULE, ROUTE_SPEC } from './known-routing-fields.ts';

/** Reads an HTTPRoute, GRPCRoute, TLSRoute, TCPRoute or UDPRoute (gateway.networking.k8s.io/v1). */
export function readGatewayRoute(kind: RouteKind, object: Fields, metadata: Metadata): Route {
  const { namespace, name, annotations, place } = metadata;
  const spec = orNothing(object.map('spec', ROUTE_SPEC));
  const hosts = (orNothing(spec?.list('hostnames')) ?? [])
    .map(textOf)
    .filter((text) => text !== MALFORMED);
  const list = <T>(key: string, read: (field: Field) => readonly T[]): T[] =>
    (orNothing(spec?.list(key)) ?? []).flatMap(read);
  return {
    kind,
    namespace,
    name,
    annotations,
    place,
    className: undefined,
    parents: list('parentRefs', (field) => readParent(field, namespace)),
    rules: list('rules', (field) => readRule(field, namespace, hosts)),
  };
}

function readParent(field: Field, namespace: string): RouteParent[] {
  const parent = Fields.of(field, PARENT_REF);
  const name = parent === MALFORMED ? undefined : orNothing(parent.text('name'));
  if (parent === MALFORMED || name === undefined) return [];
  const elsewhere = parent.text('namespace');
  if (elsewhere === MALFORMED) return [];
  return [
    {
      place: placeOf(field),
      kind: orNothing(parent.text('kind')) ?? 'Gateway',
      namespace: elsewhere ?? namespace,
      name,
      listener: orNothing(parent.text('sectionName')),
      port: orNothing(parent.integer('port')),
    },
  ];
}

function readRule(field: Field, namespace: string, hosts: readonly string[]): RouteRule[] {
  const rule = Fields.of(field, ROUTE_RULE);
  if (rule === MALFORMED) return [];
  const paths = (orNothing(rule.list('matches')) ?? []).flatMap(readPath);
  const backends = (orNothing(rule.list('backendRefs')) ?? []).flatMap((one) =>
    readBackend(one, namespace),
  );
  for (const one of orNothing(rule.list('filters')) ?? []) {
    const filter = Fields.of(one);
    const mirror = filter === MALFORMED ? undefined : orNothing(filter.map('requestMirror'));
    const copy = mirror?.get('backendRef');
    if (copy !== undefined) backends.push(...readBackend(copy, namespace));
  }
  return [{ place: placeOf(field), hosts, paths, backends }];
}

/** The path of a match of an HTTPRoute, or the method of one of a GRPCRoute, as its path on the wire. */
function readPath(field: Field): string[] {
  const match = Fields.of(field);
  if (match === MALFORMED) return [];
  const path = orNothing(match.map('path'));
  if (path !== undefined) return [orNothing(path.text('value')) ?? '/'];
  const method = match.get('method');
  if (method === undefined || method.node.kind !== 'mapping') return [];
  const named = orNothing(match.map('method'));
  const [service, own] = [orNothing(named?.text('service')), orNothing(named?.text('method'))];
  return [`/${service ?? '*'}/${own ?? '*'}`];
}

/** A backend with weight 0 gets nothing. */
function readBackend(field: Field, namespace: string): RouteBackend[] {
  const backend = Fields.of(field, BACKEND_REF);
  if (backend === MALFORMED) return [];
  const name = orNothing(backend.text('name'));
  const elsewhere = backend.text('namespace');
  if (name === undefined || elsewhere === MALFORMED) return [];
  if (orNothing(backend.integer('weight')) === 0) return [];
  return [
    {
      place: placeOf(field),
      kind: orNothing(backend.text('kind')) ?? 'Service',
      namespace: elsewhere ?? namespace,
      name,
      port: orNothing(readPort(backend.get('port'))),
    },
  ];
}
