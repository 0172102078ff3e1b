import { describe, expect, test } from 'vitest';
import { ASK } from './ask.ts';
import { readCases } from './case-file.ts';
import type { CaseFile, Expectation } from './case-file.ts';
import { EVALUATE } from './evaluate.ts';
import { decide, formatQuestion } from './implementation.ts';
import type { Implementation, Judgement, World } from './implementation.ts';
import { clusterOf, hasClusterPolicies } from './manifests.ts';
import { PACKET } from './packet.ts';
import { REACHABILITY } from './reachability.ts';
import { SKIPS, WITHOUT_TIERS } from './skips.ts';
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

test.each([REACHABILITY, PACKET])('$name speaks of nearly every expectation', (implementation) => {
  const { name, judgeOf } = implementation;
  const isAsked = (file: CaseFile): boolean =>
    !isOfTiers(file) || WITHOUT_TIERS.every(({ of }) => of !== name);
  const asked = CASES.filter(isAsked);
  const silent = asked.flatMap(({ stages }) =>
    stages.flatMap(({ world, expectations }) => {
      const judge = judgeOf(world);
      return expectations.filter(({ question }) => judge(question) === undefined);
    }),
  );
  const all = asked.flatMap(({ stages }) => stages.flatMap(({ expectations }) => expectations));
  expect(silent.length).toBeLessThan(all.length / 20);
});

/** A skipped case runs all the same: the day it passes, its skip must go. */
function run(file: CaseFile, of: string, check: () => void): void {
  const without = isOfTiers(file) && WITHOUT_TIERS.find((one) => one.of === of);
  if (without) {
    test.skip(`${file.name} (not yet: ${without.reason})`, check);
    return;
  }
  const skip = SKIPS.find((one) => one.case === file.name && one.of.includes(of));
  if (skip === undefined) test(file.name, check);
  else test.fails(`${file.name} (not yet: ${skip.reason})`, check);
}

/** Whether a case has policies of the tiers around NetworkPolicy. */
function isOfTiers({ stages }: CaseFile): boolean {
  return stages.some(({ world }) => hasClusterPolicies(world));
}

/** Where a case says `depends`, an implementation that knows more must find what is so then. */
function expectedOf({ seen }: Implementation, world: World, expectation: Expectation): Expectation {
  const { question, is } = expectation;
  if (seen === undefined || is !== 'depends') return expectation;
  const known = decide(SPEC, seen(world), question)!;
  const unsaid = { egress: undefined, ingress: undefined };
  return { question, is: known, ...unsaid, egressTier: undefined, ingressTier: undefined };
}

function wantedOf(expectation: Expectation): Judgement {
  const { is, egress, ingress, egressTier, ingressTier } = expectation;
  return { answer: is, egress, ingress, egressTier, ingressTier };
}

/** The sides and their tiers count where the case names them and the implementation knows them. */
function asFarAs(wanted: Expectation, found: Judgement): Judgement {
  const { egress, ingress, egressTier, ingressTier } = wanted;
  return {
    answer: found.answer,
    egress: egress && (found.egress ?? egress),
    ingress: ingress && (found.ingress ?? ingress),
    egressTier: egressTier && (found.egressTier ?? egressTier),
    ingressTier: ingressTier && (found.ingressTier ?? ingressTier),
  };
}

function formatLine({ question }: Expectation, judgement: Judgement): string {
  const { answer, egress, egressTier, ingress, ingressTier } = judgement;
  const sides = [
    egress && `egress ${egress}`,
    egressTier && `by ${egressTier}`,
    ingress && `ingress ${ingress}`,
    ingressTier && `by ${ingressTier}`,
  ];
  return [`${formatQuestion(question)}: ${answer}`, ...sides.filter(Boolean)].join(', ');
}
