/** Laws of the YAML reader, over generated values in the many ways they can be written. */

import { performance } from 'node:perf_hooks';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { CORE_SCHEMA, dump, load } from 'js-yaml';
import type { DumpOptions } from 'js-yaml';
import { expect, test } from 'vitest';
import { toPlain } from '../../src/read/yaml/node.ts';
import type { YamlNode } from '../../src/read/yaml/node.ts';
import { parseYaml } from '../../src/read/yaml/tree.ts';

/** A text that stands in no other text of the document, so that one can look for it. */
const marked = fc.nat(1e9).map((n) => `m${n}m`);
const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    'yes',
    '~',
    '0777',
    '1:20',
    '- a',
    'a: b',
    '# c',
    "it's",
    '"',
    'a\nb\n',
    ' a ',
    '{{ x }}',
    '*x',
    '<<',
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.boolean(),
  fc.constant(null),
  marked,
);
const key = fc.oneof(
  fc.string({ minLength: 1 }),
  marked,
  fc.constantFrom('on', '1', 'a b', '<<', '?'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}));
const root = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5 });

const styles: fc.Arbitrary<DumpOptions> = fc.record(
  {
    indent: fc.integer({ min: 2, max: 6 }),
    noArrayIndent: fc.boolean(),
    flowLevel: fc.integer({ min: -1, max: 3 }),
    lineWidth: fc.constantFrom(-1, 20, 80),
    quotingType: fc.constantFrom("'" as const, '"' as const),
    forceQuotes: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** A value written down: the text, and what it means. */
interface Written {
  readonly text: string;
  readonly meant: unknown;
}

const written: fc.Arbitrary<Written> = fc.oneof(
  fc
    .tuple(root, styles)
    .map(([plain, style]) => {
      const meant = withoutWords(plain);
      return { text: dump(meant, { ...style, schema: CORE_SCHEMA, noRefs: true }), meant };
    })
    .filter(isRight),
  fc
    .tuple(root, fc.constantFrom(0, 1, 2, '\t'))
    .map(([meant, space]) => ({ text: JSON.stringify(meant, null, space), meant })),
);

/** js-yaml forgets the quotes of some texts in brackets, such as `".:,"`. */
function isRight({ text, meant }: Written): boolean {
  try {
    return isDeepStrictEqual(load(text, { schema: CORE_SCHEMA }), meant);
  } catch {
    return false;
  }
}

/** js-yaml leaves words bare that mean something to kubectl alone, so these get a `!`. */
function withoutWords(plain: unknown): unknown {
  if (typeof plain === 'string') return AMBIGUOUS.test(plain) ? `${plain}!` : plain;
  if (Array.isArray(plain)) return plain.map(withoutWords);
  if (typeof plain !== 'object' || plain === null) return plain;
  return Object.fromEntries(
    Object.entries(plain).map(([own, item]) => [
      AMBIGUOUS.test(own) ? `${own}!` : own,
      withoutWords(item),
    ]),
  );
}

const AMBIGUOUS = /^(?:y|n|yes|no|on|off|<<|[-+.]?[0-9.][0-9a-fxobe_.+-]*)$/i;

test('what was written is read', () => {
  fc.assert(
    fc.property(written, ({ text, meant }) => {
      const { roots, faults } = parseYaml(text, 0);
      expect(faults, text).toEqual([]);
      expect(toPlain(roots[0]!)).toEqual(meant);
    }),
    { numRuns: 1000 },
  );
});

function* scalarsOf(node: YamlNode): Generator<{ start: number; text: string }> {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string') yield { start: node.start, text: node.value };
  } else if (node.kind === 'sequence') {
    for (const item of node.items) yield* scalarsOf(item);
  } else {
    for (const [i, own] of node.keys.entries()) yield { start: node.keyStarts[i]!, text: own };
    for (const item of node.values) yield* scalarsOf(item);
  }
}

const BASE = 1000;

test('every scalar knows where it stands', () => {
  fc.assert(
    fc.property(written, ({ text }) => {
      for (const { start, text: own } of scalarsOf(parseYaml(text, BASE).roots[0]!)) {
        const at = start - BASE;
        if (/^m\d+m$/.test(own))
          expect([own, `"${own}"`, `'${own}'`], text).toContain(around(text, at, own));
        else if (own !== '') expect(text[at], text).not.toMatch(/[ \t\r\n,:[\]]/);
      }
    }),
    { numRuns: 1000 },
  );
});

/** What stands at an offset, with the quotes around it. */
function around(text: string, at: number, own: string): string {
  const quoted = text[at] === '"' || text[at] === "'";
  return text.slice(at, at + own.length + (quoted ? 2 : 0));
}

test('whatever the text, a tree or a fault comes of it', () => {
  const line = fc.constantFrom(
    'a: b',
    '- ',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '>',
    '? ',
    ': ',
    '&x ',
    '*x',
    '!t ',
    '<<: *x',
    '---',
    '...',
    '#',
    '\t',
    '\r',
    '%',
    '@',
    'a',
    ',',
    '0x1',
    '\uFEFF',
  );
  const soup = fc.array(fc.tuple(line, fc.constantFrom('', ' ', '\n', '\n  ')), { maxLength: 30 });
  fc.assert(
    fc.property(soup, (parts) => {
      const text = parts.flat().join('');
      const { roots, faults } = parseYaml(text, BASE);
      for (const { offset } of faults) {
        expect(offset).toBeGreaterThanOrEqual(BASE);
        expect(offset).toBeLessThanOrEqual(BASE + text.length);
      }
      for (const node of roots) {
        for (const { start } of scalarsOf(node))
          expect(start).toBeLessThanOrEqual(BASE + text.length);
      }
    }),
    { numRuns: 3000 },
  );
});

test('time grows with the text, not faster', () => {
  const text = (items: number): string =>
    Array.from({ length: items }, (_, i) => `- {name: n${i}, value: "v", more: [1, 2]}\n`).join('');
  const timeOf = (items: number): number => {
    const whole = text(items);
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      parseYaml(whole, 0);
      return performance.now() - start;
    });
    return Math.min(...times);
  };
  timeOf(1000); // warm up
  // eight times the text: quadratic would take 64 times as long
  expect(timeOf(32_000) / timeOf(4000)).toBeLessThan(24);
});
