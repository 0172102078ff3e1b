import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { populationOf } from '../../src/evaluate/population/population.ts';
import type { Population } from '../../src/evaluate/population/population.ts';
import { ask } from '../../src/evaluate/question/ask.ts';
import { findParty, findSource } from '../../src/evaluate/question/party.ts';
import type { Party } from '../../src/evaluate/question/party.ts';
import { findFix } from '../../src/generate/fix.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { explanationObject } from '../../src/report/explanation/object.ts';
import { explanationText } from '../../src/report/explanation/text.ts';
import { policiesYaml } from '../../src/report/words/policy-yaml.ts';
import { readCases } from '../conformance/case-file.ts';
import type { Question } from '../conformance/implementation.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { questionsOf } from '../generators/questions.ts';
import { SEED } from '../generators/seed.ts';
import { wild } from '../generators/wild.ts';

const schema = readFileSync('docs/schema/explanation.schema.json', 'utf8');
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(schema) as object);

/** Nothing that was never said, and no number where a person wants a name. */
const SLIP = /\bundefined\b|\bnull\b(?!-)|\bNaN\b|\[object|-?Infinity|`{2}/;

/** Explains a question, with its fix, and expects it to be fit to be seen. */
function expectFit(cluster: Cluster, population: Population, question: Question): void {
  const from = findSource(cluster, population, question.from) as Party;
  const to = findParty(cluster, population, question.to) as Party;
  const port = { protocol: question.protocol, number: question.port ?? 0 };
  const asked = ask(cluster, from, to, port);
  const found = findFix(cluster, { from, to, port }, asked);
  const fix = found && { summary: found.summary, manifest: policiesYaml(found.policies) };
  const explanation = { cluster, from: from.name, to: to.name, port, asked, fix };
  const object = JSON.parse(JSON.stringify(explanationObject(explanation))) as object;
  const text = explanationText(explanation, false);
  expect(validate(object), `${JSON.stringify(validate.errors)}\n${text}`).toBe(true);
  expect(text).not.toMatch(SLIP);
}

test('whatever the cases ask, the explanation fits its schema and says all in words', () => {
  for (const { stages } of readCases()) {
    for (const { world, expectations } of stages) {
      const cluster = clusterOf(world);
      const population = populationOf(cluster);
      for (const { question } of expectations) expectFit(cluster, population, question);
    }
  }
});

test('so it does of any world', () => {
  for (const world of fc.sample(wild(4), { seed: SEED, numRuns: 40 })) {
    const cluster = clusterOf(world);
    const population = populationOf(cluster);
    const questions = questionsOf(world, 1).filter((_, i) => i % 7 === 0);
    for (const question of questions) expectFit(cluster, population, question);
  }
});
