import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVALUATE } from '../conformance/evaluate.ts';
import type { Implementation, Judgement, Question } from '../conformance/implementation.ts';
import { SPEC } from '../conformance/spec.ts';
import { SEED } from '../generators/seed.ts';
import { adminPolicy, baselinePolicy, clusterPolicy } from './tier-object.ts';
import { DOMAINS, ENDS, plainWorlds, POD_NETWORK } from './tier-world.ts';
import type { PlainPolicy, PlainRule, PlainWorld } from './tier-world.ts';

const RUNS = 25;
const PORTS = [
  { protocol: 'TCP', port: 80 },
  { protocol: 'UDP', port: 53 },
  { protocol: 'other' },
] as const;
const QUESTIONS: readonly Question[] = ENDS.flatMap((from) =>
  [...ENDS, ...DOMAINS].flatMap((to) => PORTS.map((port) => ({ from, to, ...port }))),
);

/** The answers in the order in which they let more through. */
const ANSWERS = ['denied', 'depends', 'allowed'] as const;
const rank = ({ answer }: Judgement): number => ANSWERS.indexOf(answer);

/** One implementation, asked every question of a world. */
class Asked {
  readonly #implementation: Implementation;

  constructor(implementation: Implementation) {
    this.#implementation = implementation;
  }

  all(objects: readonly unknown[], policies: readonly unknown[]): Judgement[] {
    const world = { objects: [...objects, ...policies], podNetwork: POD_NETWORK };
    const judge = this.#implementation.judgeOf(world);
    return QUESTIONS.map((question) => {
      const { answer, egress, ingress, egressTier, ingressTier } = judge(question)!;
      return { answer, egress, ingress, egressTier, ingressTier };
    });
  }

  judge({ objects, policies }: PlainWorld): Judgement[] {
    return this.all(objects, policies.map(clusterPolicy));
  }
}

type Change = (world: PlainWorld, asked: Asked) => readonly [Judgement[], Judgement[]];

/** A law; `breach` compares two judgements of the same question. */
interface Law {
  readonly sentence: string;
  readonly change: Change;
  readonly breach: (before: Judgement, after: Judgement, question: Question) => boolean;
}

const LAWS: Law[] = [];

function law(sentence: string, change: Change, breach: Law['breach']): void {
  LAWS.push({ sentence, change, breach });
}

const differs = (before: Judgement, after: Judgement): boolean =>
  JSON.stringify(before) !== JSON.stringify(after);
const allowsMore = (before: Judgement, after: Judgement): boolean => rank(after) > rank(before);
const deniesMore = (before: Judgement, after: Judgement): boolean => rank(after) < rank(before);

const without = (world: PlainWorld, tier: string): PlainWorld => ({
  ...world,
  policies: world.policies.filter((policy) => policy.tier !== tier),
});

/** The world with every rule rewritten; a rule for which there is nothing to say goes. */
function withRules(
  world: PlainWorld,
  rewrite: (rule: PlainRule, policy: PlainPolicy) => PlainRule | undefined,
): PlainWorld {
  const policies = world.policies.map((policy) => {
    const rewritten = (rules: readonly PlainRule[]): PlainRule[] =>
      rules.map((rule) => rewrite(rule, policy)).filter((rule) => rule !== undefined);
    return { ...policy, ingress: rewritten(policy.ingress), egress: rewritten(policy.egress) };
  });
  return { ...world, policies };
}

const hasNames = ({ peers }: PlainRule): boolean =>
  peers.some((peer) => 'domainNames' in (peer as object));

/** A policy for everybody, with one rule for everything a rule can be for. */
const everything = (action: PlainRule['action'], tier: PlainPolicy['tier']): PlainPolicy => ({
  name: 'everything',
  tier,
  priority: 0,
  subject: { namespaces: {} },
  ingress: [{ action, peers: [{ namespaces: {} }], ports: undefined }],
  egress: [
    {
      action,
      peers: [{ namespaces: {} }, { nodes: {} }, { networks: ['0.0.0.0/0', '::/0'] }],
      ports: undefined,
    },
  ],
});

for (const tier of ['Admin', 'Baseline'] as const) {
  law(
    `a Pass of everything first is as good as no ${tier} tier`,
    (world, asked) => [
      asked.judge(without(world, tier)),
      asked.judge({ ...world, policies: [...world.policies, everything('Pass', tier)] }),
    ],
    differs,
  );
  law(
    `a ${tier} tier of Pass rules only decides nothing`,
    (world, asked) => [
      asked.judge(without(world, tier)),
      asked.judge(
        withRules(world, (rule, policy) => {
          if (policy.tier !== tier) return rule;
          return hasNames(rule) ? undefined : { ...rule, action: 'Pass' };
        }),
      ),
    ],
    differs,
  );
}

