import { constantFrom, oneof, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import type { Finding } from '../../src/lint/fixes/finding.ts';
import { lint } from '../../src/lint/run/lint.ts';
import type { ClusterPolicy, ClusterRule } from '../../src/model/cluster-policy.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { DIRECTIONS } from '../../src/model/policy.ts';
import type { Direction, NetworkPolicy, Peer, PortRule, Rule } from '../../src/model/policy.ts';
import { judgeIn } from '../conformance/evaluate.ts';
import { plausible } from '../generators/cluster.ts';
import { questionsOf } from '../generators/questions.ts';
import { wild } from '../generators/wild.ts';
import { compare, law, read } from '../laws/law.ts';
import type { Read } from '../laws/law.ts';

/**
 * What each of these codes claims to do nothing, taken out of a policy of another tier. Where two rules may match
 * an address each is doubted for itself (decision D17), so that without the later one there is less to doubt; and
 * a `nodes` peer that matches no node of the input is perhaps for one that nobody knows (D18, D19).
 */
const TAKEN_OUT_OF_TIERS: Readonly<
  Record<string, (policy: ClusterPolicy, finding: Finding) => ClusterPolicy>
> = {
  'policy-selects-nothing': withoutClusterRules,
  'hostnetwork-subject': withoutClusterRules,
  'rule-shadowed': (policy, { place }) =>
    mapClusterRules(policy, (rule) => (rule.place === place ? [] : [rule])),
  'peer-matches-nothing': (policy, { place }) =>
    mapClusterRules(policy, (rule) => [
      rule.peers === 'all'
        ? rule
        : { ...rule, peers: rule.peers.filter((peer) => peer.place !== place) },
    ]),
  'named-port-unserved': (policy, { place }) =>
    mapClusterRules(policy, (rule) => [
      rule.ports === 'all'
        ? rule
        : { ...rule, ports: rule.ports.filter((port) => port.place !== place) },
    ]),
};

/** What each of these codes claims to do nothing, taken out of a policy; undefined: the whole policy. */
const TAKEN_OUT: Readonly<
  Record<string, (policy: NetworkPolicy, finding: Finding) => NetworkPolicy | undefined>
> = {
  'policy-selects-nothing': withoutPolicy,
  'hostnetwork-subject': withoutPolicy,
  'idle-section': (policy, { place }) => {
    const idle = DIRECTIONS.find((direction) => policy[direction][0]?.place === place);
    return idle === undefined ? policy : { ...policy, [idle]: [] };
  },
  'rule-adds-nothing': (policy, { place }) => mapRules(policy, (rule) => rule.place !== place),
  'policy-adds-nothing': withoutPlace,
  'opened-anyway': (policy, finding) =>
    finding.severity === 'warning' ? withoutPlace(policy, finding) : policy,
  'rule-overridden': (policy, { place }) => mapRules(policy, (rule) => rule.place !== place),
  'rule-unreachable': (policy, { place }) => mapRules(policy, (rule) => rule.place !== place),
  'peer-matches-nothing': withoutPeer,
  'or-meant': withoutPeer,
  'one-side-only': withoutPeer,
  'named-port-unserved': (policy, { place }) => mapRules(policy, (rule) => closePort(rule, place)),
};

/** A ClusterNetworkPolicy whose rules list other ports, or none; any other object as it is. */
function withProtocols(
  object: object,
  directions: readonly Direction[],
  protocols: readonly object[] | undefined,
): object {
  const { kind, spec } = object as { kind: string; spec: Record<string, readonly object[]> };
  if (kind !== 'ClusterNetworkPolicy') return object;
  const changed = directions.flatMap((direction) => {
    const rules = spec[direction]?.map((rule) => ({ ...rule, protocols }));
    return rules === undefined ? [] : [[direction, rules]];
  });
  return { ...object, spec: { ...spec, ...Object.fromEntries(changed) } };
}

/** How often each code was found in all worlds, so that no law holds for want of cases. */
const heard = new Map<string, number>();

function withoutClusterRules(policy: ClusterPolicy, { place }: Finding): ClusterPolicy {
  return policy.subject.place === place ? { ...policy, ingress: [], egress: [] } : policy;
}

function mapClusterRules(
  policy: ClusterPolicy,
  change: (rule: ClusterRule) => ClusterRule[],
): ClusterPolicy {
  return {
    ...policy,
    ingress: policy.ingress.flatMap(change),
    egress: policy.egress.flatMap(change),
  };
}

function withoutPolicy(policy: NetworkPolicy, { place }: Finding): NetworkPolicy | undefined {
  return policy.subjectPlace === place ? undefined : policy;
}

function withoutPlace(policy: NetworkPolicy, { place }: Finding): NetworkPolicy | undefined {
  return policy.place === place ? undefined : policy;
}

function withoutPeer(policy: NetworkPolicy, { place }: Finding): NetworkPolicy {
  const close = (peer: Peer): Peer => (peer.place === place ? { kind: 'nothing', place } : peer);
  return mapRules(policy, (rule) =>
    rule.peers === 'all' ? rule : { ...rule, peers: rule.peers.map(close) },
  );
}

function closePort(rule: Rule, place: Finding['place']): Rule {
  const close = (port: PortRule): PortRule =>
    port.place === place ? { kind: 'nothing', place } : port;
  return rule.ports === 'all' ? rule : { ...rule, ports: rule.ports.map(close) };
}

function mapRules(policy: NetworkPolicy, change: (rule: Rule) => Rule | boolean): NetworkPolicy {
  const changed = (rules: readonly Rule[]): Rule[] =>
    rules.flatMap((rule) => {
      const now = change(rule);
      return now === false ? [] : [now === true ? rule : now];
    });
  return { ...policy, ingress: changed(policy.ingress), egress: changed(policy.egress) };
}

function takeOut(code: string, policy: NetworkPolicy, finding: Finding): NetworkPolicy | undefined {
  const change = TAKEN_OUT[code];
  return change === undefined ? policy : change(policy, finding);
}

/** The world without all that the code's findings are about, in NetworkPolicies or in the other tiers. */
function after({ world, cluster, find }: Read, code: string, where: 'policies' | 'tiers'): Read {
  const { findings } = lint(cluster, new Reachability(cluster));
  const own = findings.filter((finding) => finding.code === code);
  const isHere = ({ subject }: Finding): boolean =>
    subject.startsWith('NetworkPolicy ') === (where === 'policies');
  const key = `${code} in ${where}`;
  heard.set(key, (heard.get(key) ?? 0) + own.filter(isHere).length);
  const policies = cluster.policies.flatMap((policy) => {
    if (where !== 'policies') return policy;
    let now: NetworkPolicy | undefined = policy;
    for (const finding of own) now = now && takeOut(code, now, finding);
    return now ?? [];
  });
  const clusterPolicies = cluster.clusterPolicies.map((policy) =>
    where === 'tiers'
      ? own.reduce((now, finding) => TAKEN_OUT_OF_TIERS[code]!(now, finding), policy)
      : policy,
  );
  const changed: Cluster = { ...cluster, policies, clusterPolicies };
  const judge = judgeIn(changed);
  return { world, cluster: changed, judge: (question) => judge(question)!, find };
}

const WORLDS = plausible({ clusterPolicies: 12 });
/** Codes that few worlds have, and worlds that have them. */
const RICH: Readonly<Record<string, typeof WORLDS>> = {
  // ingress rules are all for pods by label, and so may ask for a port by its name
  'named-port-unserved in tiers': tuple(WORLDS, constantFrom('http', 'dns', 'nobody')).map(
    ([world, destinationNamedPort]) => ({
      ...world,
      objects: world.objects.map((one) =>
        withProtocols(one, ['ingress'], [{ destinationNamedPort }]),
      ),
    }),
  ),
  // what denies all ports denies all that a rule allows
  'rule-overridden in policies': WORLDS.map((world) => ({
    ...world,
    objects: world.objects.map((one) => withProtocols(one, DIRECTIONS, undefined)),
  })),
};
const CODES = { policies: Object.keys(TAKEN_OUT), tiers: Object.keys(TAKEN_OUT_OF_TIERS) };
const WHERE = ['policies', 'tiers'] as const;

for (const where of WHERE) {
  for (const code of CODES[where]) {
    const worlds = RICH[`${code} in ${where}`] ?? WORLDS;
    law(
      `what ${code} is about can be taken out of ${where} and every answer stays`,
      worlds,
      (world) => {
        const before = read(world);
        return compare(
          questionsOf(world, 2),
          before,
          after(before, code, where),
          (was, is) => was.answer === is.answer || (where === 'tiers' && was.answer === 'depends'),
        );
      },
    );
  }
}

test('each of these codes is found in some of the worlds', () => {
  const all = WHERE.flatMap((where) => CODES[where].map((code) => `${code} in ${where}`));
  expect(all.filter((key) => (heard.get(key) ?? 0) === 0)).toEqual([]);
});

law('findings never fail, whatever the input', oneof(wild(3), WORLDS), (world) => {
  const { cluster } = read(world);
  const { findings } = lint(cluster, new Reachability(cluster));
  for (const { message, place, subject } of findings) {
    expect(message).not.toMatch(/undefined|\[object|``|\n|\.$/);
    expect(subject).toMatch(/^[A-Z]\w+( .+)?$/);
    expect(place.line).toBeGreaterThan(0);
  }
  return undefined;
});
