import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpoints } from '../../spec/spec.ts';
import { formatPort } from '../conformance/implementation.ts';
import type { Question } from '../conformance/implementation.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { SPEC } from '../conformance/spec.ts';
import { plausible } from '../generators/cluster.ts';
import { questionsOf } from '../generators/questions.ts';
import { SEED } from '../generators/seed.ts';
import { statesOf, tryText } from './shop.ts';

const RUNS = 60;

/** What the state of an expectation must be, for each answer of the specification. */
const WANTED = {
  allow: { allowed: ['passed'], denied: ['failed'], depends: ['failed', 'depends'] },
  deny: { allowed: ['failed'], denied: ['passed'], depends: ['failed', 'depends'] },
} as const;

test('an expectation holds exactly when the specification says so, and its negation fails', () => {
  let asked = 0;
  const property = fc.property(plausible({ clusterPolicies: 3 }), (world) => {
    const judge = SPEC.judgeOf(world);
    const cluster = clusterOf(world);
    const questions = questionsOf(world, 1).filter(({ from, to }) => from !== to);
    const answers = questions.map((question) => judge(question)?.answer);
    for (const kind of ['allow', 'deny'] as const) {
      const { judgements } = tryText(`${kind}:\n${questions.map(entryOf).join('')}`, cluster);
      expect(judgements).toHaveLength(questions.length);
      judgements.forEach(({ state, expectation }, i) => {
        const answer = answers[i];
        // nothing is said between two addresses, nor of addresses of the pod network nobody has
        if (state === 'broken' || answer === undefined) return;
        asked++;
        expect(WANTED[kind][answer], `${expectation.title}: ${answer}`).toContain(state);
      });
    }
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
  expect(asked).toBeGreaterThan(10_000);
});

test('a list is all of its pairs', () => {
  const property = fc.property(plausible({ minWorkloads: 4, clusterPolicies: 3 }), (world) => {
    const cluster = clusterOf(world);
    const names = endpoints(world).filter((one) => !one.startsWith('node/'));
    const [sources, destinations] = [names.slice(0, 2), names.slice(2, 5)];
    const pairs = sources.flatMap((from) => destinations.map((to) => ({ from, to })));
    for (const kind of ['allow', 'deny'] as const) {
      for (const ports of ["'TCP/80'", 'all', '{ not: 80 }']) {
        const single = ({ from, to }: { from: string; to: string }): string =>
          `  - { from: '${from}', to: '${to}', ports: ${ports} }\n`;
        const singles = statesOf(`${kind}:\n${pairs.map(single).join('')}`, cluster);
        const list = (some: readonly string[]): string => some.map((one) => `'${one}'`).join(', ');
        const together = `  - { from: [${list(sources)}], to: [${list(destinations)}], ports: ${ports} }\n`;
        const [whole] = statesOf(`${kind}:\n${together}`, cluster);
        expect(whole).toBe(worstOf(singles));
      }
    }
  });
  fc.assert(property, { seed: SEED, numRuns: RUNS });
});

/** One that is about a pod and itself by another name says nothing. */
function worstOf(states: readonly string[]): string | undefined {
  return ['failed', 'depends', 'passed', 'broken'].find((state) => states.includes(state));
}

function entryOf(question: Question): string {
  const { from, to } = question;
  const port = formatPort(question);
  return `  - { from: '${from}', to: '${to}', ports: ${port === 'ICMP' ? 'icmp' : `'${port}'`} }\n`;
}