const became =
  (from: PlainRule['action'], to: PlainRule['action']) =>
  (world: PlainWorld, asked: Asked): readonly [Judgement[], Judgement[]] => {
    const plain = withRules(world, (rule) => (hasNames(rule) ? undefined : rule));
    const changed = withRules(plain, (rule) =>
      rule.action === from ? { ...rule, action: to } : rule,
    );
    return [asked.judge(plain), asked.judge(changed)];
  };

law('an Accept that becomes a Pass never allows more', became('Accept', 'Pass'), allowsMore);
law('a Deny that becomes a Pass never denies more', became('Deny', 'Pass'), deniesMore);
law('an Accept that becomes a Deny never allows more', became('Accept', 'Deny'), allowsMore);

law(
  'an Admin Accept of everything is final where a pod is the source',
  (world, asked) => {
    const policies = [...world.policies, everything('Accept', 'Admin')];
    return [asked.judge(world), asked.judge({ ...world, policies })];
  },
  (before, after) => before.egress !== 'exempt' && after.egressTier !== 'Admin',
);

law(
  'an Admin Deny of everything leaves no pod a way out',
  (world, asked) => {
    const policies = [...world.policies, everything('Deny', 'Admin')];
    return [asked.judge(world), asked.judge({ ...world, policies })];
  },
  (before, after) => before.egress !== 'exempt' && after.answer !== 'denied',
);

law(
  'a policy that selects no pod changes nothing',
  (world, asked) => {
    const nowhere = { namespaces: { matchLabels: { 'kubernetes.io/metadata.name': 'nowhere' } } };
    const others = world.policies.map((policy) => ({
      ...policy,
      name: `other-${policy.name}`,
      subject: nowhere,
    }));
    return [
      asked.judge(world),
      asked.judge({ ...world, policies: [...others, ...world.policies] }),
    ];
  },
  differs,
);

law(
  'the Baseline tier never matters for a pod isolated in that direction',
  ({ objects, policies }, asked) => {
    const isolated = [
      ...objects,
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { namespace: 'shop', name: 'isolated' },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      },
    ];
    const world = { objects: isolated, policies };
    return [asked.judge(world), asked.judge(without(world, 'Baseline'))];
  },
  (before, after, { from, to }) =>
    (from.startsWith('shop/') && before.egressTier !== after.egressTier) ||
    (from.startsWith('shop/') && before.egress !== after.egress) ||
    (to.startsWith('shop/') && before.ingressTier !== after.ingressTier) ||
    (to.startsWith('shop/') && before.ingress !== after.ingress),
);

law(
  'the order of the input does not matter',
  (world, asked) => [
    asked.judge(world),
    asked.judge({ ...world, policies: world.policies.toReversed() }),
  ],
  differs,
);

law(
  'an AdminNetworkPolicy says what the ClusterNetworkPolicy of the Admin tier says',
  (world, asked) => {
    const written = world.policies.map((policy) =>
      policy.tier === 'Admin' ? adminPolicy(policy) : clusterPolicy(policy),
    );
    return [asked.judge(world), asked.all(world.objects, written)];
  },
  differs,
);

law(
  'a BaselineAdminNetworkPolicy says what the last ClusterNetworkPolicy of the Baseline tier says',
  (world, asked) => {
    const plain = withRules(world, (rule) =>
      hasNames(rule) || rule.action === 'Pass' ? undefined : rule,
    );
    const admin = plain.policies.filter(({ tier }) => tier === 'Admin');
    const last = plain.policies.find(({ tier }) => tier === 'Baseline');
    const baseline = last === undefined ? [] : [last];
    return [
      asked.judge({ ...plain, policies: [...admin, ...baseline] }),
      asked.all(plain.objects, [...admin.map(clusterPolicy), ...baseline.map(baselinePolicy)]),
    ];
  },
  differs,
);

/** Only a side that is neither open nor exempt was decided by a tier. */
function isToldOfNobody({ egress, egressTier, ingress, ingressTier }: Judgement): boolean {
  const isWrong = (side: string | undefined, tier: string | undefined): boolean =>
    (side === 'open' || side === 'exempt') !== (tier === 'none');
  return isWrong(egress, egressTier) || isWrong(ingress, ingressTier);
}

law(
  'a side is decided by a tier exactly when a policy decided it',
  (world, asked) => {
    const all = asked.judge(world);
    return [all, all];
  },
  isToldOfNobody,
);

describe.each([SPEC, EVALUATE])('$name', (implementation) => {
  const asked = new Asked(implementation);
  test.each(LAWS)('$sentence', ({ change, breach }) => {
    const property = fc.property(plainWorlds, (world) => {
      const [before, after] = change(world, asked);
      const broken = QUESTIONS.map((question, i) => ({
        question,
        before: before[i]!,
        after: after[i]!,
      })).filter((one) => breach(one.before, one.after, one.question));
      expect(broken.slice(0, 1)).toEqual([]);
    });
    fc.assert(property, { seed: SEED, numRuns: RUNS });
  });
});
