import { oneof } from 'fast-check';
import { expect, test } from 'vitest';
import { Reachability } from '../../src/evaluate/reachability.ts';
import type { Finding } from '../../src/lint/finding.ts';
import { lint } from '../../src/lint/lint.ts';
import type { ClusterPolicy } from '../../src/model/cluster-policy.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { DIRECTIONS } from '../../src/model/policy.ts';
import type { NetworkPolicy, Peer, PortRule, Rule } from '../../src/model/policy.ts';
import { judgeIn } from '../conformance/evaluate.ts';
import { plausible } from '../generators/cluster.ts';
import { questionsOf } from '../generators/questions.ts';
import { wild } from '../generators/wild.ts';
import { compare, law, read } from '../laws/law.ts';
import type { Read } from '../laws/law.ts';

/**
 * What each of these codes claims to do nothing, taken out of a policy of another tier. Where two rules may match
 * an address each is doubted for itself (decision D17), so that without the later one there is less to doubt.
 */
const TAKEN_OUT_OF_TIERS: Readonly<
  Record<string, (policy: ClusterPolicy, finding: Finding) => ClusterPolicy>
> = {
  'rule-shadowed': (policy, { place }) => ({
    ...policy,
    ingress: policy.ingress.filter((rule) => rule.place !== place),
    egress: policy.egress.filter((rule) => rule.place !== place),
  }),
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

/** How often each code was found in all worlds, so that no law holds for want of cases. */
const heard = new Map<string, number>();

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

/** The world without all that the code's findings are about. */
function after({ world, cluster, find }: Read, code: string): Read {
  const { findings } = lint(cluster, new Reachability(cluster));
  const own = findings.filter((finding) => finding.code === code);
  heard.set(code, (heard.get(code) ?? 0) + own.length);
  const policies = cluster.policies.flatMap((policy) => {
    let now: NetworkPolicy | undefined = policy;
    for (const finding of own) now = now && takeOut(code, now, finding);
    return now ?? [];
  });
  const clusterPolicies = cluster.clusterPolicies.map((policy) =>
    own.reduce((now, finding) => TAKEN_OUT_OF_TIERS[code]?.(now, finding) ?? now, policy),
  );
  const changed: Cluster = { ...cluster, policies, clusterPolicies };
  const judge = judgeIn(changed);
  return { world, cluster: changed, judge: (question) => judge(question)!, find };
}

const WORLDS = plausible({ clusterPolicies: 12 });
const CODES = [...Object.keys(TAKEN_OUT), ...Object.keys(TAKEN_OUT_OF_TIERS)];

for (const code of CODES) {
  law(`what ${code} is about can be taken out and every answer stays`, WORLDS, (world) => {
    const before = read(world);
    return compare(
      questionsOf(world, 2),
      before,
      after(before, code),
      (was, is) =>
        was.answer === is.answer || (code in TAKEN_OUT_OF_TIERS && was.answer === 'depends'),
    );
  });
}

test('each of these codes is found in some of the worlds', () => {
  const silent = CODES.filter((code) => (heard.get(code) ?? 0) === 0);
  expect(silent).toEqual([]);
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
