import * as fc from 'fast-check';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { JSON_NOTATION, YAML_NOTATION } from '../../src/report/words/notation.ts';
import { SEED } from '../generators/seed.ts';

const WORDS = [
  '',
  'yes',
  'No',
  'null',
  '~',
  '- a',
  '1.0',
  '0x1',
  '2024-01-01',
  'a: b',
  'a #b',
  ' a',
  'a ',
  '"',
  '[',
  '*a',
  '&a',
  '!a',
  '::',
  '(open)',
  'shop/web',
  'NaN',
  '.inf',
  '=',
  '<<',
  'é',
  '\u0085',
  '\u2028',
];

test('what is written in either notation is read back the same', () => {
  for (const word of WORDS) {
    expect(load(YAML_NOTATION.value(word)), word).toBe(word);
    expect(JSON.parse(JSON_NOTATION.value(word)), word).toBe(word);
  }
  const values = fc.letrec<{ value: fc.JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(values, (value) => {
      const own = value as Parameters<typeof YAML_NOTATION.value>[0];
      expect(load(YAML_NOTATION.value(own))).toEqual(value);
    }),
    { seed: SEED, numRuns: 300 },
  );
});
