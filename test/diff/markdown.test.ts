import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { diff, from, manifest, pod, policy } from './inputs.ts';

const PODS = [pod('web'), pod('api'), pod('db')];
const SHOP = manifest(...PODS, policy('db', 'db', `ingress: [${from('api', 3306)}]`));

/** As GitHub does: tables, and HTML inside. */
const RENDERER = new MarkdownIt({ html: true });

/** The cells of every table row, as a reader sees them. */
function rowsOf(markdown: string): string[][] {
  const rows: string[][] = [];
  const tokens = RENDERER.parse(markdown, {});
  tokens.forEach(({ type }, i) => {
    if (type === 'tr_open') rows.push([]);
    if (type === 'td_open' || type === 'th_open') rows.at(-1)!.push(textOf(tokens[i + 1]!));
  });
  return rows;
}

type Token = ReturnType<typeof RENDERER.parse>[number];

function textOf({ children }: Token): string {
  return (children ?? []).map(({ content }) => content).join('');
}

/** The tags that stand in the text, in their order. */
function tagsOf(markdown: string): string[] {
  return RENDERER.parse(markdown, {})
    .flatMap((token) => [token, ...(token.children ?? [])])
    .filter(({ type }) => type.startsWith('html_'))
    .flatMap(({ content }) => content.match(/<\/?[a-z]+/g) ?? []);
}

describe('markdown', () => {
  test('is a line, and a table for each cause', async () => {
    const { stdout } = await diff(SHOP, manifest(...PODS), '-o', 'markdown');
    expect(stdout.split('\n')[0]).toBe('**Sluice:** 2 connections opened, 1 widened');
    expect(rowsOf(stdout)).toEqual([
      ['', 'from', 'to', 'ports'],
      ['widened', 'shop/api', 'shop/db', 'TCP 3306 → all ports'],
      ['opened', 'shop/web, internet', 'shop/db', 'all ports'],
    ]);
    expect(tagsOf(stdout)).toEqual(
      '<details <summary <b </b <code </code </summary </details'.split(' '),
    );
  });

  test('of no change is one line', async () => {
    const { stdout } = await diff(SHOP, SHOP, '-o', 'markdown');
    expect(stdout).toBe('**Sluice:** no connection changes\n');
  });

  test.each([
    'd|b',
    '</summary><img src=x>',
    '@team',
    '`db`',
    '[db](http://x)',
    '**db**',
    '&lt;db',
  ])('shows a pod called %s as it is called', async (name) => {
    const odd = SHOP.replaceAll('name: db', `name: ${JSON.stringify(name)}`).replace(
      'port: 3306',
      'port: 5432',
    );
    const old = odd.replace('port: 5432', 'port: 3306');
    const { stdout } = await diff(old, odd, '-o', 'markdown');
    const cells = rowsOf(stdout).map((row) => row[2]!.replaceAll('\u200B', ''));
    expect(cells).toEqual(['to', `shop/${name}`]);
    expect(tagsOf(stdout)).toEqual(
      '<details <summary <b </b <code </code </summary </details'.split(' '),
    );
  });
});
