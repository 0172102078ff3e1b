import { describe, expect, test } from 'vitest';
import { readCases } from './case-file.ts';
import type { CaseFile, Expectation } from './case-file.ts';
import { ASK } from './ask.ts';
import { EVALUATE } from './evaluate.ts';
import { decide, formatQuestion } from './implementation.ts';
import type { Implementation, Judgement, World } from './implementation.ts';
import { clusterOf } from './manifests.ts';
import { PACKET } from './packet.ts';
import { REACHABILITY } from './reachability.ts';
import { SKIPS } from './skips.ts';
import { SPEC } from './spec.ts';

const CASES = readCases();
const IMPLEMENTATIONS: readonly Implementation[] = [SPEC, EVALUATE, REACHABILITY, ASK, PACKET];

describe.each(IMPLEMENTATIONS)('$name', (implementation) => {
  for (const file of CASES) {
    run(file, implementation.name, () => {
      for (const { title, world, expectations: written } of file.stages) {
        const expectations = written.map((one) => expectedOf(implementation, world, one));
        const judge = implementation.judgeOf(world);
        const found = expectations.map(({ question }) => judge(question));
        const spoken = expectations.filter((_, i) => found[i] !== undefined);
        const lines = found.flatMap((judgement, i) => {
          const wanted = expectations[i]!;
          return judgement === undefined ? [] : [formatLine(wanted, asFarAs(wanted, judgement))];
        });
        const wanted = spoken.map((expectation) => formatLine(expectation, wantedOf(expectation)));
        expect(lines, title).toEqual(wanted);
      }
    });
  }
});

describe('problems', () => {
  for (const file of CASES) {
    run(file, 'problems', () => {
      const { problems } = clusterOf(file.stages[0].world);
      const codes = problems.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
      expect([...new Set(codes)].sort()).toEqual(file.problems);
    });
  }
});

test('every skip names a case', () => {
  const names = new Set(CASES.map(({ name }) => name));
  expect(SKIPS.filter((skip) => !names.has(skip.case))).toEqual([]);
});

test.each([REACHABILITY, PACKET])('$name speaks of nearly every expectation', ({ judgeOf }) => {
  const silent = CASES.flatMap(({ stages }) =>
    stages.flatMap(({ world, expectations }) => {
      const judge = judgeOf(world);
      return expectations.filter(({ question }) => judge(question) === undefined);
    }),
  );
  const all = CASES.flatMap(({ stages }) => stages.flatMap(({ expectations }) => expectations));
  expect(silent.length).toBeLessThan(all.length / 20);
});

/** A skipped case runs all the same: the day it passes, its skip must go. */
function run(file: CaseFile, of: string, check: () => void): void {
  const skip = SKIPS.find((one) => one.case === file.name && one.of.includes(of));
  if (skip === undefined) test(file.name, check);
  else test.fails(`${file.name} (not yet: ${skip.reason})`, check);
}

/** Where a case says `depends`, an implementation that knows more must find what is so then. */
function expectedOf({ seen }: Implementation, world: World, expectation: Expectation): Expectation {
  const { question, is } = expectation;
  if (seen === undefined || is !== 'depends') return expectation;
  const known = decide(SPEC, seen(world), question)!;
  return { question, is: known, egress: undefined, ingress: undefined };
}

function wantedOf({ is, egress, ingress }: Expectation): Judgement {
  return { answer: is, egress, ingress };
}

/** The sides count where the case names them and the implementation knows them. */
function asFarAs(wanted: Expectation, found: Judgement): Judgement {
  const side = (of: 'egress' | 'ingress'): Judgement['egress'] =>
    wanted[of] && (found.egress === undefined ? wanted[of] : found[of]);
  return { answer: found.answer, egress: side('egress'), ingress: side('ingress') };
}

function formatLine({ question }: Expectation, { answer, egress, ingress }: Judgement): string {
  const sides = [egress && `egress ${egress}`, ingress && `ingress ${ingress}`];
  return [`${formatQuestion(question)}: ${answer}`, ...sides.filter(Boolean)].join(', ');
}
