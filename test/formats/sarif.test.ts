import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { lint } from '../../src/lint/run/lint.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { reportFindings } from '../../src/report/findings/findings.ts';
import { EXAMPLES } from './examples.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed } from './printed.ts';
import { rendered } from './rendered.ts';
import { sarifValidator } from './sarif.ts';
import type { SarifLocation, SarifLog, SarifResult } from './sarif.ts';

const isValid = sarifValidator();

/** The results of a command, whose log is valid, hangs together, and speaks of places there are. */
async function results(words: readonly string[]): Promise<readonly SarifResult[]> {
  const log = JSON.parse(await printed(words, 'sarif')) as SarifLog;
  expect(isValid(log), JSON.stringify(isValid.errors?.slice(0, 3))).toBe(true);
  expect(log.runs).toHaveLength(1);
  const { tool, results: all } = log.runs[0]!;
  const ids = tool.driver.rules.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { ruleId, ruleIndex, message, locations = [], relatedLocations = [] } of all) {
    expect(ids[ruleIndex]).toBe(ruleId);
    // what a page shows of it: words and code, and nothing a user's words could make of it
    if (message.markdown !== undefined) {
      const strange = [...rendered(message.markdown).elements].filter((one) => !MEANT.has(one));
      expect(strange, message.markdown).toEqual([]);
    }
    expect(message.text).toMatch(/^[^\p{Cc}\p{Cs}\p{Bidi_Control}]*(?:\n|[^\p{Cc}]|\t)*$/u);
    for (const location of [...locations, ...relatedLocations]) expectPlace(location);
  }
  return all;
}

const MEANT = new Set(['p', 'code', 'pre', 'code[class]']);

function expectPlace({ physicalLocation: { artifactLocation, region } }: SarifLocation): void {
  const { uri } = artifactLocation;
  expect(uri).not.toMatch(/^[A-Za-z][\w+.-]*:|^\//);
  const file = decodeURIComponent(uri);
  // where files have drives, a backslash divides folders, and it is read so everywhere
  if (file.endsWith('back/slash.yaml')) return;
  expect(existsSync(file), uri).toBe(true);
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(region.startLine).toBeLessThanOrEqual(lines.length);
  expect(region.startColumn).toBeLessThanOrEqual(lines[region.startLine - 1]!.length + 1);
}

test.each(EXAMPLES)('the SARIF of %s fits the schema and the files', async (folder) => {
  await results(['check', folder]);
  await results(['diff', 'examples/three-tier', folder]);
});

test('the SARIF of nasty names fits the schema and the files', async () => {
  const { folder, later } = nastyWorld();
  const found = await results(['check', folder]);
  expect(found.length).toBeGreaterThan(100);
  const changed = await results(['diff', folder, later]);
  expect(changed.length).toBeGreaterThan(5);
  await results(['diff', folder, later, '--by', 'namespace']);
});

test.each([
  ['k8s/a b|c#1?.yaml', 'k8s/a%20b%7Cc%231%3F.yaml'],
  ['colon:first.yaml', 'colon%3Afirst.yaml'],
  ['c:deploy.yaml', 'c%3Adeploy.yaml'],
  ['k8s/a:b.yaml', 'k8s/a:b.yaml'],
  ['100%41.yaml', '100%2541.yaml'],
  ['new\nline.yaml', 'new%0Aline.yaml'],
  ['\uD800half.yaml', '%EF%BF%BDhalf.yaml'],
  ['git:main:k8s/a b.yaml', 'git:main:k8s/a%20b.yaml'],
])('the file %j is the URI %s', (file, uri) => {
  const cluster = readCluster([new Source(file, '{kind: NetworkPolicy}')]);
  const result = lint(cluster, new Reachability(cluster));
  const { problems } = cluster;
  const pieces = reportFindings({ problems, result, format: 'sarif', colour: false });
  const log = JSON.parse([...pieces].join('')) as SarifLog;
  expect(isValid(log), JSON.stringify(isValid.errors)).toBe(true);
  const [{ physicalLocation }] = log.runs[0]!.results[0]!.locations! as [SarifLocation];
  expect(physicalLocation.artifactLocation.uri).toBe(uri);
});

test('what is broken is refused', async () => {
  const text = await printed(['check', 'test/bad-input'], 'sarif');
  const broken = (change: (log: string) => string): boolean =>
    isValid(JSON.parse(change(text)) as unknown);
  expect(broken((log) => log)).toBe(true);
  expect(broken((log) => log.replaceAll('"startLine": ', '"startLine": -'))).toBe(false);
  expect(broken((log) => log.replaceAll('"level": "warning"', '"level": "info"'))).toBe(false);
  expect(broken((log) => log.replaceAll('"uri": "', '"uri": "a b|'))).toBe(false);
  expect(broken((log) => log.replaceAll('"uri": "', '"uri": "%zz'))).toBe(false);
  expect(broken((log) => log.replaceAll('"text"', '"words"'))).toBe(false);
  expect(broken((log) => log.replaceAll('"ruleIndex": ', '"ruleIndex": 0.5'))).toBe(false);
});
