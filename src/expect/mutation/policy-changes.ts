import { DIRECTIONS, rulesOf } from '../../model/policy.ts';
import type { Direction, NetworkPolicy, Rule } from '../../model/policy.ts';
import { EVERYTHING } from '../../model/selector.ts';
import { listChanges } from './item-changes.ts';
import { withItem, withoutItem } from './mutant.ts';
import type { Change } from './mutant.ts';
import { peerChanges } from './peer-changes.ts';
import { portChanges } from './port-changes.ts';
import { selectorChanges } from './selector-changes.ts';

/** Every single change to a NetworkPolicy that someone might make by mistake. */
export function* policyChanges(policy: NetworkPolicy): Generator<Change<NetworkPolicy>> {
  const { place, subject, subjectPlace } = policy;
  yield { what: 'take the policy away', place, became: undefined };
  if (subject.length > 0) {
    const became = { ...policy, subject: EVERYTHING };
    yield { what: 'let it select every pod of its namespace', place: subjectPlace, became };
  }
  for (const { what, selector } of selectorChanges(subject, 'podSelector'))
    yield { what, place: subjectPlace, became: { ...policy, subject: selector } };
  if (policy.isolates.length > 1) {
    for (const direction of policy.isolates) {
      const isolates = policy.isolates.filter((one) => one !== direction);
      const type = direction === 'ingress' ? 'Ingress' : 'Egress';
      const what = `take ${type} out of policyTypes`;
      yield { what, place: policy.policyTypesPlace ?? place, became: { ...policy, isolates } };
    }
  }
  for (const direction of DIRECTIONS) {
    // rules of a direction that is not isolated say nothing
    if (policy.isolates.includes(direction)) yield* ruleListChanges(policy, direction);
  }
}

function* ruleListChanges(
  policy: NetworkPolicy,
  direction: Direction,
): Generator<Change<NetworkPolicy>> {
  const rules = rulesOf(policy, direction);
  for (const [index, rule] of rules.entries()) {
    const name = `${direction} rule ${index + 1}`;
    const less = { ...policy, [direction]: withoutItem(rules, index) };
    yield { what: `take ${name} out`, place: rule.place, became: less };
    for (const { what, place, became } of ruleChanges(rule, direction)) {
      const changed = { ...policy, [direction]: withItem(rules, index, became!) };
      yield { what: `in ${name}, ${what}`, place, became: changed };
    }
  }
}

function* ruleChanges(rule: Rule, direction: Direction): Generator<Change<Rule>> {
  const { peers, ports, place } = rule;
  const key = direction === 'ingress' ? 'from' : 'to';
  if (peers !== 'all') {
    const what = `take \`${key}\` out, so that it is for everyone`;
    yield { what, place, became: { ...rule, peers: 'all' } };
    for (const { became, ...change } of listChanges(peers, 'peer', peerChanges))
      yield { ...change, became: { ...rule, peers: became } };
  }
  if (ports !== 'all') {
    const what = 'take `ports` out, so that it is for all';
    yield { what, place, became: { ...rule, ports: 'all' } };
    for (const { became, ...change } of listChanges(ports, 'port', portChanges))
      yield { ...change, became: { ...rule, ports: became } };
  }
}
