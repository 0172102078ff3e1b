import { describe, expect, test } from 'vitest';
import { judge } from '../../spec/spec.ts';
import { questionOf, readTierCases } from './tier-case.ts';
import type { Expectation } from './tier-case.ts';

const CASES = readTierCases();

describe('spec', () => {
  for (const { name, stages } of CASES) {
    test(name, () => {
      for (const { title, world, expect: wanted } of stages) {
        const lines = wanted.map((one) => formatLine(one, found(world, one)));
        expect(lines, title).toEqual(wanted.map((one) => formatLine(one, one)));
      }
    });
  }
});

/** Rows of the chapter that speak of packets, of time or of a status: no manifest can show them. */
const NOT_STATIC: readonly string[] = ['C12', 'C23', 'C33'];

test('every row that manifests can show has a case', () => {
  const proven = new Set(CASES.flatMap(({ rows }) => rows));
  const rows = Array.from({ length: 33 }, (_, i) => `C${i + 1}`);
  expect(rows.filter((row) => !proven.has(row))).toEqual(NOT_STATIC);
});

test('a case is named after the first of its rows', () => {
  const wrong = CASES.filter(({ name, rows }) => !rows.includes(name.split('-', 1)[0]!));
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

/** What the spec says, as far as the case speaks of it. */
function found(world: Parameters<typeof judge>[0], wanted: Expectation): Expectation {
  const { answer, ...sides } = judge(world, questionOf(wanted));
  const spoken = Object.entries(sides).filter(([key]) => key in wanted);
  return { ...wanted, is: answer, ...Object.fromEntries(spoken) };
}

function formatLine({ from, to, port }: Expectation, result: Expectation): string {
  const { egress, egressTier, ingress, ingressTier } = result;
  const sides = [
    egress && `egress ${egress}`,
    egressTier && `by ${egressTier}`,
    ingress && `ingress ${ingress}`,
    ingressTier && `by ${ingressTier}`,
  ];
  return `${from} → ${to} ${port}: ${[result.is, ...sides.filter(Boolean)].join(', ')}`;
}
