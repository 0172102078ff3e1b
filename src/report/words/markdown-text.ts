import { printable } from './excerpt.ts';
import { visible } from './visible.ts';

// GitHub's dialect (github.github.com/gfm), which also makes links of addresses and calls whom an `@` names

/** Text that Markdown shows as it is, inside a table too. */
export function markdownText(text: string): string {
  return escaped(visible(text));
}

/** A message, whose backticks are Markdown already; nothing else in it becomes any. */
export function markdownMessage(message: string): string {
  const parts = printable(message).split('`');
  const last = parts.length - 1;
  return parts
    .map((part, i) => {
      if (i % 2 === 0) return escaped(part);
      // the odd one out closes nothing
      return i === last ? `\\\`${escaped(part)}` : markdownCode(part);
    })
    .join('');
}

/** Text as code on a line. */
export function markdownCode(text: string): string {
  const shown = printable(text);
  if (shown === '') return '\\`\\`';
  // in backticks there is no way to write a backtick, nor a backslash before a bar in a table (6.1, 4.10)
  if (/`|\\\||^ .* $/.test(shown)) return `<code>${htmlText(shown)}</code>`;
  return `\`${shown}\``;
}

/** Markdown as a cell of a table holds it: the bars in its code would end the cell. */
export function markdownCell(markdown: string): string {
  return markdown.replaceAll(/(?<!\\)\|/g, '\\|');
}

/** Text between tags, where Markdown may be read, or not. */
export function htmlText(text: string): string {
  return visible(text)
    .replaceAll(/[\\`*_[\]<>|&#~"]/g, (one) => `&#${one.charCodeAt(0)};`)
    .replaceAll(/:(?=\/\/)/g, '&#58;')
    .replaceAll(/(?<=\bwww)\./gi, '&#46;')
    .replaceAll('@', '@\u200B');
}

function escaped(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]<>|&#~]/g, (one) => `\\${one}`)
    .replaceAll(/:(?=\/\/)|(?<=\bwww)\./gi, (one) => `\\${one}`)
    .replaceAll('@', '@\u200B');
}
