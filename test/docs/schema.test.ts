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
    await expectValid('reachability', ['reach', folder, '--new-pod', 'ns=shop,app=web']);
  });

  test('check', () => expectValid('findings', ['check', folder]));
});

test('the JSON of every kind of way in fits its schema', async () => {
  await expectValid('reachability', ['reach', 'test/ways-in/cases']);
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

test.each([
  ['06-and', '07-or'],
  ['03-deny-all-egress', '04-allow-frontend'],
  ['09-ip-block', '12-egress-to-a-range'],
  ['14-named-port', '14-named-port'],
])('the JSON of diff %s %s fits its schema', async (old, current) => {
  await expectValid('difference', [
    'diff',
    `examples/lessons/${old}`,
    `examples/lessons/${current}`,
  ]);
  await expectValid('difference', ['diff', `examples/lessons/${old}`, 'test/bad-input']);
});

test('the JSON of a diff of every kind of way in fits its schema', async () => {
  const ways = 'test/ways-in/cases';
  await expectValid('difference', ['diff', ways, 'examples/microservices']);
  await expectValid('difference', ['diff', 'examples/microservices', ways]);
});
