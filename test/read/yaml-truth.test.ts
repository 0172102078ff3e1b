import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toPlain } from '../../src/read/yaml/node.ts';
import { parseYaml } from '../../src/read/yaml/tree.ts';

/** What kubectl makes of a text: the value under `spec`, or nothing but an error. */
interface Truth {
  readonly yaml: string;
  readonly json?: unknown;
  readonly refused?: true;
}

const { cases } = JSON.parse(readFileSync(new URL('yaml-truth.json', import.meta.url), 'utf8')) as {
  cases: Truth[];
};

const REFUSED = Symbol('refused');

/** Where we differ, with what comes out here and why that may be. */
const EXCEPTIONS: ReadonlyMap<string, { gives: unknown; because: string }> = new Map([
  [
    'spec: "\\u00e9\\x41\\t\\/"\n',
    { gives: 'éA\t/', because: '`\\/` is an escape of JSON, which goes the same way here' },
  ],
  ['spec: [-, a]\n', { gives: REFUSED, because: 'js-yaml wants a space after no `-` in brackets' }],
  ['spec: {a: -}\n', { gives: REFUSED, because: 'js-yaml wants a space after no `-` in brackets' }],
  [
    'spec:\n- a\n-\tb\n',
    {
      gives: ['a', 'b'],
      because: 'YAML 1.2 allows a tab after `-`, and nothing else can be meant',
    },
  ],
  [
    'spec:\n  a: 1\n  \t\n  b: 2\n',
    { gives: { a: 1, b: 2 }, because: 'a line of blanks is blank, with a tab too (YAML 1.2)' },
  ],
  [
    'spec:\n  a: &x-1_é 5\n  b: *x-1_é\n',
    { gives: { a: 5, b: 5 }, because: 'names of anchors may have any letters in YAML 1.2' },
  ],
  [
    'spec: !!binary /w==\n',
    { gives: REFUSED, because: 'bytes that are no text have no place in an object of the API' },
  ],
  ['spec: a\u0085b\n', { gives: 'a\u0085b', because: 'YAML 1.2 takes U+0085 for no line break' }],
]);

function read(yaml: string): unknown {
  const { roots, faults } = parseYaml(yaml, 0);
  if (faults.some(({ code }) => code !== 'duplicate-key')) return REFUSED;
  return (toPlain(roots[0]!) as { spec?: unknown }).spec ?? null;
}

test.each(cases)('$yaml', ({ yaml, json, refused }) => {
  const truth = refused === true ? REFUSED : json;
  const exception = EXCEPTIONS.get(yaml);
  expect(read(yaml)).toEqual(exception === undefined ? truth : exception.gives);
  if (exception !== undefined) expect(exception.gives).not.toEqual(truth);
});

test('every exception stands in the table', () => {
  const texts = cases.map(({ yaml }) => yaml);
  expect(texts).toEqual(expect.arrayContaining([...EXCEPTIONS.keys()]));
});
