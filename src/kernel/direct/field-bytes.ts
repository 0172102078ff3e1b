import type { ElementType } from '../../compile/ruleset/ruleset.ts';
import { FAMILIES, PROTOCOLS } from '../nft/element-key.ts';

/**
 * Writes the value that stands between two places of a text into bytes that are zero; false when what stands
 * there is not one value of the type, as the compiler writes it. `isHost`: what the kernel keeps in the byte
 * order of the machine is written so, and not big-endian.
 */
export type WriteField = (
  text: string,
  from: number,
  to: number,
  out: Buffer,
  at: number,
  isHost: boolean,
) => boolean;

/** How the kernel keeps values of a type: how many bytes, and how they come out of text. */
interface FieldForm {
  readonly width: number;
  readonly write: WriteField;
}

/** IFNAMSIZ; the last byte is always zero. */
const NAME_SIZE = 16;

const [ZERO, NINE, COLON, DOT, UPPER_A, UPPER_F, LOWER_A, LOWER_F] = [
  0x30, 0x39, 0x3a, 0x2e, 0x41, 0x46, 0x61, 0x66,
];

const writeV4: WriteField = (text, from, to, out, at) => {
  let octets = 0;
  let begin = from;
  for (let i = from; i <= to; i++) {
    if (i < to && text.charCodeAt(i) !== DOT) continue;
    const octet = decimal(text, begin, i, 255);
    if (octet === undefined || octets === 4) return false;
    out[at + octets++] = octet;
    begin = i + 1;
  }
  return octets === 4;
};

/** RFC 4291, section 2.2; not the form that ends in four octets. */
const writeV6: WriteField = (text, from, to, out, at) => {
  let count = 0;
  /** How many groups stand before `::`. */
  let gap = -1;
  let i = from;
  if (text.startsWith('::', i)) {
    gap = 0;
    i += 2;
  }
  while (i < to) {
    let value = 0;
    const begin = i;
    for (; i < to; i++) {
      const digit = hexDigit(text.charCodeAt(i));
      if (digit === undefined) break;
      value = value * 16 + digit;
    }
    if (i === begin || i - begin > 4 || count === 8) return false;
    out.writeUInt16BE(value, at + 2 * count++);
    if (i === to) break;
    if (text.charCodeAt(i++) !== COLON || i === to) return false;
    if (text.charCodeAt(i) !== COLON) continue;
    if (gap !== -1) return false;
    gap = count;
    i++;
  }
  if (gap === -1) return count === 8;
  if (count === 8) return false;
  const [begin, end] = [at + 2 * gap, at + 2 * count];
  out.copyWithin(at + 16 - (end - begin), begin, end);
  out.fill(0, begin, at + 16 - (end - begin));
  return true;
};

function named(names: Readonly<Record<string, number>>): WriteField {
  return (text, from, to, out, at) => {
    const name = text.slice(from, to);
    const value =
      decimal(text, from, to, 255) ?? (Object.hasOwn(names, name) ? names[name] : undefined);
    if (value === undefined) return false;
    out[at] = value;
    return true;
  };
}

const writePort: WriteField = (text, from, to, out, at) => {
  const port = decimal(text, from, to, 0xffff);
  if (port === undefined) return false;
  out.writeUInt16BE(port, at);
  return true;
};

const writeGroup: WriteField = (text, from, to, out, at, isHost) => {
  const group = decimal(text, from, to, 0xffff_ffff);
  if (group === undefined) return false;
  writeHalves(group >>> 16, group & 0xffff, out, at, isHost);
  return true;
};

/** Two numbers of 16 bits in hex: `0:1f`. */
const writeClassId: WriteField = (text, from, to, out, at, isHost) => {
  const colon = text.indexOf(':', from);
  if (colon === -1 || colon >= to) return false;
  const [major, minor] = [hexadecimal(text, from, colon), hexadecimal(text, colon + 1, to)];
  if (major === undefined || minor === undefined) return false;
  writeHalves(major, minor, out, at, isHost);
  return true;
};

/** A number of 32 bits. */
function writeHalves(high: number, low: number, out: Buffer, at: number, isHost: boolean): void {
  const [first, last] = isHost ? [low, high] : [swapped(high), swapped(low)];
  out[at] = first;
  out[at + 1] = first >>> 8;
  out[at + 2] = last;
  out[at + 3] = last >>> 8;
}

function swapped(half: number): number {
  return (half >>> 8) | ((half & 0xff) << 8);
}

const writeName: WriteField = (text, from, to, out, at) => {
  const name = /^"?([\w.:@-]+)"?$/.exec(text.slice(from, to))?.[1];
  if (name === undefined || name.length >= NAME_SIZE) return false;
  out.write(name, at, 'latin1');
  return true;
};

function decimal(text: string, from: number, to: number, highest: number): number | undefined {
  let value = 0;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < ZERO || code > NINE) return undefined;
    value = value * 10 + code - ZERO;
  }
  // nft reads what begins with a zero as octal
  const isPlain =
    to > from && to - from <= 10 && (to === from + 1 || text.charCodeAt(from) !== ZERO);
  return isPlain && value <= highest ? value : undefined;
}

function hexadecimal(text: string, from: number, to: number): number | undefined {
  if (to === from || to - from > 4) return undefined;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = hexDigit(text.charCodeAt(i));
    if (digit === undefined) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(code: number): number | undefined {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  if (code >= LOWER_A && code <= LOWER_F) return code - LOWER_A + 10;
  if (code >= UPPER_A && code <= UPPER_F) return code - UPPER_A + 10;
  return undefined;
}

/** How fields of each type are written. */
export const FIELD_FORMS: Readonly<Record<ElementType, FieldForm>> = {
  ipv4_addr: { width: 4, write: writeV4 },
  ipv6_addr: { width: 16, write: writeV6 },
  inet_proto: { width: 1, write: named(PROTOCOLS) },
  inet_service: { width: 2, write: writePort },
  classid: { width: 4, write: writeClassId },
  ifname: { width: NAME_SIZE, write: writeName },
  devgroup: { width: 4, write: writeGroup },
  nf_proto: { width: 1, write: named(FAMILIES) },
};
