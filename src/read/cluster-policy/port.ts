import type { ClusterPort } from '../../model/cluster-policy.ts';
import type { Place } from '../../model/place.ts';
import { HIGHEST_PORT, LOWEST_PORT } from '../../model/port-set.ts';
import type { Protocol } from '../../model/port-set.ts';
import { Fields, lastName, MALFORMED, placeOf, report } from '../fields/fields.ts';
import type { Field, Malformed } from '../fields/fields.ts';
import { portNameFault } from '../fields/names.ts';
import { isPort, readProtocol } from '../fields/port-rule.ts';
import { isNull, shorten } from '../yaml/node.ts';
import { BESIDE_DESTINATION_PORT, besidePort } from './habits.ts';
import { onlyField } from './only-field.ts';
import type { ClusterWords } from './words.ts';

/** Reads one item of `protocols`, or of the `ports` of v1alpha1; what is malformed is reported (C25, C26, C28). */
export function readClusterPort(field: Field, words: ClusterWords): ClusterPort | Malformed {
  if (isNull(field.node)) {
    const message = 'this port is empty; take the `-` away';
    report(field, 'error', 'empty-item', message);
    return MALFORMED;
  }
  const fields = Fields.of(field, words.port, besidePort(words));
  if (fields === MALFORMED) return MALFORMED;
  const key = onlyField(fields, words.port, 'port', `an item of \`${words.ports}\``);
  if (key === undefined) return MALFORMED;
  const value = fields.get(key)!;
  const place = placeOf(field);
  switch (key) {
    case 'tcp':
    case 'udp':
    case 'sctp':
      return readDestinationPort(value, key.toUpperCase() as Protocol, place);
    case 'portNumber':
    case 'portRange':
      return readAdminPort(value, key === 'portRange', place);
    default:
      return readPortName(value, place);
  }
}

/** `{destinationPort: {number: 80}}` or `{destinationPort: {range: {start: 80, end: 90}}}`. */
function readDestinationPort(
  field: Field,
  protocol: Protocol,
  place: Place,
): ClusterPort | Malformed {
  const fields = Fields.of(field, ['destinationPort'], BESIDE_DESTINATION_PORT);
  if (fields === MALFORMED) return MALFORMED;
  const written = fields.get('destinationPort');
  if (written === undefined) {
    const message = `\`destinationPort\` is missing; for all of ${protocol} write \`destinationPort: {range: {start: ${LOWEST_PORT}, end: ${HIGHEST_PORT}}}\``;
    report(field, 'error', 'missing-field', message);
    return MALFORMED;
  }
  if (written.node.kind === 'scalar' && typeof written.node.value === 'number') {
    const message = `\`destinationPort\` must be a map; write \`destinationPort: {number: ${written.node.value}}\``;
    report(written, 'error', 'wrong-type', message);
    return MALFORMED;
  }
  const port = Fields.of(written, ['number', 'range'], PORT_FIELDS);
  if (port === MALFORMED) return MALFORMED;
  const key = onlyField(port, ['number', 'range'], 'port', '`destinationPort`');
  if (key === undefined) return MALFORMED;
  if (key === 'range') return readRange(port.get(key)!, ['start', 'end'], protocol, place);
  return numbered(protocol, readNumber(port, key), place);
}

const IN_RANGE = 'it belongs in `range`';
const PORT_FIELDS: ReadonlyMap<string, string> = new Map([
  ['start', IN_RANGE],
  ['end', IN_RANGE],
  ['endPort', 'write `range: {start: 80, end: 90}`'],
  ['port', 'it is called `number` here'],
  ['name', 'write `destinationNamedPort` in the place of the protocol'],
]);

/** `{protocol: TCP, port: 80}` or `{protocol: TCP, start: 80, end: 90}`; TCP when absent. */
function readAdminPort(field: Field, isRange: boolean, place: Place): ClusterPort | Malformed {
  const known = isRange ? ['protocol', 'start', 'end'] : ['protocol', 'port'];
  const fields = Fields.of(field, known);
  if (fields === MALFORMED) return MALFORMED;
  const protocol = readProtocol(fields);
  const port = isRange ? MALFORMED : readNumber(fields, 'port');
  const range = isRange ? readRange(field, known, protocol, place) : MALFORMED;
  if (protocol === MALFORMED) return MALFORMED;
  return isRange ? range : numbered(protocol, port, place);
}

function numbered(
  protocol: Protocol,
  port: number | Malformed,
  place: Place,
): ClusterPort | Malformed {
  if (port === MALFORMED) return MALFORMED;
  return { kind: 'numbered', place, protocol, low: port, high: port };
}

/** "The Start value must be less than End". */
function readRange(
  field: Field,
  known: readonly string[],
  protocol: Protocol | Malformed,
  place: Place,
): ClusterPort | Malformed {
  const fields = Fields.of(field, known);
  if (fields === MALFORMED) return MALFORMED;
  const low = readNumber(fields, 'start');
  const high = readNumber(fields, 'end');
  if (low === MALFORMED || high === MALFORMED || protocol === MALFORMED) return MALFORMED;
  if (low < high) return { kind: 'numbered', place, protocol, low, high };
  const message =
    low === high
      ? `a range of one port is none; write ${low} as a single port`
      : `end ${high} is below start ${low}; swap them`;
  report(fields.get('end')!, 'error', 'invalid-port', message);
  return MALFORMED;
}

/** A port number that must be there. */
function readNumber(fields: Fields, key: string): number | Malformed {
  const value = fields.integer(key);
  if (value === undefined) {
    const message = `\`${key}\` is missing`;
    fields.document.report('error', 'missing-field', fields.place, message);
    return MALFORMED;
  }
  if (value === MALFORMED || isPort(value)) return value;
  const message = `port ${value} is not between ${LOWEST_PORT} and ${HIGHEST_PORT}`;
  report(fields.get(key)!, 'error', 'invalid-port', message);
  return MALFORMED;
}

/** The API takes any text for a name; one that no container can have is warned about. */
function readPortName(field: Field, place: Place): ClusterPort | Malformed {
  const { node } = field;
  const key = lastName(field.path.text);
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'number') {
    const message = `\`${key}\` must be the name of a container port; ${numberRemedy(key, value)}`;
    report(field, 'error', 'wrong-type', message);
    return MALFORMED;
  }
  if (typeof value !== 'string') {
    report(field, 'error', 'wrong-type', `\`${key}\` must be the name of a container port`);
    return MALFORMED;
  }
  if (value === '') {
    report(field, 'error', 'invalid-port', `\`${key}\` is empty; write the name of a port`);
    return MALFORMED;
  }
  const fault = portNameFault(value);
  if (fault !== undefined) {
    const remedy = /^\d+$/.test(value) ? `; ${numberRemedy(key, Number(value))}` : '';
    const message = `no container port can be called \`${shorten(value)}\`: it ${fault}${remedy}`;
    report(field, 'warning', 'invalid-port', message);
  }
  return { kind: 'named', place, name: value };
}

function numberRemedy(key: string, port: number): string {
  return key === 'namedPort'
    ? `write \`portNumber: {protocol: TCP, port: ${port}}\``
    : `write \`tcp: {destinationPort: {number: ${port}}}\``;
}
