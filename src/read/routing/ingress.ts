import type { ProxyClass, Route, RouteBackend, RouteRule } from '../../model/routing.ts';
import { Fields, MALFORMED, orNothing, placeOf, report } from '../fields/fields.ts';
import type { Field } from '../fields/fields.ts';
import type { Metadata } from '../fields/metadata.ts';
import { readPort } from '../fields/port-rule.ts';
import {
  INGRESS_BACKEND,
  INGRESS_CLASS_SPEC,
  INGRESS_HTTP,
  INGRESS_PATH,
  INGRESS_PORT,
  INGRESS_RULE,
  INGRESS_SERVICE,
  INGRESS_SPEC,
} from './known-routing-fields.ts';

/** What came before `ingressClassName`, and is still understood by every controller. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

const DEFAULT_CLASS_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

/**
 * Reads an Ingress (networking.k8s.io/v1); the fields of v1beta1 that were renamed are read as well. The
 * default backend is a rule for any host and any path, and the last.
 */
export function readIngress(object: Fields, metadata: Metadata): Route {
  const { namespace, name, annotations, place } = metadata;
  const spec = orNothing(object.map('spec', INGRESS_SPEC));
  const rules: RouteRule[] = [];
  for (const field of orNothing(spec?.list('rules')) ?? [])
    rules.push(...readRule(field, namespace));
  const fallback = spec?.get('defaultBackend') ?? spec?.get('backend');
  if (fallback !== undefined) {
    const backends = readBackend(fallback, namespace);
    rules.push({ place: placeOf(fallback), hosts: [], paths: [], backends });
  }
  const className =
    orNothing(spec?.text('ingressClassName')) ??
    (Object.hasOwn(annotations, CLASS_ANNOTATION) ? annotations[CLASS_ANNOTATION] : undefined);
  return {
    kind: 'Ingress',
    namespace,
    name,
    annotations,
    place,
    className: className === '' ? undefined : className,
    parents: [],
    rules,
  };
}

/** A rule for each path; one without paths leaves its host to the default backend. */
function readRule(field: Field, namespace: string): RouteRule[] {
  const rule = Fields.of(field, INGRESS_RULE);
  if (rule === MALFORMED) return [];
  const host = orNothing(rule.text('host'));
  const http = orNothing(rule.map('http', INGRESS_HTTP));
  return (orNothing(http?.list('paths')) ?? []).flatMap((one) => {
    const path = Fields.of(one, INGRESS_PATH);
    if (path === MALFORMED) return [];
    const text = orNothing(path.text('path'));
    const backend = path.get('backend');
    if (backend === undefined) reportNoBackend(one);
    return [
      {
        place: placeOf(one),
        hosts: host === undefined || host === '' ? [] : [host],
        paths: text === undefined || text === '' ? [] : [text],
        backends: backend === undefined ? [] : readBackend(backend, namespace),
      },
    ];
  });
}

function readBackend(field: Field, namespace: string): RouteBackend[] {
  const backend = Fields.of(field, INGRESS_BACKEND);
  if (backend === MALFORMED) return [];
  const place = placeOf(field);
  const resource = orNothing(backend.map('resource'));
  if (resource !== undefined) {
    const kind = orNothing(resource.text('kind')) ?? 'resource';
    const name = orNothing(resource.text('name')) ?? '';
    return [{ place, kind, namespace, name, port: undefined }];
  }
  const service = backend.map('service', INGRESS_SERVICE);
  if (service === MALFORMED) return [];
  const name = orNothing(
    service === undefined ? backend.text('serviceName') : service.text('name'),
  );
  if (name === undefined || name === '') {
    if (backend.get('serviceName') === undefined && service?.get('name') === undefined)
      reportNoBackend(field);
    return [];
  }
  const written = service === undefined ? backend.get('servicePort') : portField(service);
  const port = orNothing(readPort(written));
  return [{ place, kind: 'Service', namespace, name, port }];
}

/** `port.number`, or else `port.name`. */
function portField(service: Fields): Field | undefined {
  const port = orNothing(service.map('port', INGRESS_PORT));
  return port?.get('number') ?? port?.get('name');
}

function reportNoBackend(field: Field): void {
  const message =
    'no Service is named here, so this leads nowhere; write `service` with `name` and `port`';
  report(field, 'error', 'invalid-backend', message);
}

/** Reads an IngressClass (networking.k8s.io/v1). */
export function readIngressClass(object: Fields, metadata: Metadata): ProxyClass {
  const { name, labels, place, annotations } = metadata;
  const spec = orNothing(object.map('spec', INGRESS_CLASS_SPEC));
  return {
    kind: 'IngressClass',
    name,
    labels,
    place,
    controller: orNothing(spec?.text('controller')) ?? '',
    isDefault: annotations[DEFAULT_CLASS_ANNOTATION] === 'true',
  };
}
