import * as fc from 'fast-check';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import type { Connection, RuleRef, Side, Verdict } from '../../src/evaluate/verdict/verdict.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { DIRECTIONS, rulesOf } from '../../src/model/policy.ts';
import type { Direction } from '../../src/model/policy.ts';
import type { Question } from '../conformance/implementation.ts';
import { plausible } from '../generators/cluster.ts';
import { law, read, singleQuestions } from './law.ts';
import type { Read, Violation } from './law.ts';

/** Clusters of one address family: with two, a verdict tells of the one that allows more (D1). */
const ONE_FAMILY = fc.record({
  cluster: plausible({ families: 'IPv4', workloads: 3, policies: 4 }),
});

/** Checks the verdict of every question, each of its two sides. */
function everySide(
  { world, cluster, find }: Read,
  check: (side: Side, direction: Direction, connection: Connection) => string | undefined,
): Violation | undefined {
  for (const question of singleQuestions({ world, cluster, find, judge: unused })) {
    const connection = connectionOf(find, question);
    if (connection === undefined) continue;
    const verdict = evaluate(cluster, connection);
    for (const direction of DIRECTIONS) {
      const because = check(verdict[direction], direction, connection);
      if (because !== undefined) return { world, question, is: verdict.answer, because };
    }
  }
  return undefined;
}

function unused(): never {
  throw new Error('these laws ask `evaluate` itself');
}

function connectionOf(find: Read['find'], question: Question): Connection | undefined {
  const [from, to] = [find(question.from).ends[0]!, find(question.to).ends[0]!];
  if (from.id === to.id) return undefined;
  const port = { protocol: question.protocol, number: question.port ?? 0 };
  return { from: from.endpoint, to: to.endpoint, port };
}

/** The cluster with other rules in one direction; who is isolated stays. */
function withRules(
  cluster: Cluster,
  direction: Direction,
  keep: (ref: Pick<RuleRef, 'policy' | 'index'>) => boolean,
): Cluster {
  const policies = cluster.policies.map((policy) => ({
    ...policy,
    [direction]: rulesOf(policy, direction).filter((_, index) => keep({ policy, index })),
  }));
  return { ...cluster, policies };
}

function isSame(
  a: Pick<RuleRef, 'policy' | 'index'>,
  b: Pick<RuleRef, 'policy' | 'index'>,
): boolean {
  return a.policy === b.policy && a.index === b.index;
}

/** The rules a side names as those that allow, or may allow. */
function namedBy(side: Side): readonly RuleRef[] {
  if (side.state !== 'allowed' && side.state !== 'depends') return [];
  return side.allowedBy.filter((ref) => ref.tier === 'NetworkPolicy');
}

// Z2: the reasons are the answer. A rule is named iff it alone, of all, would give the same state.
law('explain names a rule iff it allows', ONE_FAMILY, ({ cluster }) => {
  const own = read(cluster);
  return everySide(own, (side, direction, connection) => {
    if (side.state === 'exempt' || side.state === 'open') {
      const none = withRules(own.cluster, direction, () => false);
      const { state } = evaluate(none, connection)[direction];
      return state === side.state ? undefined : `${side.state} by rules`;
    }
    for (const policy of side.isolatedBy) {
      for (const [index] of rulesOf(policy, direction).entries()) {
        const alone = withRules(own.cluster, direction, (ref) => isSame(ref, { policy, index }));
        const result = evaluate(alone, connection)[direction];
        const named = namedBy(side).some((ref) => isSame(ref, { policy, index }));
        const gives = namedBy(result).length > 0 && result.state === side.state;
        if (named !== gives)
          return `rule ${index} of ${policy.name} is ${named ? '' : 'not '}named, alone it makes ${direction} ${result.state}`;
      }
    }
    return undefined;
  });
});

// Z2: denied and depending sides say of every rule how it missed, allowed ones of none.
law('explain tells of every rule once', ONE_FAMILY, ({ cluster }) => {
  const own = read(cluster);
  return everySide(own, (side, direction) => {
    if (side.state !== 'denied' && side.state !== 'depends') return undefined;
    const told = [...namedBy(side), ...side.missed.map(({ ref }) => ref)];
    const all = side.isolatedBy.flatMap((policy) =>
      rulesOf(policy, direction).map((_, index) => ({ policy, index })),
    );
    const once = all.every((rule) => told.filter((ref) => isSame(ref, rule)).length === 1);
    return once && told.length === all.length
      ? undefined
      : 'some rule is told of twice, or not at all';
  });
});

// S4: what several rules allow stays when one goes, what one allows does not.
law('removing an allowing rule closes what only it allowed', ONE_FAMILY, ({ cluster }) => {
  const own = read(cluster);
  return everySide(own, (side, direction, connection) => {
    if (side.state !== 'allowed') return undefined;
    for (const removed of namedBy(side)) {
      const without = withRules(own.cluster, direction, (ref) => !isSame(ref, removed));
      const verdict: Verdict = evaluate(without, connection);
      const isOpen = verdict[direction].state === 'allowed';
      if (isOpen !== side.allowedBy.length > 1)
        return `without rule ${removed.index} of ${removed.policy.name} ${direction} is ${verdict[direction].state}`;
      if (!isOpen && verdict.answer === 'allowed')
        return 'the answer does not follow from its sides';
    }
    return undefined;
  });
});
