import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { load } from 'js-yaml';
import { Parser } from 'tap-parser';
import { describe, expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

const SHOP = ['test', '-f', 'examples/three-tier'];

/** Expectations of every fate, with all that a format must escape. */
const ODD = 'test/report/odd-expectations.yaml';
const BOTH = [...SHOP, ODD, 'examples/three-tier/expectations.yaml'];

/** How each of them ends. */
interface Fate {
  readonly title: string;
  readonly state: string;
}

async function fates(...words: string[]): Promise<Fate[]> {
  const { stdout } = await sluice([...BOTH, ...words, '-o', 'json']);
  return (JSON.parse(stdout) as { expectations: Fate[] }).expectations;
}

test('the file has expectations of every fate', async () => {
  const states = new Set((await fates()).map(({ state }) => state));
  expect([...states].sort()).toEqual(['broken', 'depends', 'failed', 'passed']);
});

describe('JUnit', () => {
  interface Case {
    readonly '@_name': string;
    readonly failure?: { readonly '@_message': string; readonly '#text': string };
    readonly error?: { readonly '@_message': string };
  }
  interface Suite {
    readonly '@_name': string;
    readonly '@_tests': string;
    readonly '@_failures': string;
    readonly '@_errors': string;
    readonly properties?: { readonly property: readonly { '@_name': string; '@_value': string }[] };
    readonly testcase: readonly Case[];
  }

  async function suitesOf(...words: string[]): Promise<Suite[]> {
    const { stdout } = await sluice([...BOTH, ...words, '-o', 'junit']);
    expect(XMLValidator.validate(stdout)).toBe(true);
    const parser = new XMLParser({
      ignoreAttributes: false,
      processEntities: true,
      htmlEntities: true,
      isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
    });
    const read = parser.parse(stdout) as { testsuites: { testsuite: Suite[] } };
    return read.testsuites.testsuite;
  }

  test('a reader of XML finds every expectation, once, with its fate', async () => {
    const suites = await suitesOf();
    const cases = suites.flatMap(({ testcase }) => testcase);
    const told = cases.map((one): Fate => {
      const state = one.error ? 'broken' : one.failure ? 'failed' : 'passed';
      return { title: one['@_name'], state };
    });
    const wanted = (await fates()).map(({ title, state }) => ({
      title,
      state: state === 'depends' ? 'failed' : state,
    }));
    expect(told.filter(({ title }) => !title.includes('can be read'))).toEqual(wanted);
  });

  test('its counts are right', async () => {
    for (const suite of await suitesOf()) {
      const { testcase } = suite;
      expect(suite['@_tests']).toBe(`${testcase.length}`);
      expect(suite['@_failures']).toBe(`${testcase.filter(({ failure }) => failure).length}`);
      expect(suite['@_errors']).toBe(`${testcase.filter(({ error }) => error).length}`);
    }
  });

  test('failures say why, and what would mend them', async () => {
    const failed = (await suitesOf()).flatMap(({ testcase }) =>
      testcase.flatMap(({ failure }) => failure ?? []),
    );
    const text = failed.map((one) => one['#text']).join('\n');
    expect(text).toContain('examples/three-tier/policies/db.yaml:3:1');
    expect(text).toContain('to allow it: add these policies');
  });

  test('coverage and score are properties', async () => {
    const [first] = await suitesOf('--coverage', '--mutate');
    expect(first!.properties!.property.map((one) => one['@_name'])).toEqual([
      'coverage',
      'mutation',
    ]);
  });
});

describe('TAP 14', () => {
  interface Point {
    readonly ok: boolean;
    readonly name: string;
    readonly diag?: { readonly state?: string; readonly at: { readonly line: number } };
  }

  async function pointsOf(...words: string[]): Promise<Point[]> {
    const { stdout } = await sluice([...BOTH, ...words, '-o', 'tap']);
    const points: Point[] = [];
    const parser = new Parser({ strict: true });
    parser.on('assert', (point: Point) => points.push(point));
    const done = new Promise<{ plan: { end: number }; failures: unknown[] }>((resolve) =>
      parser.on('complete', resolve),
    );
    parser.end(stdout);
    expect((await done).plan.end).toBe(points.length);
    return points;
  }

  test('a reader of TAP finds every expectation, with its fate and its place', async () => {
    const points = await pointsOf();
    const wanted = await fates();
    const own = points.filter(({ name }) => !name.includes('can be read'));
    expect(own.map(({ name }) => name)).toEqual(wanted.map(({ title }) => title));
    expect(own.map(({ ok }) => ok)).toEqual(wanted.map(({ state }) => state === 'passed'));
    for (const { ok, diag } of own) if (!ok) expect(diag!.at.line).toBeGreaterThan(0);
  });

  test('what depends is ok when it is accepted, and still told of', async () => {
    const states = await fates();
    const points = (await pointsOf('--accept-depends')).filter(
      ({ name }) => !name.includes('can be read'),
    );
    points.forEach(({ ok, diag }, i) => {
      if (states[i]!.state !== 'depends') return;
      expect(ok).toBe(true);
      expect(diag!.state).toBe('depends');
    });
  });
});

describe('JSON', () => {
  const schemaOf = (name: string): ReturnType<Ajv2020['compile']> =>
    new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
      JSON.parse(readFileSync(`docs/schema/${name}.schema.json`, 'utf8')) as object,
    );

  test('fits its schema', async () => {
    const validate = schemaOf('test-results');
    for (const words of [
      BOTH,
      [...BOTH, '--coverage', '--mutate'],
      ['test', '-f', 'examples/microservices', '--coverage', '--mutate'],
    ]) {
      const { stdout } = await sluice([...words, '-o', 'json']);
      void validate(JSON.parse(stdout));
      expect(validate.errors).toBe(null);
    }
  });

  test('and YAML says the same', async () => {
    const json = await sluice([...BOTH, '-o', 'json']);
    const yaml = await sluice([...BOTH, '-o', 'yaml']);
    expect(load(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  });

  test.each(['examples/three-tier', 'examples/microservices'])(
    'the expectations of %s fit theirs',
    (folder) => {
      const validate = schemaOf('expectations');
      void validate(load(readFileSync(`${folder}/expectations.yaml`, 'utf8')));
      expect(validate.errors).toBe(null);
    },
  );
});
