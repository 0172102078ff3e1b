import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Problem } from '../model/problem.ts';
import { MOST_BYTES } from './decode.ts';
import { placeOf } from './loaded.ts';
import { isTar } from './tar.ts';

/** What the bytes of a file hold once they are unpacked. */
export type Content =
  | { readonly kind: 'plain'; readonly bytes: Uint8Array }
  /** A tar archive that was gzip'ed: maybe a packaged chart. */
  | { readonly kind: 'archive'; readonly archive: Uint8Array }
  | { readonly kind: 'fault'; readonly problem: Problem };

const unzip = promisify(gunzip);

/** Unpacks what is gzip'ed (RFC 1952, by its first bytes, whatever the name); anything else stays. */
export async function unpack(file: string, bytes: Uint8Array): Promise<Content> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { kind: 'plain', bytes };
  let content: Uint8Array;
  try {
    content = await unzip(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    const isLarge = error instanceof RangeError;
    return { kind: 'fault', problem: isLarge ? tooLarge(file) : damaged(file) };
  }
  if (isTar(content)) return { kind: 'archive', archive: content };
  return { kind: 'plain', bytes: content };
}

function tooLarge(file: string): Problem {
  const message = `unpacked, this file has more than ${MOST_BYTES / 1e6} MB, which is the most that can be read; split it at its \`---\` lines`;
  return { code: 'too-large', severity: 'error', message, place: placeOf(file) };
}

function damaged(file: string): Problem {
  const message = 'this is a gzip file that is damaged or cut off; make it again';
  return { code: 'not-text', severity: 'error', message, place: placeOf(file) };
}

/** What to say of an archive that is no chart. */
export function noChart(file: string): Problem {
  const message =
    'this is a packed archive without a Chart.yaml, so no Helm chart; unpack it and give what is in it';
  return { code: 'not-text', severity: 'error', message, place: placeOf(file) };
}

/** What to say of a packaged chart that is not a file by itself. */
export function chartInside(file: string): Problem {
  const message = 'this is a packaged Helm chart, which must be given as a file: `-f CHART.tgz`';
  return { code: 'not-text', severity: 'error', message, place: placeOf(file) };
}
