import { parseBlock } from '../../model/address-set.ts';
import type { Place } from '../../model/place.ts';
import { formatSelector } from '../../model/selector.ts';
import type { Requirement, Selector } from '../../model/selector.ts';
import { Fields, MALFORMED, placeOf, report } from '../../read/fields/fields.ts';
import type { Field, Malformed } from '../../read/fields/fields.ts';
import { describe } from '../../read/yaml/node.ts';
import type { FilterTerm, NamespaceCondition, Term, Who } from './expectation.ts';
import { knownFields, listOf } from './file-fields.ts';

/** The groups of a file, by name. */
export type Groups = ReadonlyMap<string, Who>;

/** The words that stand for everyone. */
const EVERYONE: ReadonlySet<string> = new Set(['*', 'any']);

/** Names a group cannot have, for they mean something already. */
export const TAKEN: ReadonlySet<string> = new Set([...EVERYONE, 'internet', 'all']);

const FILTER_FIELDS = ['in', 'namespaces', 'labels', 'not'];

/** Reads whom `from`, `to`, `not` or a group means: a word, a map of conditions, or a list of these. */
export function readWho(field: Field, groups: Groups): Who | Malformed {
  const terms: Term[] = [];
  let good = true;
  for (const item of listOf(field)) {
    const term = readTerm(item, groups);
    if (term === MALFORMED) good = false;
    else terms.push(term);
  }
  if (!good) return MALFORMED;
  if (terms.length === 0) {
    report(
      field,
      'error',
      'bad-expectation',
      'an empty list names nobody; write `any` for everyone',
    );
    return MALFORMED;
  }
  return { place: placeOf(field), text: terms.map(({ text }) => text).join(' or '), terms };
}

function readTerm(field: Field, groups: Groups): Term | Malformed {
  const { node } = field;
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.trim() !== '') {
    return termOf(node.value.trim(), placeOf(field), groups);
  }
  if (node.kind === 'mapping') return readFilter(field, groups);
  const message = `${describe(node)} names nobody: write NAMESPACE/NAME, NAMESPACE/*, an address, \`internet\`, \`any\`, a group, or a map`;
  report(field, 'error', 'bad-expectation', message);
  return MALFORMED;
}

/** What one word stands for. */
function termOf(text: string, place: Place, groups: Groups): Term {
  if (EVERYONE.has(text)) return { kind: 'everyone', place, text: 'any' };
  const group = groups.get(text);
  if (group !== undefined) return { kind: 'group', place, text, who: group };
  const block = parseBlock(text);
  if (block !== undefined) return { kind: 'block', place, text, block };
  if (text.includes('*') && !text.startsWith('domain/') && !text.startsWith('svc/')) {
    const parts = text.split('/');
    if (parts[0] === 'node' && parts.length === 2) {
      const name = parts[1]!;
      return { kind: 'pattern', place, text, namespace: undefined, workloadKind: undefined, name };
    }
    if (parts.length === 2 || parts.length === 3) {
      const workloadKind = parts.length === 3 ? parts[1] : undefined;
      const name = parts.at(-1)!;
      return { kind: 'pattern', place, text, namespace: parts[0]!, workloadKind, name };
    }
  }
  return { kind: 'name', place, text };
}

function readFilter(field: Field, groups: Groups): FilterTerm | Malformed {
  const fields = knownFields(field, FILTER_FIELDS, 'whom a map means');
  if (fields === MALFORMED) return MALFORMED;
  const part = <T>(key: string, read: (one: Field) => T | Malformed): T | Malformed | undefined => {
    const value = fields.get(key);
    return value && read(value);
  };
  const within = part('in', (one) => readWho(one, groups));
  const labels = part('labels', readLabels);
  const namespaces = part('namespaces', readNamespaces);
  const not = part('not', (one) => readWho(one, groups));
  if (within === MALFORMED || labels === MALFORMED) return MALFORMED;
  if (namespaces === MALFORMED || not === MALFORMED) return MALFORMED;
  if (!within && !labels && !namespaces && !not) {
    report(
      field,
      'error',
      'bad-expectation',
      'an empty map says nothing; write `any` for everyone',
    );
    return MALFORMED;
  }
  const term = { kind: 'filter' as const, place: placeOf(field), within, labels, namespaces, not };
  return { ...term, text: filterText(term) };
}

function filterText({ within, labels, namespaces, not }: Omit<FilterTerm, 'text'>): string {
  const words: string[] = [];
  if (within) words.push(within.text);
  else words.push(labels || namespaces ? 'pods' : 'any');
  if (labels) words.push(`with ${formatSelector(labels)}`);
  if (namespaces?.kind === 'names') words.push(`of ${namespaces.names.join(' or ')}`);
  if (namespaces?.kind === 'labels')
    words.push(`of namespaces with ${formatSelector(namespaces.selector)}`);
  if (not) words.push(`but ${not.text}`);
  return words.join(' ');
}

/** `labels`: a map of keys to a value, a list of values any of which will do, or `*` for any value. */
function readLabels(field: Field): Selector | Malformed {
  const { node } = field;
  const fields = node.kind === 'mapping' ? Fields.of(field) : MALFORMED;
  if (node.kind !== 'mapping' || fields === MALFORMED || node.keys.length === 0) {
    report(field, 'error', 'bad-expectation', 'labels are a map, like `{ app: db }`');
    return MALFORMED;
  }
  if (node.keys.includes('matchLabels') || node.keys.includes('matchExpressions')) {
    const message = 'labels stand here by themselves, like `{ app: db }`, without `matchLabels`';
    report(field, 'error', 'bad-expectation', message);
    return MALFORMED;
  }
  const selector: Requirement[] = [];
  for (const [i, key] of node.keys.entries()) {
    const values: string[] = [];
    for (const item of listOf(fields.entry(i))) {
      const { node: value } = item;
      if (value.kind !== 'scalar' || typeof value.value !== 'string') {
        const message = `the value of label \`${key}\` must be text, not ${describe(value)}; quote it`;
        report(item, 'error', 'bad-expectation', message);
        return MALFORMED;
      }
      values.push(value.value);
    }
    if (values.includes('*')) selector.push({ key, operator: 'Exists', values: [] });
    else selector.push({ key, operator: 'In', values });
  }
  return selector;
}

function readNamespaces(field: Field): NamespaceCondition | Malformed {
  if (field.node.kind === 'mapping') {
    const selector = readLabels(field);
    return selector === MALFORMED ? MALFORMED : { kind: 'labels', selector };
  }
  const names: string[] = [];
  for (const item of listOf(field)) {
    const { node } = item;
    if (node.kind !== 'scalar' || typeof node.value !== 'string') {
      const message = `namespaces are names, or a map of their labels, not ${describe(node)}`;
      report(item, 'error', 'bad-expectation', message);
      return MALFORMED;
    }
    names.push(node.value);
  }
  return { kind: 'names', names };
}
