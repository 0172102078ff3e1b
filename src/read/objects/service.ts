import type { Address } from '../../model/address.ts';
import { UNREADABLE } from '../../model/selector.ts';
import type { Labels } from '../../model/selector.ts';
import type { Service, ServiceEndpoint, ServicePort } from '../../model/service.ts';
import { Fields, MALFORMED, orNothing, report, textOf } from '../fields/fields.ts';
import type { Malformed } from '../fields/fields.ts';
import { SERVICE_PORT, SERVICE_SPEC } from '../fields/known-fields.ts';
import { readLabels } from '../fields/labels.ts';
import type { Metadata } from '../fields/metadata.ts';
import { isPort, readPort, readProtocol } from '../fields/port-rule.ts';
import { readExposure } from './exposure.ts';
import { readAddresses } from './pod.ts';

/** Reads a Service; its endpoints come from EndpointSlices, which the caller joins. */
export function readService(object: Fields, metadata: Metadata): Service {
  const { namespace, name, place, annotations } = metadata;
  const spec = orNothing(object.map('spec', SERVICE_SPEC));
  const type = orNothing(spec?.text('type')) ?? 'ClusterIP';
  const ips = texts(spec, 'clusterIPs');
  const clusterIP = orNothing(spec?.text('clusterIP'));
  if (clusterIP !== undefined) ips.push(clusterIP);
  const headless = ips.includes('None');
  return {
    namespace,
    name,
    place,
    type,
    selector: spec && readServiceSelector(spec),
    headless,
    addresses: spec
      ? readAddresses(
          ips.filter((ip) => ip !== 'None' && ip !== ''),
          spec,
        )
      : [],
    ports: (orNothing(spec?.list('ports')) ?? []).flatMap((field) => {
      const fields = Fields.of(field, SERVICE_PORT);
      const port = fields === MALFORMED ? undefined : readServicePort(fields);
      return port === undefined ? [] : [port];
    }),
    endpoints: [],
    exposure: readExposure(object, spec, type, annotations),
    externalName: type === 'ExternalName' ? orNothing(spec?.text('externalName')) : undefined,
  };
}

function texts(fields: Fields | undefined, key: string): string[] {
  const list = orNothing(fields?.list(key)) ?? [];
  return list.map(textOf).filter((text) => text !== MALFORMED);
}

/** The selector of a Service; undefined when there is none, or it cannot be read and so finds no pods. */
function readServiceSelector(spec: Fields): Labels | undefined {
  const map = orNothing(spec.map('selector'));
  if (map === undefined || map.node.keys.length === 0) return undefined;
  const labels = readLabels(spec, 'selector');
  const whole = labels[UNREADABLE] === undefined;
  return whole && Object.keys(labels).length === map.node.keys.length ? labels : undefined;
}

function readServicePort(fields: Fields): ServicePort | undefined {
  const port = fields.integer('port');
  const protocol = readProtocol(fields);
  const nodePort = orNothing(fields.integer('nodePort'));
  const name = orNothing(fields.text('name'));
  if (port === undefined) {
    fields.document.report('error', 'invalid-port', fields.place, '`port` is missing');
  }
  if (typeof port !== 'number' || protocol === MALFORMED) return undefined;
  if (!isPort(port)) {
    report(fields.get('port')!, 'error', 'invalid-port', `port ${port} is not between 1 and 65535`);
    return undefined;
  }
  const target = readTarget(fields, port);
  if (target === MALFORMED) return undefined;
  return { name, protocol, port, target, nodePort, place: fields.place };
}

/** `targetPort`: absent is the Service's own port. */
function readTarget(fields: Fields, port: number): number | string | Malformed {
  const field = fields.get('targetPort');
  const value = field?.node.kind === 'scalar' ? field.node.value : undefined;
  if (field === undefined || value === 0 || value === '') return port;
  return readPort(field) ?? port;
}

/** An EndpointSlice and the Service it belongs to. */
export interface EndpointSlice {
  readonly namespace: string;
  readonly service: string;
  readonly endpoint: ServiceEndpoint;
}

/** Reads an EndpointSlice (discovery.k8s.io/v1); undefined when it belongs to no Service. */
export function readEndpointSlice(object: Fields, metadata: Metadata): EndpointSlice | undefined {
  const service = metadata.labels['kubernetes.io/service-name'];
  if (service === undefined) return undefined;
  const addresses: Address[] = [];
  for (const field of orNothing(object.list('endpoints')) ?? []) {
    const endpoint = Fields.of(field);
    if (endpoint === MALFORMED) continue;
    const conditions = orNothing(endpoint.map('conditions'));
    if (conditions && orNothing(conditions.boolean('ready')) === false) continue;
    addresses.push(...readAddresses(texts(endpoint, 'addresses'), endpoint));
  }
  const ports = (orNothing(object.list('ports')) ?? []).flatMap((field) => {
    const fields = Fields.of(field);
    if (fields === MALFORMED) return [];
    const protocol = readProtocol(fields);
    if (protocol === MALFORMED) return [];
    return [
      { name: orNothing(fields.text('name')), protocol, port: orNothing(fields.integer('port')) },
    ];
  });
  return { namespace: metadata.namespace, service, endpoint: { addresses, ports } };
}
