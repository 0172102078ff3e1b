import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { JSDOM } from 'jsdom';
import { expect, test } from 'vitest';
import { NASTY_WORDS } from './nasty-words.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed, printedJson } from './printed.ts';

/** A JUnit report as a reader of it has it: every element a list, attributes beside children. */
interface Report {
  readonly '?xml': readonly [{ readonly version: string }];
  readonly testsuites: readonly [Counts & { readonly testsuite: readonly Suite[] }];
}

interface Counts {
  readonly tests: string;
  readonly failures: string;
  readonly errors: string;
}

interface Suite extends Counts {
  readonly name: string;
  readonly properties?: readonly {
    readonly property: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly testcase: readonly Case[];
}

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly file: string;
  readonly line: string;
  readonly failure?: readonly Outcome[];
  readonly error?: readonly Outcome[];
  readonly 'system-out'?: readonly string[];
}

interface Outcome {
  readonly message: string;
  readonly type: string;
  readonly '#text': string;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  trimValues: false,
  // of whitespace between elements no text is made
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
  htmlEntities: true,
  processEntities: { enabled: true, maxTotalExpansions: 1e6, maxExpandedLength: 1e8 },
});

function read(xml: string): Report {
  const fault = XMLValidator.validate(xml);
  if (fault !== true) throw new Error(fault.err.msg);
  const { document } = new JSDOM(xml, { contentType: 'application/xml' }).window;
  expect(document.documentElement.tagName).toBe('testsuites');
  // a reader makes spaces of the line breaks and tabs that stand in an attribute (XML 1.0, 3.3.3)
  for (const [attribute] of xml.matchAll(/\w+="[^"]*"/g)) expect(attribute).not.toMatch(/[\t\n\r]/);
  return parser.parse(xml) as Report;
}

/** The test cases of a command, in suites whose counts are right. */
async function cases(words: readonly string[]): Promise<readonly Case[]> {
  const report = read(await printed(words, 'junit'));
  const [{ testsuite, ...all }] = report.testsuites;
  for (const { testcase, ...suite } of testsuite) {
    expect(countsOf(testcase)).toEqual(pick(suite));
    for (const one of testcase) {
      expect([one.classname, one.file]).toEqual([suite.name, suite.name]);
      expect(Number(one.line)).toBeGreaterThan(0);
      const outcomes = [one.failure, one.error, one['system-out']].filter((of) => of !== undefined);
      expect(outcomes.length).toBeLessThanOrEqual(1);
    }
  }
  const found = testsuite.flatMap(({ testcase }) => testcase);
  expect(countsOf(found)).toEqual(pick(all));
  return found;
}

function pick({ tests, failures, errors }: Counts): number[] {
  return [tests, failures, errors].map(Number);
}

function countsOf(all: readonly Case[]): number[] {
  const failures = all.filter(({ failure }) => failure !== undefined);
  return [all.length, failures.length, all.filter(({ error }) => error !== undefined).length];
}

interface Results {
  readonly summary: { passed: number; failed: number; depends: number; broken: number };
  readonly expectations: readonly { readonly title: string; readonly because?: string }[];
}

async function expectSame(words: readonly string[]): Promise<readonly Case[]> {
  const found = await cases(words);
  const { summary, expectations } = await printedJson<Results>(words);
  const { passed, failed, depends, broken } = summary;
  const [tests, failures, errors] = countsOf(found);
  expect(tests).toBe(passed + failed + depends + broken);
  expect(errors).toBe(broken);
  expect(failures).toBe(words.includes('--accept-depends') ? failed : failed + depends);
  const names = found.slice(-expectations.length).map(({ name }) => name);
  expect(names).toEqual(expectations.map(({ title }) => asXml(title)));
  return found;
}

/** A text as XML 1.0 can hold it (2.2). */
function asXml(text: string): string {
  return text.replaceAll(/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}

test('the JUnit report of an example is read, and its counts are right', async () => {
  const words = ['test', '-f', 'examples/three-tier'];
  await expectSame(words);
  await expectSame([...words, '--accept-depends']);
  const xml = read(await printed([...words, '--coverage', '--mutate'], 'junit'));
  const [{ testsuite }] = xml.testsuites;
  const properties = testsuite[0]!.properties![0]!.property.map(({ name }) => name);
  expect(properties).toEqual(['coverage', 'mutation']);
});

test('an expectation that does not hold is a failure with its reason', async () => {
  const found = await cases([
    'test',
    'examples/three-tier/expectations.yaml',
    '-f',
    'examples/lessons/01-everything-talks',
  ]);
  expect(found.some(({ error }) => error !== undefined)).toBe(true);
});

test('nasty reasons and names are in the JUnit report as they are', async () => {
  const { folder, expectations } = nastyWorld();
  const found = await expectSame(['test', expectations, '-f', folder]);
  const text = found
    .flatMap(({ failure = [], error = [] }) => [...failure, ...error])
    .map((outcome) => outcome['#text'])
    .join('\n');
  for (const word of NASTY_WORDS)
    expect(text).toContain(`because: ${asXml(word.replaceAll('\r\n', '\n'))}`);
});

test.each([
  '<testsuites><testsuite></testsuites>',
  '<testsuites name="a & b"/>',
  '<testsuites name="a" name="b"/>',
  '<testsuites name="a\tb"/>',
  '<testsuites>\u001B</testsuites>',
])('the reader refuses %j', (xml) => {
  expect(() => read(xml)).toThrow();
});
