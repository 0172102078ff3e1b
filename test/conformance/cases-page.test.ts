import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readCases } from './case-file.ts';

const ROOT = new URL('../../', import.meta.url);

/** Rows of these chapters that speak of packets on the wire, of time or of a status: no case can ask about them. */
const NOT_STATIC: readonly string[] = ['P18', 'P19', 'N11', 'N12', 'C12', 'C23', 'C33'];

/** Rows of the lifecycle chapter that hold of manifests as they stand. */
const STATIC: readonly string[] = ['L5', 'L6', 'L15'];

const CHAPTERS: readonly (readonly [letter: string, last: number])[] = [
  ['Z', 6],
  ['S', 21],
  ['P', 19],
  ['B', 12],
  ['N', 12],
  ['C', 33],
];

function rowsOf([letter, last]: (typeof CHAPTERS)[number]): string[] {
  return Array.from({ length: last }, (_, i) => `${letter}${i + 1}`);
}

test('every row that manifests can show has a case', () => {
  const proven = new Set(readCases().flatMap(({ rows }) => rows));
  const rows = CHAPTERS.flatMap(rowsOf);
  expect(rows.filter((row) => !proven.has(row))).toEqual(NOT_STATIC);
  expect(STATIC.filter((row) => !proven.has(row))).toEqual([]);
});

test('every case names rows that there are', () => {
  const known = new Set([...CHAPTERS.flatMap(rowsOf), ...rowsOf(['L', 15])]);
  const wrong = readCases().filter(({ rows }) => !rows.every((row) => known.has(row)));
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

test('docs/cases.md is fresh: node scripts/cases-page.mjs', () => {
  const script = new URL('scripts/cases-page.mjs', ROOT).pathname;
  const fresh = execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8' });
  expect(readFileSync(new URL('docs/cases.md', ROOT), 'utf8')).toBe(fresh);
});
