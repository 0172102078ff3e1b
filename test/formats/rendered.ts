import { JSDOM } from 'jsdom';
import type { PageElement } from 'jsdom';
import MarkdownIt from 'markdown-it';

/** Markdown as GitHub reads it: tables, strikethrough, HTML of one's own, addresses made links. */
const MARKDOWN = new MarkdownIt({ html: true, linkify: true });
// of addresses without a scheme, GitHub takes those of `www.` and of mail alone
MARKDOWN.linkify.set({ fuzzyLink: false }).add('www.', {
  validate: (text: string, at: number) => /^[\w.-]+/.exec(text.slice(at))?.[0].length ?? 0,
});

/** A rendered table: the texts of its cells, row by row, the header first. */
export type Table = readonly (readonly string[])[];

/** What a reader of a Markdown text sees. */
export interface Rendered {
  /** Every kind of element there is, as `name` or `name[attribute]`. */
  readonly elements: ReadonlySet<string>;
  readonly tables: readonly Table[];
  /** All text, as it would be copied from the page. */
  readonly text: string;
  /** What the page is made of, from the top. */
  readonly blocks: readonly PageElement[];
}

/** Renders Markdown to a page and looks at it. */
export function rendered(markdown: string): Rendered {
  const { document } = new JSDOM(MARKDOWN.render(markdown)).window;
  const elements = [...document.body.querySelectorAll('*')].map((element) => {
    const attributes = element.getAttributeNames();
    const name = element.tagName.toLowerCase();
    return attributes.length === 0 ? name : `${name}[${attributes.join()}]`;
  });
  const tables = [...document.querySelectorAll('table')].map((table) =>
    [...table.querySelectorAll('tr')].map((row) =>
      [...row.querySelectorAll('th, td')].map(({ textContent }) => textContent ?? ''),
    ),
  );
  const text = document.body.textContent ?? '';
  const blocks = Array.from(document.body.children);
  return { elements: new Set(elements), tables, text, blocks };
}
