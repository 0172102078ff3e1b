import { UNREADABLE } from '../../model/selector.ts';
import type { Labels, Operator, Requirement } from '../../model/selector.ts';
import { shorten } from '../yaml/node.ts';
import { Fields, MALFORMED, report, textOf } from './fields.ts';
import type { Field, Malformed } from './fields.ts';
import { labelKeyFault, labelValueFault } from './names.ts';
import { trimmed } from './trimmed.ts';

export const NO_LABELS: Labels = {};

/**
 * Reads `labels`, `annotations` or the `selector` of a Service. Malformed entries are reported; labels
 * that the API server would refuse count as unreadable, not as absent (decision D8).
 */
export function readLabels(parent: Fields, key: 'labels' | 'annotations' | 'selector'): Labels {
  const field = parent.get(key);
  if (field === undefined) return NO_LABELS;
  const map = Fields.of(field);
  if (map === MALFORMED) return key === 'annotations' ? NO_LABELS : { [UNREADABLE]: 'all' };
  const labels: Record<string, string> = {};
  let unreadable: Set<string> | undefined;
  for (let i = 0; i < map.node.keys.length; i++) {
    const name = map.node.keys[i]!;
    if (!validKey(map, i)) continue;
    const text = map.textAt(i);
    if (text !== MALFORMED && (key === 'annotations' || validValue(text, () => map.entry(i)))) {
      labels[name] = text;
    } else (unreadable ??= new Set()).add(name);
  }
  return unreadable === undefined || key === 'annotations'
    ? labels
    : { ...labels, [UNREADABLE]: unreadable };
}

function validKey(map: Fields, index: number): boolean {
  const key = map.node.keys[index]!;
  const fault = labelKeyFault(key);
  if (fault === undefined) return true;
  map.reportKey(index, 'error', 'invalid-label', `key \`${shorten(key)}\` ${fault}`);
  return false;
}

function validValue(value: string, field: () => Field): boolean {
  const fault = labelValueFault(value);
  if (fault === undefined) return true;
  report(field(), 'error', 'invalid-label', `value \`${shorten(value)}\` ${fault}`);
  return false;
}

/** What could be read of a selector: `whole` is false when a requirement had to be left out. */
export interface ReadSelector {
  readonly requirements: readonly Requirement[];
  readonly whole: boolean;
}

const SELECTOR: readonly string[] = ['matchLabels', 'matchExpressions'];
const REQUIREMENT: readonly string[] = ['key', 'operator', 'values'];

/**
 * Reads a LabelSelector. The caller decides what an unreadable part means: a subject selects by what
 * could be read, a peer selects nothing (decision D8).
 */
export function readSelector(field: Field): ReadSelector {
  const selector = Fields.of(field, SELECTOR);
  if (selector === MALFORMED) return { requirements: [], whole: false };
  for (const key of SELECTOR) selector.noteEmpty(key, 'it requires nothing');
  const requirements: Requirement[] = [];
  let whole = true;
  const matchLabels = selector.map('matchLabels');
  if (matchLabels === MALFORMED) whole = false;
  else if (matchLabels !== undefined) {
    matchLabels.node.keys.forEach((key, i) => {
      if (!validKey(matchLabels, i)) {
        whole = false;
        return;
      }
      const value = matchLabels.textAt(i);
      if (value !== MALFORMED && validValue(value, () => matchLabels.entry(i))) {
        requirements.push({ key, operator: 'In', values: [value] });
      } else whole = false;
    });
  }
  const expressions = selector.list('matchExpressions');
  if (expressions === MALFORMED) return { requirements: trimmed(requirements), whole: false };
  for (const expression of expressions ?? []) {
    const requirement = readRequirement(expression);
    if (requirement === MALFORMED) whole = false;
    else requirements.push(requirement);
  }
  return { requirements: trimmed(requirements), whole };
}

const OPERATORS: readonly string[] = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

function readRequirement(field: Field): Requirement | Malformed {
  const fields = Fields.of(field, REQUIREMENT);
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
  const fault = labelKeyFault(key);
  if (fault !== undefined) {
    report(fields.get('key')!, 'error', 'invalid-label', `key \`${shorten(key)}\` ${fault}`);
    return MALFORMED;
  }
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

function readValues(fields: Fields): readonly string[] | Malformed {
  const list = fields.list('values');
  if (list === MALFORMED) return MALFORMED;
  const values: string[] = [];
  let whole = true;
  for (const field of list ?? []) {
    const value = textOf(field);
    if (value !== MALFORMED && validValue(value, () => field)) values.push(value);
    else whole = false;
  }
  return whole ? trimmed(values) : MALFORMED;
}
