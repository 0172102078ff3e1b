import type { Coverage } from '../../expect/coverage/coverage.ts';
import type { Fault } from '../../expect/judgement/judgement.ts';
import { scoreOf } from '../../expect/mutation/mutation.ts';
import type { Mutation } from '../../expect/mutation/mutation.ts';
import { explanationObject } from '../explanation/object.ts';
import { becauseOf, portsValue } from '../pairs/ports.ts';
import { policyTitle } from './coverage.ts';
import { endsName } from './fault.ts';
import { suggestedFile, survivorObject } from './mutation.ts';
import { countsOf } from './run.ts';
import type { TestRun, ToldJudgement } from './run.ts';

/** The documented JSON form of what `sluice test` found (`kind: TestResults`). */
export function testObject(run: TestRun): object {
  return {
    apiVersion: 'sluice.dev/v1',
    kind: 'TestResults',
    summary: countsOf(run),
    ...(run.lab && { lab: run.lab }),
    expectations: run.told.map((told) => judgementObject(told, run)),
    ...(run.coverage && { coverage: coverageObject(run.coverage) }),
    ...(run.mutation && { mutation: mutationObject(run.mutation, run) }),
    problems: run.problems,
  };
}

function coverageObject({ items, isCut }: Coverage): object {
  return {
    items: items.map(({ policy, direction, rule, place, exercised }) => ({
      policy: policyTitle(policy),
      direction,
      ...(rule !== undefined && { rule }),
      place,
      exercised,
    })),
    isCut,
  };
}

function mutationObject(mutation: Mutation, { outside }: TestRun): object {
  const { possible, tried, idle, undecidable, noticed, survivors } = mutation;
  return {
    possible,
    tried,
    idle,
    undecidable,
    noticed,
    score: scoreOf(mutation),
    survivors: survivors.map((survivor) => survivorObject(survivor, outside)),
    suggested: suggestedFile(mutation).join('\n'),
  };
}

function judgementObject({ judgement, explanations }: ToldJudgement, run: TestRun): object {
  const { expectation, state, pairs, faulty, faults, problems } = judgement;
  const { kind, title, from, to, because, place } = expectation;
  return {
    expects: kind,
    title,
    from: from.text,
    to: to.text,
    ...(because !== undefined && { because }),
    place,
    state,
    pairs,
    faulty,
    faults: faults.map((fault) => faultObject(fault, run)),
    explanations: explanations.map(explanationObject),
    problems,
  };
}

function faultObject(fault: Fault, run: TestRun): object {
  const { from, to, ports, answer, unknowns, demand, observed } = fault;
  const service = demand.service?.service;
  return {
    from: endsName(from, run.outside),
    to: endsName(to, run.outside),
    ...(service && { service: `svc/${service.namespace}/${service.name}` }),
    ports: portsValue(ports),
    answer,
    ...(observed !== undefined && { observed }),
    ...(answer === 'depends' && { because: becauseOf(unknowns) }),
  };
}
