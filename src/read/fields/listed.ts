import { shorten } from '../yaml/node.ts';
import { lastName, MALFORMED, report } from './fields.ts';
import type { Field, Fields, Malformed } from './fields.ts';

/** What a list of the API must be like (`MinItems`, `MaxItems`, `listType=set`). */
export interface ListRule {
  /** What it must have one of, for the message: `a peer`. */
  readonly item: string;
  readonly most: number;
  /** Whether no text may stand in it twice. */
  readonly isSet?: boolean;
}

/**
 * Every item of a list, each read; MALFORMED when the list is none or empty, or one of its items cannot
 * be read. More items than the API allows, or one twice, are reported and kept (decision D24). Undefined
 * for an absent field.
 */
export function readListed<T>(
  fields: Fields,
  key: string,
  rule: ListRule,
  read: (field: Field) => T | Malformed,
): readonly T[] | Malformed | undefined {
  const list = fields.list(key);
  if (list === MALFORMED || list === undefined) return list;
  if (list.length === 0) {
    const message = `\`${key}\` is empty; it needs at least ${rule.item}`;
    report(fields.get(key)!, 'error', 'empty-list', message);
    return MALFORMED;
  }
  warnTooMany(list, key, rule.most);
  if (rule.isSet === true) warnTwice(list);
  const items = list.map(read);
  return items.includes(MALFORMED) ? MALFORMED : (items as T[]);
}

/** Says that a list has more items than the API allows, at the first of those beyond. */
export function warnTooMany(list: readonly Field[], key: string, most: number): void {
  const first = list[most];
  if (first === undefined) return;
  const message = `\`${key}\` has ${list.length} items, and the API allows ${most}; all are judged as they are written`;
  report(first, 'error', 'over-limit', message);
}

function warnTwice(list: readonly Field[]): void {
  const seen = new Set<string>();
  for (const field of list) {
    const text = field.node.kind === 'scalar' ? field.node.value : undefined;
    if (typeof text !== 'string') continue;
    if (!seen.has(text)) seen.add(text);
    else {
      const name = lastName(field.path.text).replace(/\[\d+\]$/, '');
      const message = `\`${shorten(text)}\` stands twice in \`${name}\`; take one away`;
      report(field, 'error', 'duplicate-item', message);
    }
  }
}
