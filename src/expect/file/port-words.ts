import {
  ALL_PORTS,
  NO_PORTS,
  allPortsOf,
  isNoPorts,
  portRange,
  subtractPorts,
} from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import { parsePortText } from '../../model/port-text.ts';
import { MALFORMED, report } from '../../read/fields/fields.ts';
import type { Field, Malformed } from '../../read/fields/fields.ts';
import { describe } from '../../read/yaml/node.ts';
import type { Ports } from './expectation.ts';
import { knownFields, listOf } from './file-fields.ts';

const REMEDY = 'write 80, 53/UDP, 8000-9000, TCP, icmp or all';

/** Reads `ports`: one port, a list of them, or `{ not: … }` for all others. */
export function readPorts(field: Field): Ports | Malformed {
  if (field.node.kind !== 'mapping') return readListed(field);
  const fields = knownFields(field, ['not'], '`ports`');
  if (fields === MALFORMED) return MALFORMED;
  const not = fields.get('not');
  const taken = not && readListed(not);
  if (taken === MALFORMED) return MALFORMED;
  if (taken?.kind !== 'listed') {
    const message = '`ports` is a map only as `{ not: 80 }`, for all ports but some';
    report(field, 'error', 'bad-ports', message);
    return MALFORMED;
  }
  const set = taken.sets.reduce(subtractPorts, ALL_PORTS);
  if (isNoPorts(set)) {
    report(field, 'error', 'bad-ports', `no port is left: ${REMEDY}`);
    return MALFORMED;
  }
  return { kind: 'listed', sets: [set], text: `anything but ${taken.text}` };
}

function readListed(field: Field): Ports | Malformed {
  const sets: PortSet[] = [];
  const words: string[] = [];
  const items = listOf(field);
  for (const item of items) {
    const { node } = item;
    const word =
      node.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'number')
        ? String(node.value)
        : undefined;
    const set = word === undefined ? undefined : portsOf(word);
    if (set === undefined) {
      report(item, 'error', 'bad-ports', `${describe(node)} is no port: ${REMEDY}`);
      return MALFORMED;
    }
    sets.push(set);
    words.push(word!);
  }
  if (sets.length === 0) {
    report(field, 'error', 'bad-ports', `\`ports\` is an empty list: ${REMEDY}, or leave it out`);
    return MALFORMED;
  }
  if (sets.includes(ALL_PORTS)) return { kind: 'all' };
  return { kind: 'listed', sets, text: words.join(', ') };
}

function portsOf(word: string): PortSet | undefined {
  if (/^all$/i.test(word)) return ALL_PORTS;
  if (/^(?:icmp|other)$/i.test(word)) return { ...NO_PORTS, other: true };
  const parsed = parsePortText(word);
  if (parsed === undefined) return undefined;
  const { protocol, low, high } = parsed;
  return low === undefined ? allPortsOf(protocol) : portRange(protocol, low, high);
}
