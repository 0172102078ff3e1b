import { XMLValidator } from 'fast-xml-parser';
import { JSDOM } from 'jsdom';
import type { Page } from 'jsdom';
import { expect, test } from 'vitest';
import { visible } from '../../src/report/words/visible.ts';
import { drawnIn } from '../report/drawing.ts';
import type { Area } from '../report/drawing.ts';
import { EXAMPLES } from './examples.ts';
import { NASTY_WORDS } from './nasty-words.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed, printedJson } from './printed.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** Reads a drawing as a browser reads a file of one; throws when it is not XML. */
function read(svg: string): Page {
  const fault = XMLValidator.validate(svg);
  if (fault !== true) throw new Error(fault.err.msg);
  const { document } = new JSDOM(svg, { contentType: 'image/svg+xml' }).window;
  const root = document.documentElement;
  expect([root.tagName, root.getAttribute('xmlns')]).toEqual(['svg', SVG]);
  return document;
}

const ELEMENTS = new Set(['title', 'style', 'rect', 'text', 'path']);

/** Reads the drawing a command prints, and measures it. */
async function drawn(words: readonly string[]): Promise<string[]> {
  const svg = await printed(words, 'svg');
  const page = read(svg);
  const elements = [...page.querySelectorAll('svg *')];
  const strange = elements.map(({ tagName }) => tagName).filter((name) => !ELEMENTS.has(name));
  expect(strange).toEqual([]);
  const root = page.documentElement;
  const [, , width, height] = root.getAttribute('viewBox')!.split(' ').map(Number);
  expect([width, height].map(String)).toEqual(
    ['width', 'height'].map((name) => root.getAttribute(name)),
  );
  const { boxes, texts, lines } = drawnIn(svg);
  for (const one of [...boxes, ...texts, ...lines]) {
    const isInside = one.left >= 0 && one.top >= 0 && one.right <= width! && one.bottom <= height!;
    expect(isInside, `${words.join(' ')}: ${JSON.stringify(one)} in the drawing`).toBe(true);
  }
  for (const text of texts)
    expect(
      boxes.some((box) => holds(box, text)),
      `${text.words} in a box`,
    ).toBe(true);
  return [...page.querySelectorAll('text')].map(({ textContent }) => textContent!);
}

function holds(box: Area, text: Area): boolean {
  return (
    text.left > box.left &&
    text.right < box.right &&
    text.top >= box.top &&
    text.bottom <= box.bottom + 1
  );
}

test.each(EXAMPLES)('the drawing of %s is XML, and all of it is inside', async (folder) => {
  const texts = await drawn(['reach', folder]);
  expect(texts.length).toBeGreaterThan(0);
  await drawn(['reach', folder, '--by', 'namespace']);
  await drawn(['reach', folder, '--by', 'label=app']);
});

test('names of every sort are drawn as they are', async () => {
  const { folder } = nastyWorld();
  await drawn(['reach', folder]);
  await drawn(['reach', folder, '--by', 'namespace']);
  const { endpoints } = await printedJson<{ endpoints: { namespace?: string }[] }>([
    'reach',
    folder,
  ]);
  const namespaces = new Set(endpoints.flatMap(({ namespace }) => namespace ?? []));
  const all: string[] = [];
  for (const namespace of namespaces)
    all.push(...(await drawn(['reach', folder, '--to', `${namespace}/*`])));
  // long names are broken into lines, and longer ones cut
  const text = all.join('').replaceAll(/\s/g, '');
  for (const word of NASTY_WORDS)
    expect(text).toContain(visible(word).replaceAll(/\s/g, '').slice(0, 60));
});

test.each([
  '<svg><text>a</svg>',
  '<svg><text>a & b</text></svg>',
  '<svg><text x="1" x="2">a</text></svg>',
  '<svg><text>\u001B</text></svg>',
  '<svg><text>\uFFFE</text></svg>',
])('the reader refuses %j', (svg) => {
  expect(() => read(svg)).toThrow();
});
