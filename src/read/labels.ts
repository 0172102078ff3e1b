import type { Labels, Operator, Requirement } from '../model/selector.ts';
import { Fields, MALFORMED, report, textOf } from './fields.ts';
import type { Field, Malformed } from './fields.ts';
import { labelKeyFault, labelValueFault } from './names.ts';

const NO_LABELS: Labels = {};

/** Reads `labels` or `annotations`; malformed entries are left out and reported. */
export function readLabels(parent: Fields, key: 'labels' | 'annotations'): Labels {
  const field = parent.get(key);
  if (field === undefined) return NO_LABELS;
  const map = Fields.of(field);
  if (map === MALFORMED) return NO_LABELS;
  const labels: Record<string, string> = {};
  for (const [name, value] of entries(map)) {
    const text = textOf(value);
    if (text === MALFORMED || !validKey(name, value)) continue;
    if (key === 'labels' && !validValue(text, value)) continue;
    labels[name] = text;
  }
  return labels;
}

function* entries(map: Fields): Generator<[string, Field]> {
  const { document, node, path } = map;
  for (let i = 0; i < node.keys.length; i++) {
    const key = node.keys[i]!;
    yield [key, { document, node: node.values[i]!, path: `${path}.${key}` }];
  }
}

function validKey(key: string, field: Field): boolean {
  const fault = labelKeyFault(key);
  if (fault !== undefined) report(field, 'error', 'invalid-label', `key \`${key}\` ${fault}`);
  return fault === undefined;
}

function validValue(value: string, field: Field): boolean {
  const fault = labelValueFault(value);
  if (fault !== undefined) report(field, 'error', 'invalid-label', `value \`${value}\` ${fault}`);
  return fault === undefined;
}

/** What could be read of a selector: `whole` is false when a requirement had to be left out. */
export interface ReadSelector {
  readonly requirements: readonly Requirement[];
  readonly whole: boolean;
}

/**
 * Reads a LabelSelector. The caller decides what an unreadable part means: a subject selects by what
 * could be read, a peer selects nothing (decision D8).
 */
export function readSelector(field: Field): ReadSelector {
  const selector = Fields.of(field, ['matchLabels', 'matchExpressions']);
  if (selector === MALFORMED) return { requirements: [], whole: false };
  const requirements: Requirement[] = [];
  let whole = true;
  const matchLabels = selector.map('matchLabels');
  if (matchLabels === MALFORMED) whole = false;
  else if (matchLabels !== undefined) {
    for (const [key, field] of entries(matchLabels)) {
      const value = textOf(field);
      if (value !== MALFORMED && validKey(key, field) && validValue(value, field)) {
        requirements.push({ key, operator: 'In', values: [value] });
      } else whole = false;
    }
  }
  const expressions = selector.list('matchExpressions');
  if (expressions === MALFORMED) return { requirements, whole: false };
  for (const expression of expressions ?? []) {
    const requirement = readRequirement(expression);
    if (requirement === MALFORMED) whole = false;
    else requirements.push(requirement);
  }
  return { requirements, whole };
}

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

function readRequirement(field: Field): Requirement | Malformed {
  const fields = Fields.of(field, ['key', 'operator', 'values']);
  if (fields === MALFORMED) return MALFORMED;
  const key = fields.text('key');
  const operator = fields.text('operator');
  const values = readValues(fields);
  if (key === MALFORMED || operator === MALFORMED || values === MALFORMED) return MALFORMED;
  if (key === undefined || operator === undefined) {
    const missing = key === undefined ? 'key' : 'operator';
    report(field, 'error', 'invalid-selector', `\`${missing}\` is missing`);
    return MALFORMED;
  }
  if (!validKey(key, fields.get('key')!)) return MALFORMED;
  if (!OPERATORS.includes(operator)) {
    const known = OPERATORS.find((name) => name.toLowerCase() === operator.toLowerCase());
    const remedy =
      known === undefined ? `use one of ${OPERATORS.join(', ')}` : `write \`${known}\``;
    const message = `\`${operator}\` is not an operator; ${remedy}`;
    report(fields.get('operator')!, 'error', 'invalid-selector', message);
    return MALFORMED;
  }
  const takesValues = operator === 'In' || operator === 'NotIn';
  if (takesValues !== values.length > 0) {
    const message = takesValues
      ? `\`${operator}\` needs at least one of \`values\``
      : `\`${operator}\` takes no \`values\``;
    report(field, 'error', 'invalid-selector', message);
    return MALFORMED;
  }
  return { key, operator: operator as Operator, values };
}

function readValues(fields: Fields): string[] | Malformed {
  const list = fields.list('values');
  if (list === MALFORMED) return MALFORMED;
  const values: string[] = [];
  let whole = true;
  for (const field of list ?? []) {
    const value = textOf(field);
    if (value !== MALFORMED && validValue(value, field)) values.push(value);
    else whole = false;
  }
  return whole ? values : MALFORMED;
}
