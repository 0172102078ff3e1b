import { expect, test } from 'vitest';
import { answerOf, podNamed, readText } from './reading.ts';

const pod = (name: string, more = ''): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: x, labels: {app: ${name}}${more}}\n`;
const PODS = pod('a') + pod('b');
const LAST = pod('last');
const policy = (spec: string): string =>
  `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: x}\nspec:\n  podSelector: {matchLabels: {app: a}}\n${spec}`;

const many = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join('');
const MEGABYTES = 1_000_000;
const NESTED = 10_000;
/** Milliseconds: what grows with the square of such an input takes minutes, and machines may be busy. */
const LONGEST = 30_000;

interface Huge {
  readonly name: string;
  readonly text: () => string;
  /** The codes that must be among the problems. */
  readonly codes: readonly string[];
  readonly answer: 'denied' | 'allowed' | undefined;
}

const TOO_DEEP = { codes: ['yaml-syntax'], answer: 'allowed' } as const;

const HUGE: readonly Huge[] = [
  {
    name: 'a plain scalar of 10 MB as a label',
    text: () => policy(`  ingress: []\n  policyTypes: [${'x'.repeat(10 * MEGABYTES)}]\n`),
    codes: ['invalid-policy-type'],
    answer: 'denied',
  },
  {
    name: 'a quoted scalar of 10 MB',
    text: () => policy(`  policyTypes: ["${'\\n'.repeat(5 * MEGABYTES)}"]\n`),
    codes: ['invalid-policy-type'],
    answer: 'denied',
  },
  {
    name: 'a block scalar of 10 MB as a name',
    text: () =>
      policy('').replace(
        '{name: deny, namespace: x}',
        `\n  namespace: x\n  name: |\n${'    a line\n'.repeat(MEGABYTES)}`,
      ),
    codes: ['invalid-name'],
    answer: 'denied',
  },
  {
    name: '200,000 labels to match',
    text: () => policy('').replace('{app: a}', `{app: a, ${many(200_000, (i) => `k${i}: v, `)}}`),
    codes: [],
    answer: 'allowed',
  },
  {
    name: '200,000 unknown fields',
    text: () => policy(many(200_000, (i) => `  field${i}: 1\n`)),
    codes: ['unknown-field'],
    answer: 'denied',
  },
  {
    name: 'one key 200,000 times',
    text: () => policy('  ingress: []\n'.repeat(200_000)),
    codes: ['duplicate-key'],
    answer: 'denied',
  },
  {
    name: '200,000 labels that no API takes',
    text: () =>
      pod('c', '').replace(
        'app: c',
        many(200_000, (i) => `"${i}!": v, `),
      ) + policy(''),
    codes: ['invalid-label'],
    answer: 'denied',
  },
  {
    name: '100,000 empty documents',
    text: () => policy('') + '---\n'.repeat(100_000),
    codes: [],
    answer: 'denied',
  },
  {
    name: '100,000 documents',
    text: () =>
      policy('') +
      many(
        100_000,
        (i) => `---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${i}, namespace: x}\n`,
      ),
    codes: [],
    answer: 'denied',
  },
  {
    name: '100,000 JSON objects in one document',
    text: () => `${policy('')}---\n${'{"kind":"Widget","apiVersion":"e/v1"}\n'.repeat(100_000)}`,
    codes: ['unknown-kind'],
    answer: 'denied',
  },
  {
    name: 'a line of 5 MB',
    text: () =>
      policy(
        `  ingress: [{from: [${many(100_000, (i) => `{podSelector: {matchLabels: {app: p${i}}}}, `)}]}]\n`,
      ),
    codes: [],
    answer: 'denied',
  },
  { name: 'lists in lists', text: () => policy(`  a: ${'['.repeat(NESTED)}\n`), ...TOO_DEEP },
  {
    name: 'closed lists in lists',
    text: () => policy(`  a: ${'['.repeat(NESTED)}${']'.repeat(NESTED)}\n`),
    ...TOO_DEEP,
  },
  { name: 'maps in maps', text: () => policy(`  a: ${'{a: '.repeat(NESTED)}\n`), ...TOO_DEEP },
  {
    name: 'dashes after dashes',
    text: () => policy(`  a:\n  ${'- '.repeat(NESTED)}\n`),
    ...TOO_DEEP,
  },
  {
    name: 'maps below maps',
    text: () => policy(many(2000, (i) => `${' '.repeat(i + 2)}a:\n`)),
    ...TOO_DEEP,
  },
  { name: 'keys of keys', text: () => policy(`  ${'? '.repeat(NESTED)}\n`), ...TOO_DEEP },
  {
    name: 'a million open quotes',
    text: () => policy(`  a: ${'"x" '.repeat(MEGABYTES)}\n`),
    codes: ['yaml-syntax'],
    answer: 'allowed',
  },
  {
    name: 'a million anchors',
    text: () => policy(`  a: [${many(200_000, (i) => `&a${i} x, `)}]\n`),
    codes: ['unknown-field'],
    answer: 'denied',
  },
  {
    name: 'merges of merges',
    text: () =>
      policy(
        `  m0: &m0 {a: 1, b: 2}\n${many(60, (i) => `  m${i + 1}: &m${i + 1} {<<: [*m${i}, *m${i}], k${i}: 1}\n`)}`,
      ),
    codes: ['unknown-field'],
    answer: 'denied',
  },
  {
    name: 'a map merged into 10,000 others',
    text: () =>
      policy(
        `  m: &m {${many(1000, (i) => `k${i}: 1, `)}}\n  n: [${'{<<: *m}, '.repeat(10_000)}]\n`,
      ),
    codes: ['too-many-aliases'],
    answer: 'allowed',
  },
  {
    name: 'a thousand policies without a name',
    text: () => policy('').replace('name: deny, ', '').repeat(1000),
    codes: ['missing-name'],
    answer: 'denied',
  },
];

test.each(HUGE)(
  '$name: read, with a word on what is lost',
  { timeout: 4 * LONGEST },
  ({ text, codes, answer }) => {
    const whole = PODS + text() + LAST;
    const { cluster, problems, milliseconds } = readText(whole);
    const found = new Set(problems.map(({ code }) => code));
    expect([...found]).toEqual(expect.arrayContaining([...codes]));
    expect(problems.length).toBeLessThan(2000);
    expect(answerOf(cluster)).toBe(answer);
    expect(podNamed(cluster, 'last')).toBeDefined();
    expect(milliseconds).toBeLessThan(LONGEST);
  },
);
