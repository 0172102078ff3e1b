import * as fc from 'fast-check';
import type { ClusterRuleRef, Side } from '../../src/evaluate/verdict/side.ts';
import { evaluate, hasSay } from '../../src/evaluate/verdict/verdict.ts';
import type { Connection, Verdict } from '../../src/evaluate/verdict/verdict.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Place } from '../../src/model/place.ts';
import { DIRECTIONS } from '../../src/model/policy.ts';
import type { Direction } from '../../src/model/policy.ts';
import { plausible } from '../generators/cluster.ts';
import { law, read, singleQuestions } from './law.ts';
import type { Read, Violation } from './law.ts';

type JudgedSide = Exclude<Side, { state: 'exempt' }>;

/** Clusters of one address family: with two, a verdict tells of the one that allows more (D1). */
const ONE_FAMILY = fc.record({
  cluster: plausible({ families: 'IPv4', workloads: 3, policies: 3, clusterPolicies: 4 }),
});

const ANY_FAMILIES = fc.record({
  cluster: plausible({ workloads: 2, policies: 1, clusterPolicies: 10 }),
});

/** Checks every question that policies can decide. */
function everyVerdict(
  { world, cluster, find, judge }: Read,
  check: (verdict: Verdict, connection: Connection) => string | undefined,
): Violation | undefined {
  if (cluster.clusterPolicies.length === 0) return undefined;
  for (const question of singleQuestions({ world, cluster, find, judge })) {
    const [from, to] = [find(question.from).ends[0]!, find(question.to).ends[0]!];
    if (from.id === to.id) continue;
    const port = { protocol: question.protocol, number: question.port ?? 0 };
    const connection = { from: from.endpoint, to: to.endpoint, port };
    const verdict = evaluate(cluster, connection);
    const because = check(verdict, connection);
    if (because !== undefined) return { world, question, is: verdict.answer, because };
  }
  return undefined;
}

/** Checks the sides of every question that policies can decide over one family. */
function everySide(
  own: Read,
  check: (side: JudgedSide, direction: Direction, connection: Connection) => string | undefined,
): Violation | undefined {
  return everyVerdict(own, (verdict, connection) => {
    if (verdict.families.length !== 1) return undefined;
    for (const direction of DIRECTIONS) {
      const side = verdict[direction];
      const because = side.state === 'exempt' ? undefined : check(side, direction, connection);
      if (because !== undefined) return because;
    }
    return undefined;
  });
}

/** The cluster without some rules of its cluster policies. */
function without(cluster: Cluster, refs: readonly ClusterRuleRef[]): Cluster {
  const gone = new Set(refs.map(({ rule }) => rule));
  const clusterPolicies = cluster.clusterPolicies.map((policy) => ({
    ...policy,
    ingress: policy.ingress.filter((rule) => !gone.has(rule)),
    egress: policy.egress.filter((rule) => !gone.has(rule)),
  }));
  return { ...cluster, clusterPolicies };
}

/** What a side says, by names: rules keep their places when others go, but not their numbers. */
function told(side: Side | undefined): string {
  if (side === undefined || side.state === 'exempt') return String(side?.state);
  const refs = (list: readonly { readonly rule: { readonly place: Place } }[]): string =>
    list.map(({ rule }) => rule.place.toString()).join();
  if (side.state === 'open') return `open, passed by ${refs(side.passed)}`;
  const { state, tier, allowedBy, deniedBy, passed } = side;
  return `${state} by ${tier}: ${refs(allowedBy)}; ${refs(deniedBy)}; ${refs(passed)}`;
}

law('what comes next is what comes without the rule that decides', ONE_FAMILY, ({ cluster }) => {
  const own = read(cluster);
  return everySide(own, (side, direction, connection) => {
    if (side.state === 'open' || side.next === undefined) return undefined;
    const last = side.met.findLast(({ on }) => on === undefined)!.ref;
    // those that only may match come before it: they are still met, and not part of what comes next
    const before = side.met.filter(({ on }) => on !== undefined).map(({ ref }) => ref);
    const left = without(own.cluster, [last, ...before]);
    const after = told(evaluate(left, connection)[direction]);
    return after === told(side.next) ? undefined : `${told(side.next)} is next, not ${after}`;
  });
});

law('rules that are not met change nothing', ONE_FAMILY, ({ cluster }) => {
  const own = read(cluster);
  return everySide(own, (side, direction, connection) => {
    const met = new Set(side.met.map(({ ref }) => ref.rule));
    const next = side.state === 'open' ? undefined : side.next;
    for (const { ref } of next?.met ?? []) met.add(ref.rule);
    const clusterPolicies = own.cluster.clusterPolicies.map((policy) => ({
      ...policy,
      ingress: policy.ingress.filter((rule) => met.has(rule)),
      egress: policy.egress.filter((rule) => met.has(rule)),
    }));
    const after = evaluate({ ...own.cluster, clusterPolicies }, connection)[direction];
    return told(after) === told(side) ? undefined : `${told(side)} becomes ${told(after)}`;
  });
});

law('a side that surely has one rule to thank changes when it goes', ONE_FAMILY, ({ cluster }) => {
  const own = read(cluster);
  return everySide(own, (side, direction, connection) => {
    if (side.state === 'open' || side.met.some(({ on }) => on !== undefined)) return undefined;
    const [only, ...more] = side.met.filter(({ effect }) => effect !== 'Pass');
    if (only === undefined) return undefined;
    if (more.length > 0) return 'two rules surely decide';
    const after = evaluate(without(own.cluster, [only.ref]), connection)[direction];
    const names = 'allowedBy' in after ? [...after.allowedBy, ...after.deniedBy] : [];
    return names.some(({ rule }) => rule === only.ref.rule)
      ? 'a rule that is gone is named'
      : undefined;
  });
});

law('a policy that has no say changes nothing', ANY_FAMILIES, ({ cluster }) => {
  const own = read(cluster);
  return everyVerdict(own, ({ answers }, connection) => {
    for (const policy of own.cluster.clusterPolicies) {
      if (hasSay(own.cluster, policy, connection)) continue;
      const clusterPolicies = own.cluster.clusterPolicies.filter((one) => one !== policy);
      const after = evaluate({ ...own.cluster, clusterPolicies }, connection).answers;
      if (after.join() !== answers.join())
        return `without ${policy.name} ${answers.join()} becomes ${after.join()}`;
    }
    return undefined;
  });
});
