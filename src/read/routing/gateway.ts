import type { Gateway, Listener, ProxyClass, ReferenceGrant } from '../../model/routing.ts';
import { Fields, MALFORMED, orNothing, report, textOf } from '../fields/fields.ts';
import type { Field } from '../fields/fields.ts';
import { readSelector } from '../fields/labels.ts';
import type { Metadata } from '../fields/metadata.ts';
import { isPort } from '../fields/port-rule.ts';
import {
  ALLOWED_ROUTES,
  GATEWAY_CLASS_SPEC,
  GATEWAY_SPEC,
  GRANT_FROM,
  GRANT_SPEC,
  GRANT_TO,
  LISTENER,
  ROUTE_NAMESPACES,
} from './known-routing-fields.ts';

/** Reads a Gateway (gateway.networking.k8s.io/v1). */
export function readGateway(object: Fields, { namespace, name, place }: Metadata): Gateway {
  const spec = orNothing(object.map('spec', GATEWAY_SPEC));
  return {
    namespace,
    name,
    place,
    className: orNothing(spec?.text('gatewayClassName')) ?? '',
    listeners: (orNothing(spec?.list('listeners')) ?? []).flatMap(readListener),
  };
}

function readListener(field: Field): Listener[] {
  const listener = Fields.of(field, LISTENER);
  if (listener === MALFORMED) return [];
  const port = listener.integer('port');
  if (typeof port !== 'number') {
    if (port === undefined) report(field, 'error', 'invalid-port', '`port` is missing');
    return [];
  }
  if (!isPort(port)) {
    const message = `port ${port} is not between 1 and 65535`;
    report(listener.get('port')!, 'error', 'invalid-port', message);
    return [];
  }
  const allowed = orNothing(listener.map('allowedRoutes', ALLOWED_ROUTES));
  const kinds = (orNothing(allowed?.list('kinds')) ?? []).flatMap((one) => {
    const kind = Fields.of(one);
    const text = kind === MALFORMED ? undefined : orNothing(kind.text('kind'));
    return text === undefined ? [] : [text];
  });
  const host = orNothing(listener.text('hostname'));
  return [
    {
      name: orNothing(listener.text('name')) ?? '',
      protocol: orNothing(listener.text('protocol')) ?? 'HTTP',
      port,
      host: host === '' ? undefined : host,
      namespaces: readNamespaces(allowed),
      kinds: kinds.length === 0 ? undefined : kinds,
    },
  ];
}

/** Absent means the Gateway's own namespace; a part that cannot be read lets none in (decision D8). */
function readNamespaces(allowed: Fields | undefined): Listener['namespaces'] {
  const namespaces = allowed?.map('namespaces', ROUTE_NAMESPACES);
  if (namespaces === undefined) return 'same';
  if (namespaces === MALFORMED) return 'none';
  switch (namespaces.text('from')) {
    case undefined:
    case 'Same':
      return 'same';
    case 'All':
      return 'all';
    case 'Selector': {
      const field = namespaces.get('selector');
      const selector = field && readSelector(field);
      return selector?.whole === true ? selector.requirements : 'none';
    }
    default:
      return 'none';
  }
}

/** Reads a GatewayClass (gateway.networking.k8s.io/v1). */
export function readGatewayClass(object: Fields, { name, labels, place }: Metadata): ProxyClass {
  const spec = orNothing(object.map('spec', GATEWAY_CLASS_SPEC));
  const controller = orNothing(spec?.text('controllerName')) ?? '';
  return { kind: 'GatewayClass', name, labels, place, controller, isDefault: false };
}

/** Reads a ReferenceGrant, as far as it lets routes send to Services. */
export function readReferenceGrant(object: Fields, { namespace }: Metadata): ReferenceGrant {
  const spec = orNothing(object.map('spec', GRANT_SPEC));
  const from = (orNothing(spec?.list('from')) ?? []).flatMap((field) => {
    const entry = Fields.of(field, GRANT_FROM);
    if (entry === MALFORMED) return [];
    const [kind, own] = [orNothing(entry.text('kind')), orNothing(entry.text('namespace'))];
    return kind === undefined || own === undefined ? [] : [{ kind, namespace: own }];
  });
  const services: string[] = [];
  let isForAll = false;
  for (const field of orNothing(spec?.list('to')) ?? []) {
    const entry = Fields.of(field, GRANT_TO);
    if (entry === MALFORMED || orNothing(entry.text('kind')) !== 'Service') continue;
    const name = entry.get('name');
    if (name === undefined) isForAll = true;
    else {
      const text = textOf(name);
      if (text !== MALFORMED) services.push(text);
    }
  }
  return { namespace, from, services: isForAll ? undefined : services };
}
