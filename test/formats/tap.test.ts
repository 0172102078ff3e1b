import { Parser } from 'tap-parser';
import { expect, test } from 'vitest';
import { NASTY_WORDS } from './nasty-words.ts';
import { nastyWorld } from './nasty-world.ts';
import { printed, printedJson } from './printed.ts';

interface Point {
  readonly ok: boolean;
  readonly id: number;
  readonly name: string;
  readonly diag?: {
    readonly message: string;
    readonly severity: string;
    readonly because?: string;
  };
}

interface Read {
  readonly plan: number;
  readonly points: readonly Point[];
  readonly comments: readonly string[];
}

const ORDINARY = ['version', 'plan', 'assert', 'comment', 'complete', 'finish', 'close'];

/** What a line may be, by TAP 14; a harness is more forgiving about how far a block is indented. */
const LINE = /^(?:TAP version 14|1\.\.\d+|(?:not )?ok \d+ - .+|#.*| {2}.*|)$/su;

/** Reads TAP as a harness does, and takes no line for anything but what it is; throws otherwise. */
function read(tap: string): Read {
  for (const line of tap.trimEnd().split('\n')) expect(line).toMatch(LINE);
  const events = Parser.parse(tap, { strict: true }) as [name: string, value: unknown][];
  const of = (name: string): unknown[] =>
    events.filter(([event]) => event === name).map(([, value]) => value);
  const strange = new Set(events.map(([name]) => name));
  for (const name of ORDINARY) strange.delete(name);
  if (strange.size > 0) throw new Error(`there is ${[...strange].join()}`);
  expect(of('version')).toEqual([14]);
  const [complete] = of('complete') as { failures: { tapError?: unknown }[] }[];
  const faults = complete!.failures.filter(({ tapError }) => typeof tapError === 'string');
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const [plan] = of('plan') as { end: number }[];
  return {
    plan: plan!.end,
    points: of('assert') as Point[],
    comments: of('comment') as string[],
  };
}

interface Results {
  readonly summary: { passed: number; failed: number; depends: number; broken: number };
  readonly problems: readonly { readonly severity: string }[];
  readonly expectations: readonly {
    readonly title: string;
    readonly state: string;
    readonly because?: string;
  }[];
}

async function expectSame(words: readonly string[]): Promise<Read> {
  const found = read(await printed(words, 'tap'));
  const { expectations, problems } = await printedJson<Results>(words);
  const unread = problems.filter(({ severity }) => severity === 'error').length;
  const isMet = (state: string): boolean =>
    state === 'passed' || (state === 'depends' && words.includes('--accept-depends'));
  expect(found.plan).toBe(unread + expectations.length);
  expect(found.points.map(({ id }) => id)).toEqual(found.points.map((_, i) => i + 1));
  const points = found.points.slice(unread);
  expect(points.map(({ ok, name }) => [ok, name])).toEqual(
    expectations.map(({ state, title }) => [isMet(state), described(title)]),
  );
  for (const [i, { state, because }] of expectations.entries()) {
    const { diag } = points[i]!;
    expect(diag === undefined || diag === null).toBe(state === 'passed');
    if (state !== 'passed') expect(diag!.because).toBe(because);
  }
  return found;
}

/** A description stands on one line. */
function described(title: string): string {
  return title.replaceAll(/[^\P{Cc}\t]|[\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\uFFFD').trim();
}

test('the TAP of an example is read by a harness', async () => {
  const words = ['test', '-f', 'examples/three-tier'];
  expect((await expectSame(words)).comments).toEqual([]);
  await expectSame([...words, '--accept-depends']);
  const { comments } = await expectSame([...words, '--coverage', '--mutate']);
  expect(comments.length).toBeGreaterThan(1);
});

test('an expectation that does not hold says why in its block', async () => {
  const words = ['test', 'examples/three-tier/expectations.yaml', '-f', 'examples/microservices'];
  const { points } = await expectSame(words);
  expect(points.find(({ ok }) => !ok)!.diag).toMatchObject({ severity: 'error' });
});

test('nasty reasons and names change no line of the TAP', async () => {
  const { folder, expectations } = nastyWorld();
  const words = ['test', expectations, '-f', folder];
  const { points } = await expectSame(words);
  const reasons = new Set(points.map(({ diag }) => diag?.because));
  for (const word of NASTY_WORDS) expect(reasons).toContain(word);
  expect(read(await printed([...words, '--coverage'], 'tap')).comments.length).toBeGreaterThan(9);
});

test.each([
  'TAP version 14\n1..2\nok 1 - a\n',
  'TAP version 14\n1..1\nok 1 - a\nok 2 - b\n',
  'TAP version 14\n1..1\nok 1 - a\nwhat\n',
  'TAP version 14\n1..1\nnot ok 1 - a\n  ---\n  message: "x\n  ...\n',
  'TAP version 14\n1..1\nnot ok 1 - a\n  ---\n  message: x\n',
])('the reader refuses %j', (tap) => {
  expect(() => read(tap)).toThrow();
});
