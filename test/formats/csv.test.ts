import { expect, test } from 'vitest';
import { visible } from '../../src/report/words/visible.ts';
import { csvObjects, csvRecords } from './csv.ts';
import { EXAMPLES } from './examples.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed, printedJson } from './printed.ts';

interface Pairs {
  readonly connections: readonly {
    readonly from: string;
    readonly to: string;
    readonly certainty: string;
    readonly because?: string;
  }[];
}

async function expectReach(folder: string): Promise<void> {
  const words = ['reach', folder];
  expect(csvRecords(await printed(words, 'csv'))[0]!.join()).toBe(
    'from,to,certainty,protocol,ports,because',
  );
  csvRecords(await printed([...words, '--by', 'namespace'], 'csv'));
  csvRecords(await printed([...words, '--by', 'label=app', '--expand'], 'csv'));
  const pairs = csvObjects(await printed([...words, '--expand'], 'csv'));
  const told = pairs.map(({ from, to, certainty, because }) => [from, to, certainty, because]);
  const { connections } = await printedJson<Pairs>([...words, '--expand']);
  const meant = connections.map(({ from, to, certainty, because = '' }) => [
    ...[from, to].map(visible),
    certainty,
    visible(because),
  ]);
  expect(new Set(told.map((one) => one.join('\n')))).toEqual(
    new Set(meant.map((one) => one.join('\n'))),
  );
}

interface Entry {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly place: { readonly file: string; readonly line: number; readonly column: number };
  readonly subject?: string;
  readonly fix?: { readonly summary: string };
}

async function expectCheck(folder: string): Promise<void> {
  const rows = csvObjects(await printed(['check', folder], 'csv'));
  const { problems, findings } = await printedJson<{ problems: Entry[]; findings: Entry[] }>([
    'check',
    folder,
  ]);
  expect(rows).toEqual(
    [...problems, ...findings].map(({ severity, code, message, place, subject, fix }) =>
      expect.objectContaining({
        severity,
        code,
        file: visible(place.file),
        line: String(place.line),
        column: String(place.column),
        subject: visible(subject ?? ''),
        message: visible(message),
        fix: visible(fix?.summary ?? ''),
      }),
    ),
  );
}

async function expectDiff(old: string, current: string): Promise<void> {
  const rows = csvObjects(await printed(['diff', old, current], 'csv'));
  const { connections } = await printedJson<{ connections: { change: string }[] }>([
    'diff',
    old,
    current,
  ]);
  expect(rows.map(({ change }) => change)).toEqual(connections.map(({ change }) => change));
}

test.each(EXAMPLES)('the CSV of %s says what its JSON says', async (folder) => {
  await expectReach(folder);
  await expectCheck(folder);
  await expectDiff('examples/three-tier', folder);
});

test('the CSV of nasty names says what its JSON says', async () => {
  const { folder, later } = nastyWorld();
  await expectReach(folder);
  await expectCheck(folder);
  await expectDiff(folder, later);
});

test.each([
  ['a,b\n1\n', 'record 2 has 1 fields'],
  ['a\n"b\n', 'a quote is not closed'],
  ['a\nb"c\n', 'a record goes on'],
  ['a\n"b"c\n', 'a record goes on'],
  ['a\nb', 'a record goes on'],
  ['a\nb\r\n', 'a record goes on'],
  ['a\n"\u001B"\n', 'a control character'],
  ['a\n\u0007\n', 'a record goes on'],
])('the reader refuses %j', (text, why) => {
  expect(() => csvRecords(text)).toThrow(why);
});

test('the reader reads what is quoted', () => {
  expect(csvRecords('a,b\n"x, ""y""\nz",\n')).toEqual([
    ['a', 'b'],
    ['x, "y"\nz', ''],
  ]);
});
