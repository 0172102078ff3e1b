import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeSource } from '../../src/load/decode.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

function utf16(text: string, order: 'little' | 'big'): Uint8Array {
  const encoded = new Uint8Array(text.length * 2);
  const view = new DataView(encoded.buffer);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(i * 2, text.charCodeAt(i), order === 'little');
  }
  return encoded;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** What bytes become: the text, and the problems as `CODE LINE:COLUMN`. */
function decode(given: Uint8Array): { text: string; problems: string[] } {
  const { source, problems } = decodeSource('a.yaml', given);
  for (const { place } of problems) expect(place.source).toBe(source);
  return {
    text: source.text,
    problems: problems.map(({ code, place }) => `${code} ${place.line}:${place.column}`),
  };
}

const TEXT = 'kind: Pöd # 😀\n';

test.each([
  ['UTF-8', utf8(TEXT)],
  ['UTF-8 with its mark', join(bytes(0xef, 0xbb, 0xbf), utf8(TEXT))],
  ['UTF-16, little end first', join(bytes(0xff, 0xfe), utf16(TEXT, 'little'))],
  ['UTF-16, big end first', join(bytes(0xfe, 0xff), utf16(TEXT, 'big'))],
  ['UTF-16 without its mark', utf16(TEXT, 'little')],
  ['UTF-16 without its mark, big end first', utf16(TEXT, 'big')],
])('%s is text', (_, given) => {
  expect(decode(given)).toEqual({ text: TEXT, problems: [] });
});

test('of several marks only the first is dropped', () => {
  const mark = bytes(0xef, 0xbb, 0xbf);
  expect(decode(join(mark, mark, utf8('a'))).text).toBe('\uFEFFa');
});

test('the first byte that is not UTF-8 is pointed at', () => {
  const given = join(utf8('ä: \uFFFD\n😀b: '), bytes(0xe9, 0x20, 0xff), utf8('\n'));
  const { text, problems } = decode(given);
  expect(text).toBe('ä: \uFFFD\n😀b: \uFFFD \uFFFD\n');
  expect(problems).toEqual(['not-utf8 2:6']);
  expect(decodeSource('a', given).problems[0]!.message).toContain('0xE9');
});

test('a character that is cut off at the end is pointed at', () => {
  expect(decode(join(utf8('a: '), utf8('😀').subarray(0, 3))).problems).toEqual(['not-utf8 1:4']);
});

test('a replacement character that was written is no fault', () => {
  expect(decode(utf8('a: \uFFFD\n')).problems).toEqual([]);
});

test('half of a UTF-16 character is pointed at', () => {
  const given = join(bytes(0xff, 0xfe), utf16('a: \n', 'little'), bytes(0x3d, 0xd8));
  expect(decode(given).problems).toEqual(['not-utf8 2:1']);
});

test.each([
  ['gzip', gzipSync('kind: Pod\n')],
  ['zip', bytes(0x50, 0x4b, 3, 4, 0)],
  ['PNG', bytes(0x89, 0x50, 0x4e, 0x47, 13, 10)],
  ['tar', join(new Uint8Array(257), utf8('ustar'), new Uint8Array(100))],
  ['UTF-32', bytes(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0)],
  ['zeros', new Uint8Array(100)],
])('%s is no text', (_, given) => {
  expect(decode(given)).toEqual({ text: '', problems: ['not-text 1:1'] });
});

test('one stray zero byte is left for the parser to point at', () => {
  expect(decode(utf8('a: b\0c\n'))).toEqual({ text: 'a: b\0c\n', problems: [] });
});

test('an empty file is said to be empty', () => {
  expect(decode(bytes())).toEqual({ text: '', problems: ['no-objects 1:1'] });
});
