/** The quick reader of simple YAML gives the tree that js-yaml gives, or leaves the text to it. */

import { readFileSync, readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitDocuments } from '../../src/read/yaml/pieces.ts';
import { readSimpleYaml } from '../../src/read/yaml/simple-yaml.ts';
import { parseAnyYaml } from '../../src/read/yaml/tree.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url);
const CASES = new URL('../cases/', import.meta.url);
const BASE = 1000;

/** The documents of all examples and cases. */
const MANIFESTS: readonly string[] = [EXAMPLES, CASES].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => [...splitDocuments(readFileSync(new URL(file, folder), 'utf8'))])
    .map(({ text }) => text),
);

function expectSame(text: string): boolean {
  const simple = readSimpleYaml(text, BASE);
  if (simple !== undefined) {
    expect(parseAnyYaml(text, BASE), text).toEqual({ roots: [simple], faults: [] });
  }
  return simple !== undefined;
}

test('most manifests are simple', () => {
  const simple = MANIFESTS.filter(expectSame);
  expect(simple.length).toBeGreaterThan(0.8 * MANIFESTS.length);
});

const PARTS = [
  ['\n', ' ', '  ', '\n  ', '\n- ', ':', ': ', '-', '- ', '#', ' #', ',', '{', '}', '[', ']'],
  ['"', "'", '|', '|\n', '|-\n  x\n', '>', '&a ', '*a', '!t ', '<<', '? ', '%', '@', '`', '='],
  ['~', 'null', 'yes', '0x1', '1_0', '.inf', '.', '...', '\n...\n'],
  ['---', '\n---\n', '\\', '\\n'],
  ['\\x41', 'é', '\u00A0', '\uFEFF', '😀', '\r', '\t', '\0', '\u0085', 'a', 'key', '1', 'a: b'],
  ['{a: b}', '[a, b]', '"q"', "'s'", '\n\n', '    '],
].flat();

/** One change of a text: what is taken away at a point of it, and what is put there. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  without: fc.nat(3),
  part: fc.constantFrom('', ...PARTS),
});

const edited = fc
  .tuple(
    fc.constantFrom(...MANIFESTS.filter(({ length }) => length < 1500)),
    fc.array(edit, { minLength: 1, maxLength: 4 }),
  )
  .map(([manifest, edits]) =>
    edits.reduce((text, { at, without, part }) => {
      const offset = Math.floor(at * text.length);
      return text.slice(0, offset) + part + text.slice(offset + without);
    }, manifest),
  );

test('an edited manifest is read as js-yaml reads it', () => {
  fc.assert(
    fc.property(edited, (text) => void expectSame(text)),
    { numRuns: 5000 },
  );
});

const LINES = [
  ['a: b', 'a:', '- ', '- a', '-', '{', '}', '[', ']', '"', "'", '|', '? ', ': ', '# c', '---'],
  ['...', ',', '"a"', 'b: |', 'b: |-', 'c: {d: e}', 'c: [d, e]', "f: 'g'", '- k: v', '- - x'],
  ['{"a": 1,', '"b":[1,2', '-1', '--x', ':x', 'x:y', 'y: 1', '"a": 1'],
].flat();

const soup = fc
  .array(fc.tuple(fc.constantFrom(...LINES), fc.constantFrom('', ' ', '\n', '\n  ', '\n    ')), {
    maxLength: 12,
  })
  .map((parts) => parts.flat().join(''));

test('any soup of lines is read as js-yaml reads it', () => {
  fc.assert(
    fc.property(soup, (text) => void expectSame(text)),
    { numRuns: 5000 },
  );
});
