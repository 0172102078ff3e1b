import { describe, expect, test } from 'vitest';
import { sourcesOfTemplates } from '../../src/load/helm-output.ts';
import { inNamespace } from '../../src/load/release-namespace.ts';
import { RenderedSource } from '../../src/load/rendered-source.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

const SPEC = 'spec: { containers: [{ name: a, image: "a:1" }] }';

/** Where the pods of a text are once it is put in `market`, and on which line they begin. */
function placed(text: string): string[] {
  const source = inNamespace(new RenderedSource('a', text, 0), 'market');
  const { workloads, problems } = readCluster([source]);
  expect(problems).toEqual([]);
  return workloads.map(({ namespace, name, place }) => `${namespace}/${name} ${place.line}`);
}

describe('the namespace of a release', () => {
  test.each([
    ['a map', `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n${SPEC}\n`, ['market/a 1']],
    [
      'Windows line ends',
      `apiVersion: v1\r\nkind: Pod\r\nmetadata:\r\n  name: a\r\n${SPEC}\r\n`,
      ['market/a 1'],
    ],
    [
      'a map in braces',
      `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n${SPEC}\n`,
      ['market/a 1'],
    ],
    [
      'JSON',
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[]}}',
      ['market/a 1'],
    ],
    [
      'one that is empty',
      `apiVersion: v1\nkind: Pod\nmetadata:\n  namespace:\n  name: a\n${SPEC}\n`,
      ['market/a 1'],
    ],
    [
      'one that is ""',
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: "" # none\n${SPEC}\n`,
      ['market/a 1'],
    ],
    [
      'one that is null',
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: null}\n${SPEC}\n`,
      ['market/a 1'],
    ],
    [
      'one of its own',
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: own\n${SPEC}\n`,
      ['own/a 1'],
    ],
    [
      'a list',
      `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: a\n  ${SPEC}\n- apiVersion: v1\n  kind: Pod\n  metadata: { name: b, namespace: own }\n  ${SPEC}\n`,
      ['market/a 4', 'own/b 9'],
    ],
    [
      'several documents',
      `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n${SPEC}\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: b\n${SPEC}\n`,
      ['market/a 1', 'market/b 7'],
    ],
  ])('%s', (_, text, pods) => {
    expect(placed(text)).toEqual(pods);
  });

  test('lines and columns are those of the text that was rendered', () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: 7\n${SPEC}\n`;
    const place = (source: Source): string => readCluster([source]).problems[0]!.place.toString();
    const filled = inNamespace(new RenderedSource('a', text, 0), 'market');
    expect(filled.text).toContain('  namespace: "market"\n  name: a\n');
    expect(place(filled)).toBe(place(new Source('a', text)));
  });

  test('a Namespace has none', () => {
    const source = new RenderedSource(
      'a',
      'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: x\n',
      0,
    );
    expect(inNamespace(source, 'market')).toBe(source);
  });

  test('`default` changes nothing', () => {
    const source = new RenderedSource(
      'a',
      `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n${SPEC}\n`,
      0,
    );
    expect(inNamespace(source, 'default')).toBe(source);
  });
});

describe('the output of helm', () => {
  const document = (template: string, name: string): string =>
    `---\n# Source: web/${template}\napiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\n${SPEC}\n`;

  test('is taken apart by template, its lines counted through each', () => {
    const output = [
      document('templates/a.yaml', 'a'),
      document('charts/db/templates/b.yaml', 'b'),
      document('templates/a.yaml', 'c'),
    ].join('');
    const sources = sourcesOfTemplates(new Source('web', output), (name) => `here/${name}`);
    expect(sources.map(({ text }) => text).join('')).toBe(output);
    expect(readCluster(sources).workloads.map(({ place }) => place.toString())).toEqual([
      'here/templates/a.yaml (rendered):3:1',
      'here/charts/db/templates/b.yaml (rendered):3:1',
      'here/templates/a.yaml (rendered):9:1',
    ]);
  });

  test('that does not say where it is from is still read', () => {
    const output = `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n${SPEC}\n`;
    const [source] = sourcesOfTemplates(new Source('web (rendered)', output), String);
    expect([source!.file, source!.text]).toEqual(['web (rendered)', output]);
  });
});
