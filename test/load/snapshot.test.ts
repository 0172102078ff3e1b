import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { reading } from './loading.ts';
import { pod, useEmptyFolder, write } from './place.ts';

useEmptyFolder();

const ITEMS = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'x' }, spec: {} },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b', namespace: 'x' }, spec: {} },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'x' },
    spec: { podSelectr: {} },
  },
];
const HEAD = { time: '2026-11-20T10:00:00Z', context: 'prod' };
const OBJECTS = ['x/NetworkPolicy/p', 'x/Pod/a', 'x/Pod/b'];
const JSON_TEXT = JSON.stringify(
  { apiVersion: 'sluice.dev/v1', kind: 'Snapshot', metadata: HEAD, items: ITEMS },
  null,
  2,
);
const YAML_TEXT = `# taken by hand
apiVersion: sluice.dev/v1
kind: Snapshot # all of prod
metadata:
  time: "2026-11-20T10:00:00Z"
  context: prod
items:
${ITEMS.map((item) => `- ${JSON.stringify(item)}\n`).join('')}`;

describe('a snapshot', () => {
  test.each([
    ['JSON', JSON_TEXT],
    ['JSON on one line', JSON.stringify(JSON.parse(JSON_TEXT))],
    [
      'JSON with its keys in another order',
      JSON.stringify({
        items: ITEMS,
        metadata: HEAD,
        kind: 'Snapshot',
        apiVersion: 'sluice.dev/v1',
      }),
    ],
    ['YAML', YAML_TEXT],
    ['YAML with quotes', YAML_TEXT.replace('kind: Snapshot', '"kind": \'Snapshot\'')],
    ['YAML after other objects', `${pod('c', '  namespace: x\n')}---\n${YAML_TEXT}`],
    ['YAML with Windows line ends', YAML_TEXT.replaceAll('\n', '\r\n')],
  ])('in %s is the objects it holds', async (_, text) => {
    write({ 'prod.snapshot': text });
    const { objects, problems } = await reading(['prod.snapshot']);
    expect(objects.filter((object) => object !== 'x/Pod/c')).toEqual(OBJECTS);
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['unknown-field']);
  });

  test('is as good when it is packed', async () => {
    write({ 'prod.json.gz': gzipSync(JSON_TEXT) });
    expect((await reading(['prod.json.gz'])).objects).toEqual(OBJECTS);
    expect((await reading(['-'], {}, gzipSync(JSON_TEXT))).objects).toEqual(OBJECTS);
  });

  test('keeps every position', async () => {
    write({ 'prod.json': JSON_TEXT, 'prod.json.gz': gzipSync(JSON_TEXT) });
    const line = JSON_TEXT.split('\n').findIndex((one) => one.includes('podSelectr')) + 1;
    for (const file of ['prod.json', 'prod.json.gz']) {
      const { problems, texts } = await reading([file]);
      expect(problems).toEqual([`unknown-field ${file}:${line}`]);
      expect(texts.get(file)).toHaveLength(JSON_TEXT.length);
    }
  });

  test('of a later version is read as far as it goes, which is said', async () => {
    write({ 'prod.yaml': YAML_TEXT.replace('sluice.dev/v1', 'sluice.dev/v2') });
    const { objects, problems, messages } = await reading(['prod.yaml']);
    expect(objects).toEqual(OBJECTS);
    expect(problems[0]).toBe('unknown-version prod.yaml:2');
    expect(messages[0]).toBe(
      'unknown version `sluice.dev/v2` of Snapshot, perhaps of a newer Sluice; it is read as `sluice.dev/v1`',
    );
  });

  test('whose items are no list is told', async () => {
    write({ 'prod.json': '{"apiVersion":"sluice.dev/v1","kind":"Snapshot","items":7}' });
    expect((await reading(['prod.json'])).problems).toEqual(['wrong-type prod.json:1']);
  });

  test('an answer of Sluice is none', async () => {
    write({ 'map.json': '{"apiVersion":"sluice.dev/v1","kind":"Reachability","connections":[]}' });
    const { problems, messages } = await reading(['map.json']);
    expect(problems[0]).toBe('not-a-manifest map.json:1');
    expect(messages[0]).toBe(
      'this is a Reachability, an answer of Sluice and no source; give what it was made from',
    );
  });

  test('words that only look like one are left alone', async () => {
    const text = `${pod('a')}---
apiVersion: v1
kind: ConfigMap
metadata: { name: notes }
data:
  note: |
    apiVersion: sluice.dev/v1
    kind: Snapshot
`;
    write({ 'a.yaml': text });
    const { texts, objects } = await reading(['a.yaml']);
    expect(texts.get('a.yaml')).toBe(text);
    expect(objects).toEqual(['default/Pod/a']);
  });
});

describe('a packed file', () => {
  test('that is cut off is told', async () => {
    const packed = gzipSync(pod('a'));
    expect(gunzipSync(packed).toString()).toBe(pod('a'));
    write({ 'a.yaml.gz': packed.subarray(0, packed.length - 9) });
    const { messages } = await reading(['a.yaml.gz']);
    expect(messages).toEqual(['this is a gzip file that is damaged or cut off; make it again']);
  });

  test(
    'that grows out of all measure is refused before it does',
    { timeout: 120_000 },
    async () => {
      write({ 'bomb.gz': gzipSync(new Uint8Array(600_000_000), { level: 1 }) });
      const { problems } = await reading(['bomb.gz']);
      expect(problems).toEqual(['too-large bomb.gz:1']);
    },
  );
});
