import { nearest } from '../../model/nearest.ts';
import { Fields, MALFORMED, report } from '../../read/fields/fields.ts';
import type { Field, Malformed } from '../../read/fields/fields.ts';
import { describe, isNull, shorten } from '../../read/yaml/node.ts';

/** The items of a list, or the one value that stands where a list may be. */
export function listOf(field: Field): readonly Field[] {
  const { document, node, path } = field;
  if (node.kind !== 'sequence') return [field];
  return node.items.map((item, i) => ({ document, node: item, path: path.item(i) }));
}

/**
 * Reads a map whose keys are all known; any other is an error, for a slip in one would change what is
 * expected. `what` is what the map is, for messages.
 */
export function knownFields(
  field: Field,
  known: readonly string[],
  what: string,
): Fields | Malformed {
  const { node } = field;
  if (node.kind !== 'mapping') {
    const remedy = isNull(node) ? 'it has no value' : `this is ${describe(node)}`;
    report(field, 'error', 'bad-expectation', `${what} is a map with ${list(known)}; ${remedy}`);
    return MALFORMED;
  }
  const fields = Fields.of(field);
  if (fields === MALFORMED) return MALFORMED;
  let good = true;
  node.keys.forEach((key, i) => {
    if (known.includes(key)) return;
    good = false;
    const meant = known.find((one) => lettersOf(one) === lettersOf(key)) ?? nearest(key, known);
    const remedy =
      meant === undefined ? `${what} has ${list(known)}` : `did you mean \`${meant}\`?`;
    const message = `unknown field \`${shorten(key)}\`: ${remedy}`;
    fields.reportKey(i, 'error', 'bad-expectation', message);
  });
  return good ? fields : MALFORMED;
}

function list(known: readonly string[]): string {
  return known.map((one) => `\`${one}\``).join(', ');
}

/** Two words of the same letters are one word and a slip of the fingers: `prots`. */
function lettersOf(word: string): string {
  return word.toLowerCase().split('').sort().join('');
}
