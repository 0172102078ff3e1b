import { readFileSync, readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { EXAMPLES } from './examples.ts';
import { NASTY_WORDS } from './nasty-words.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed } from './printed.ts';

interface Schema {
  readonly properties?: { readonly kind?: { readonly const?: string } };
}

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });

/** The published schemas, by the kind of document they are of. */
const SCHEMAS = new Map(
  readdirSync('docs/schema')
    .map((file) => JSON.parse(readFileSync(`docs/schema/${file}`, 'utf8')) as Schema)
    .map((schema) => [schema.properties?.kind?.const, ajv.compile(schema)]),
);

/** What readers of YAML 1.1 take, Kubernetes' among them: those of 1.2 take more in quotes (c-printable). */
const YAML_1_1 = /^[\t\n\r -~\u0085\u00A0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/** Its JSON fits the schema of its kind, and its YAML is the same to a reader of YAML. */
async function expectSame(words: readonly string[]): Promise<void> {
  const [json, yaml] = [await printed(words, 'json'), await printed(words, 'yaml')];
  const document = JSON.parse(json) as { kind: string };
  expect(load(yaml), words.join(' ')).toEqual(document);
  expect(yaml).toMatch(YAML_1_1);
  const isValid = SCHEMAS.get(document.kind);
  expect(isValid, `a schema for ${document.kind}`).toBeDefined();
  expect(isValid!(document), `${words.join(' ')}: ${ajv.errorsText(isValid!.errors)}`).toBe(true);
}

test.each(EXAMPLES)('JSON and YAML of %s are one, and fit their schemas', async (folder) => {
  await expectSame(['reach', folder]);
  await expectSame(['reach', folder, '--expand']);
  await expectSame(['reach', folder, '--by', 'namespace']);
  await expectSame(['reach', folder, '--from', 'internet', '--new-pod', 'ns=new,app=web,port=80']);
  await expectSame(['check', folder]);
  await expectSame(['diff', 'examples/three-tier', folder]);
});

test.each([
  ['shop/web', 'shop/db'],
  ['internet', 'shop/web', '80'],
  ['shop/web', 'svc/shop/api', '81'],
  ['192.0.2.1', 'shop/db', 'icmp'],
  ['shop/web', 'domain/example.org', '443'],
])('JSON and YAML of explain %s %s are one, and fit their schema', async (...words) => {
  await expectSame(['explain', ...words, '-f', 'examples/three-tier']);
});

test('JSON and YAML of test are one, and fit their schema', async () => {
  const words = ['test', '-f', 'examples/three-tier'];
  await expectSame(words);
  await expectSame([...words, '--coverage', '--mutate']);
  await expectSame([...words, 'examples/three-tier/expectations.yaml', '--accept-depends']);
});

test('JSON and YAML of nasty names are one, and fit their schemas', async () => {
  const { folder, later, expectations } = nastyWorld();
  await expectSame(['reach', folder]);
  await expectSame(['reach', folder, '--expand', '--from', 'internet']);
  await expectSame(['reach', folder, '--by', 'namespace']);
  await expectSame(['check', folder]);
  await expectSame(['diff', folder, later]);
  await expectSame(['test', expectations, '-f', folder]);
});

test('nasty names are whole in JSON', async () => {
  const { folder } = nastyWorld();
  const { endpoints } = JSON.parse(await printed(['reach', folder], 'json')) as {
    endpoints: { workload?: { name: string } }[];
  };
  const names = new Set(endpoints.map(({ workload }) => workload?.name));
  expect(NASTY_WORDS.filter((word) => !names.has(word))).toEqual([]);
});

test('what is broken is refused', () => {
  const isValid = SCHEMAS.get('Findings')!;
  const whole = { apiVersion: 'sluice.dev/v1', kind: 'Findings', problems: [], findings: [] };
  expect(isValid({ ...whole, suppressed: 0 })).toBe(true);
  expect(isValid({ ...whole, suppressed: '0' })).toBe(false);
  expect(isValid({ ...whole, suppressed: 0, more: 1 })).toBe(false);
  expect(() => load('a: "b')).toThrow('unexpected end');
  expect('a: "\u007F"').not.toMatch(YAML_1_1);
});
