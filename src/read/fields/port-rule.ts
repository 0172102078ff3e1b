import type { PortRule } from '../../model/policy.ts';
import { HIGHEST_PORT, LOWEST_PORT, PROTOCOLS } from '../../model/port-set.ts';
import type { Protocol } from '../../model/port-set.ts';
import { isNull } from '../yaml/node.ts';
import { Fields, lastName, MALFORMED, placeOf, report } from './fields.ts';
import type { Field, Malformed } from './fields.ts';
import { portNameFault } from './names.ts';

const PORT: readonly string[] = ['protocol', 'port', 'endPort'];

/** Reads one element of `ports`; a malformed one is reported and matches nothing. */
export function readPortRule(field: Field): PortRule {
  const place = placeOf(field);
  const nothing: PortRule = { kind: 'nothing', place };
  if (isNull(field.node)) {
    report(
      field,
      'error',
      'empty-item',
      'this port is empty; take the `-` away, or write `{}` for all TCP ports',
    );
    return nothing;
  }
  const fields = Fields.of(field, PORT);
  if (fields === MALFORMED) return nothing;
  fields.noteEmpty('port', 'every port of the protocol matches');
  const protocol = readProtocol(fields);
  const port = readPort(fields.get('port'));
  const endPort = fields.integer('endPort');
  if (protocol === MALFORMED || port === MALFORMED || endPort === MALFORMED) return nothing;
  if (endPort !== undefined) {
    const fault = endPortFault(port, endPort);
    if (fault !== undefined) {
      report(fields.get('endPort')!, 'error', 'invalid-port', fault);
      return nothing;
    }
  }
  if (typeof port === 'string') return { kind: 'named', place, protocol, name: port };
  const low = port ?? LOWEST_PORT;
  return { kind: 'numbered', place, protocol, low, high: endPort ?? port ?? HIGHEST_PORT };
}

/** Reads `protocol`; absent is TCP (P1). */
export function readProtocol(fields: Fields): Protocol | Malformed {
  const text = fields.text('protocol');
  if (text === MALFORMED) return MALFORMED;
  if (text === undefined) return 'TCP';
  if (isProtocol(text)) return text;
  const upper = text.toUpperCase();
  const remedy = isProtocol(upper) ? `write \`${upper}\`` : 'use TCP, UDP or SCTP';
  const message = `\`${text}\` is not a protocol; ${remedy}`;
  report(fields.get('protocol')!, 'error', 'invalid-protocol', message);
  return MALFORMED;
}

function isProtocol(text: string): text is Protocol {
  return (PROTOCOLS as readonly string[]).includes(text);
}

/** Reads a port number, or the name of a container port; undefined for a field that is absent. */
export function readPort(field: Field | undefined): number | string | Malformed | undefined {
  if (field === undefined) return undefined;
  const { node } = field;
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'number') {
    if (isPort(value)) return value;
    report(
      field,
      'error',
      'invalid-port',
      `port ${value} is not between ${LOWEST_PORT} and ${HIGHEST_PORT}`,
    );
    return MALFORMED;
  }
  if (typeof value !== 'string') {
    report(
      field,
      'error',
      'wrong-type',
      `\`${lastName(field.path.text)}\` must be a number or the name of a container port`,
    );
    return MALFORMED;
  }
  const fault = portNameFault(value);
  if (fault === undefined) return value;
  const message = /^[0-9]+$/.test(value)
    ? `port \`"${value}"\` is text and so the name of a port, which needs a letter; write ${Number(value)} without quotes`
    : `port name \`${value}\` ${fault}`;
  report(field, 'error', 'invalid-port', message);
  return MALFORMED;
}

export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= LOWEST_PORT && value <= HIGHEST_PORT;
}

function endPortFault(port: number | string | undefined, endPort: number): string | undefined {
  if (port === undefined) return '`endPort` needs `port`, the first port of the range';
  if (typeof port === 'string')
    return `\`endPort\` needs a numeric \`port\`, not the name \`${port}\``;
  if (!isPort(endPort))
    return `endPort ${endPort} is not between ${LOWEST_PORT} and ${HIGHEST_PORT}`;
  if (endPort < port) return `endPort ${endPort} is below port ${port}; swap them or drop endPort`;
  return undefined;
}
