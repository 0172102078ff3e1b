import { readFileSync, readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

const EXAMPLES = [
  'examples/three-tier',
  'examples/microservices',
  'test/bad-input',
  ...readdirSync('examples/lessons', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `examples/lessons/${entry.name}`),
];

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });

async function expectValid(schema: string, words: readonly string[]): Promise<void> {
  const id = `https://sluice.dev/schema/v1/${schema}.json`;
  const text = readFileSync(`docs/schema/${schema}.schema.json`, 'utf8');
  const validate = ajv.getSchema(id) ?? ajv.compile(JSON.parse(text) as object);
  const { stdout } = await sluice([...words, '-o', 'json']);
  expect(
    validate(JSON.parse(stdout)),
    `${words.join(' ')}: ${ajv.errorsText(validate.errors)}`,
  ).toBe(true);
}

describe.each(EXAMPLES)('the JSON of %s fits its schema', (folder) => {
  test('reach', async () => {
    await expectValid('reachability', ['reach', folder]);
    await expectValid('reachability', ['reach', folder, '--expand']);
    await expectValid('reachability', ['reach', folder, '--by', 'namespace']);
    await expectValid('reachability', ['reach', folder, '--by', 'label=app']);
  });

  test('check', () => expectValid('findings', ['check', folder]));
});

test.each([
  ['shop/web', 'shop/db', '3306'],
  ['shop/api', 'shop/db', '3306'],
  ['shop/web', 'svc/shop/api', '5000'],
  ['internet', 'shop/web', '80'],
  ['shop/web', 'shop/db', 'icmp'],
  ['shop/web', 'svc/shop/api', '81'],
])('the JSON of explain %s %s %s fits its schema', async (from, to, port) => {
  await expectValid('explanation', ['explain', from, to, port, '-f', 'examples/three-tier']);
});
