import { describe, expect, test } from 'vitest';
import { badFiles, bytesOf, expectationOf } from './expectation.ts';
import { HEADLESS } from './headless.ts';
import { answerOf, podNamed, readBytes } from './reading.ts';

/** Milliseconds: a small file that takes longer would never end, and machines may be busy. */
const LONGEST = 30_000;

/** The grammar of messages: lower case but for names, one line, no final period. */
const MESSAGE = /^(?:[a-z`_]|[A-Z][a-z]*[A-Z]|Infinity)[^\n]*[^.\n]$/;

describe.each(badFiles())('%s', (file) => {
  const expected = expectationOf(file);
  const { cluster, problems, milliseconds } = readBytes(file, bytesOf(file));

  test('its problems', () => {
    const found = problems.map(({ code, place }) => `${code} ${place.line}:${place.column}`);
    expect(found.sort()).toEqual([...expected.problems].sort());
    for (const { message } of problems) expect(message).toMatch(MESSAGE);
  });

  test('no silent allow', () => {
    const [answer, because] = expected.asked.split(', because ');
    expect(answerOf(cluster) ?? 'not asked').toBe(answer);
    expect(because === undefined).toBe(answer !== 'allowed');
    if (answer === 'allowed') expect(problems).not.toEqual([]);
  });

  test('the rest of it', () => {
    const last = podNamed(cluster, 'last') === undefined ? 'not read' : 'read';
    expect(expected.rest === 'none' ? 'not read' : expected.rest).toBe(last);
    expect(milliseconds).toBeLessThan(LONGEST);
  });
});

test('the table names no file that is gone', () => {
  expect(badFiles()).toEqual(expect.arrayContaining(Object.keys(HEADLESS)));
});
