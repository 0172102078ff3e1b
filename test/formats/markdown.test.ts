import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { visible } from '../../src/report/words/visible.ts';
import { EXAMPLES } from './examples.ts';
import { NASTY_WORDS } from './nasty-words.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed, printedJson } from './printed.ts';
import { rendered } from './rendered.ts';
import type { Rendered } from './rendered.ts';

const TABLE = ['table', 'thead', 'tbody', 'tr', 'th', 'td'];
const CODE = ['code', 'pre', 'code[class]'];

/** The elements each command makes; all else came out of what a user wrote. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  reach: [...TABLE, 'p', 'strong', 'br'],
  explain: ['pre', 'code[class]'],
  check: [...TABLE, ...CODE, 'p', 'strong'],
  diff: [...TABLE, 'p', 'strong', 'details', 'details[open]', 'summary', 'b', 'code'],
};

/** What divides cells; a reader adds those that a row lacks, and drops those it has too many. */
const BAR = /(?<!\\)\|/g;

async function seen(words: readonly string[]): Promise<Rendered> {
  const markdown = await printed(words, 'markdown');
  const page = rendered(markdown);
  const strange = [...page.elements].filter((name) => !MEANT[words[0]!]!.includes(name));
  expect(strange, words.join(' ')).toEqual([]);
  // the source must have no rows that a reader drops, and no cells a header has no room for
  const lines = markdown.split('\n').filter((line) => line.startsWith('|'));
  const rows = page.tables.flat().length + page.tables.length;
  expect(lines, words.join(' ')).toHaveLength(rows);
  for (const table of markdown.matchAll(/(?:^\|.*\n)+/gm)) {
    const bars = table[0]
      .trimEnd()
      .split('\n')
      .map((line) => line.match(BAR)!.length);
    expect(new Set(bars).size, table[0]).toBe(1);
  }
  return page;
}

interface Entry {
  readonly message: string;
  readonly place: { readonly file: string; readonly line: number; readonly column: number };
  readonly code: string;
}

/** A text without what must not reach a terminal or a page. */
function asPrinted(text: string): string {
  return text.replaceAll(/[^\P{Cc}\t]|[\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\uFFFD');
}

function withoutTicks(text: string): string {
  return text.replaceAll(/[`\u200B]/g, '');
}

async function expectCheck(folder: string): Promise<void> {
  const { tables, text } = await seen(['check', folder]);
  const { problems, findings } = await printedJson<{ problems: Entry[]; findings: Entry[] }>([
    'check',
    folder,
  ]);
  const entries = [...problems, ...findings];
  expect(tables).toHaveLength(entries.length === 0 ? 0 : 1);
  const rows = tables[0]?.slice(1) ?? [];
  expect(rows.map((row) => row[3])).toEqual(entries.map(({ code }) => code));
  for (const [i, { message, place }] of entries.entries()) {
    const where = asPrinted(`${place.file}:${place.line}:${place.column}`);
    expect(rows[i]![1]).toBe(where);
    const [told, meant] = [rows[i]![2]!, asPrinted(message)].map(withoutTicks);
    expect(told).toContain(meant);
  }
  expect(text).toContain('Sluice:');
}

test.each(EXAMPLES)('the Markdown of %s is what it is meant to be', async (folder) => {
  await seen(['reach', folder]);
  await seen(['reach', folder, '--by', 'namespace']);
  await seen(['reach', folder, '--from', 'internet']);
  await seen(['diff', 'examples/three-tier', folder]);
  await seen(['diff', folder, 'examples/lessons/01-everything-talks']);
  await expectCheck(folder);
});

test('the matrix of a small cluster has a row and a column for each of its ends', async () => {
  const { tables } = await seen(['reach', 'examples/three-tier']);
  const [[, ...columns] = [], ...rows] = tables[0]!;
  expect(columns.slice(2)).toEqual(['kube-system/coredns', 'shop/api', 'shop/db', 'shop/web']);
  const cells = rows.map(([name, ...row]) => [name, row[columns.indexOf('shop/db')]]);
  expect(Object.fromEntries(cells)).toMatchObject({ 'shop/api': 'TCP 3306', 'shop/web': '' });
});

test('the comment on a change has a table for each cause, and for what came and went', async () => {
  const lessons = ['02-deny-all', '04-allow-frontend'].map((name) => `examples/lessons/${name}`);
  const { tables, text } = await seen(['diff', ...lessons]);
  expect(tables.map(([head]) => head!.join())).toEqual([
    ',from,to,ports',
    ',from,to,ports,rule',
    'from,to,ports',
    'from,to,ports',
  ]);
  const [file] = [`${lessons[1]}/policy.yaml:13`];
  expect(tables[1]!.slice(1)).toEqual([
    ['opened', 'demo/frontend', 'demo/backend', 'all ports', file],
  ]);
  expect(text).toContain('NetworkPolicy demo/deny-all removed (examples/lessons/02-deny-all/');
});

test('nasty names stay text', async () => {
  const { folder, later } = nastyWorld();
  await expectCheck(folder);
  await seen(['reach', folder, '--by', 'namespace']);
  const ways = await seen(['reach', folder, '--from', 'internet']);
  expect(ways.tables).toHaveLength(2);
  await seen(['diff', later, folder, '--by', 'namespace']);
  const pages = [
    await seen(['reach', folder]),
    await seen(['diff', 'examples/lessons/02-deny-all', folder]),
    await seen(['diff', folder, 'examples/lessons/02-deny-all']),
  ];
  const texts = pages.map((page) => page.text.replaceAll('\u200B', '')).join('\n');
  for (const word of NASTY_WORDS) expect(texts).toContain(visible(word));
});

test('an explanation is one block of text, whatever it speaks of', async () => {
  const { folder } = nastyWorld();
  const { endpoints } = await printedJson<{
    endpoints: { namespace?: string; workload?: { name: string } }[];
  }>(['reach', folder]);
  for (const { namespace, workload } of endpoints) {
    // a slash divides the names an end is asked for by
    if (workload === undefined || workload.name.includes('/')) continue;
    const words = ['explain', 'internet', `${namespace}/${workload.name}`, '80', '-f', folder];
    const { blocks } = await seen(words);
    expect(blocks.map(({ tagName }) => tagName)).toEqual(['PRE']);
    expect(blocks[0]!.children).toHaveLength(1);
  }
});

test('the pages we write are Markdown too', () => {
  for (const page of ['README.md', 'docs/json.md', 'docs/findings.md'])
    for (const table of rendered(readFileSync(page, 'utf8')).tables)
      expect(new Set(table.map((row) => row.length)).size, page).toBe(1);
});

test.each([
  ['<b>x</b>', 'b'],
  ['[x](http://a.example)', 'a[href]'],
  ['see http://a.example', 'a[href]'],
  ['see www.a.example', 'a[href]'],
  ['see me@a.example', 'a[href]'],
  ['*x*', 'em'],
  ['| a |\n| --- |\n', 'table'],
])('the reader sees what %j is', (markdown, element) => {
  expect(rendered(markdown).elements).toContain(element);
});
