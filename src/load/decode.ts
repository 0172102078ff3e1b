import { Place, Source } from '../model/place.ts';
import type { Problem, Severity } from '../model/problem.ts';

/** A text, and what was wrong with its bytes. */
export interface Decoded {
  readonly source: Source;
  readonly problems: Problem[];
}

/** Files larger than this are refused: no string of JavaScript holds much more (2^29 characters in V8). */
export const MOST_BYTES = 500_000_000;

/** How much of a file is looked at to tell whether it is text. */
const GLANCE = 8000;
const MOST_ZEROS = 8;

/**
 * Turns the bytes of a file into text: UTF-8, or UTF-16 by its byte order mark or its zero bytes, as
 * kubectl takes both (YAML 1.1, section 5.2). A byte order mark is dropped. Bytes that are no UTF-8
 * become U+FFFD, and the first of them is a problem. A file that is no text gives one problem and an
 * empty source.
 */
export function decodeSource(file: string, bytes: Uint8Array): Decoded {
  if (bytes.length > MOST_BYTES) {
    const megabytes = Math.round(bytes.length / 1e6);
    return refuse(
      file,
      'too-large',
      `this file has ${megabytes} MB, and at most ${MOST_BYTES / 1e6} can be read; split it at its \`---\` lines`,
    );
  }
  if (bytes.length === 0) {
    const source = new Source(file, '');
    return { source, problems: [problemAt(source, 0, 'info', 'no-objects', 'the file is empty')] };
  }
  const format = formatOf(bytes);
  if (format !== undefined) {
    return refuse(file, 'not-text', `this is ${format[0]}, not a manifest; ${format[1]}`);
  }
  const encoding = utf16Of(bytes);
  if (encoding !== undefined) return decodeUtf16(file, bytes, encoding);
  const zeros = bytes.subarray(0, GLANCE).filter((byte) => byte === 0).length;
  // a stray one is for the parser to point at; the rest of the file may be sound
  if (zeros > MOST_ZEROS) {
    const message = `${zeros} bytes near its begin are zero, so this is no text; give a YAML or JSON manifest`;
    return refuse(file, 'not-text', message);
  }
  return decodeUtf8(file, startsWith(bytes, UTF8_MARK) ? bytes.subarray(3) : bytes);
}

const UTF8_MARK = [0xef, 0xbb, 0xbf];
const UNPACK = 'unpack it and give what is in it';
const RENDER = 'give a YAML or JSON manifest';

/** What begins with which bytes, and what to do about it. */
const FORMATS: readonly (readonly [readonly number[], string, string])[] = [
  [[0x1f, 0x8b], 'a gzip file', UNPACK],
  [[0x50, 0x4b, 0x03, 0x04], 'a zip file', UNPACK],
  [[0x28, 0xb5, 0x2f, 0xfd], 'a zstd file', UNPACK],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz file', UNPACK],
  [[0x42, 0x5a, 0x68], 'a bzip2 file', UNPACK],
  [[0x89, 0x50, 0x4e, 0x47], 'a PNG picture', RENDER],
  [[0xff, 0xd8, 0xff], 'a JPEG picture', RENDER],
  [[0x47, 0x49, 0x46, 0x38], 'a GIF picture', RENDER],
  [[0x25, 0x50, 0x44, 0x46, 0x2d], 'a PDF document', RENDER],
  [[0x7f, 0x45, 0x4c, 0x46], 'a program', RENDER],
  [[0xff, 0xfe, 0x00, 0x00], 'a text in UTF-32', 'save it as UTF-8'],
  [[0x00, 0x00, 0xfe, 0xff], 'a text in UTF-32', 'save it as UTF-8'],
];

const TAR_MARK = [0x75, 0x73, 0x74, 0x61, 0x72]; // `ustar`, tar(5)

function formatOf(bytes: Uint8Array): readonly [string, string] | undefined {
  if (startsWith(bytes.subarray(257), TAR_MARK)) return ['a tar file', UNPACK];
  const found = FORMATS.find(([mark]) => startsWith(bytes, mark));
  return found && [found[1], found[2]];
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, i) => bytes[i] === byte);
}

type Utf16 = 'utf-16le' | 'utf-16be';

/** Which UTF-16 the bytes are: by the mark, else because every other of the first bytes is zero. */
function utf16Of(bytes: Uint8Array): Utf16 | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return 'utf-16le';
  return a === 0 && b !== 0 && c === 0 && d !== 0 ? 'utf-16be' : undefined;
}

function decodeUtf16(file: string, bytes: Uint8Array, encoding: Utf16): Decoded {
  const text = new TextDecoder(encoding).decode(bytes);
  const source = new Source(file, text);
  const bad = text.indexOf('\uFFFD');
  if (bad === -1) return { source, problems: [] };
  const message = 'this character is broken: the file is not whole UTF-16; save it as UTF-8';
  return { source, problems: [problemAt(source, bad, 'warning', 'not-utf8', message)] };
}

function decodeUtf8(file: string, bytes: Uint8Array): Decoded {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const source = new Source(file, text);
  const bad = firstBadByte(text, bytes);
  if (bad === undefined) return { source, problems: [] };
  const hex = bytes[bad.byte]!.toString(16).toUpperCase().padStart(2, '0');
  const message = `byte 0x${hex} here is not UTF-8, and is read as \`\uFFFD\`; save the file as UTF-8`;
  return { source, problems: [problemAt(source, bad.offset, 'warning', 'not-utf8', message)] };
}

/** Where the first byte stands that the decoder replaced; undefined when none was. */
function firstBadByte(
  text: string,
  bytes: Uint8Array,
): { byte: number; offset: number } | undefined {
  const encoder = new TextEncoder();
  let byte = 0;
  let from = 0;
  for (let at = text.indexOf('\uFFFD'); at !== -1; at = text.indexOf('\uFFFD', from)) {
    byte += encoder.encode(text.slice(from, at)).length;
    const written = startsWith(bytes.subarray(byte), [0xef, 0xbf, 0xbd]);
    if (!written) return { byte, offset: at };
    byte += 3;
    from = at + 1;
  }
  return undefined;
}

function refuse(file: string, code: string, message: string): Decoded {
  const source = new Source(file, '');
  return { source, problems: [problemAt(source, 0, 'error', code, message)] };
}

function problemAt(
  source: Source,
  offset: number,
  severity: Severity,
  code: string,
  message: string,
): Problem {
  return { code, severity, message, place: new Place(source, 1, offset, '') };
}
