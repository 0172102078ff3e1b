import type { Port } from '../../evaluate/verdict/verdict.ts';
import type { Through, WayIn } from '../../evaluate/ways-in/way-in.ts';
import type { Value } from '../words/notation.ts';
import { causeWords } from './words.ts';

/** The fields of a way in in the documented form (docs/schema/reachability.schema.json). */
export function wayFields(way: WayIn): { readonly [field: string]: Value | undefined } {
  const { kind, namespace, name, place, hosts, paths, addresses, port, backend, targets } = way;
  return {
    kind,
    namespace,
    name,
    ...(hosts.length > 0 && { hosts }),
    ...(paths.length > 0 && { paths }),
    ...(addresses.length > 0 && { addresses }),
    ...(port && { port: portFields(port) }),
    through: throughFields(way.through),
    ...(backend && {
      backend: {
        kind: backend.kind,
        namespace: backend.namespace,
        name: backend.name,
        port: backend.port,
      },
    }),
    to: targets.map(({ endpoint, ports }) => ({
      endpoint: endpoint.id,
      ports: ports.map(portFields),
    })),
    verdict: way.answer,
    ...(way.cause && { because: causeWords(way.cause, way) }),
    place: place.toJSON(),
  };
}

function throughFields(through: Through): Value {
  switch (through.kind) {
    case 'proxy':
      return {
        kind: 'proxy',
        name: through.name,
        endpoints: through.endpoints.map(({ id }) => id),
      };
    case 'unknown-proxy':
      return { kind: 'unknown-proxy', name: through.name };
    case 'node':
    case 'client':
      return { kind: through.kind };
  }
}

function portFields({ protocol, number }: Port): Value {
  return protocol === 'other' ? { protocol } : { protocol, number };
}
