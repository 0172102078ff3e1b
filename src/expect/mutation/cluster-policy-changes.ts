import { clusterRulesOf, inTier } from '../../model/cluster-policy.ts';
import type { Action, ClusterPolicy, ClusterRule } from '../../model/cluster-policy.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { EVERYTHING } from '../../model/selector.ts';
import { clusterPeerChanges } from './cluster-peer-changes.ts';
import { listChanges } from './item-changes.ts';
import { withItem, withoutItem } from './mutant.ts';
import type { Change } from './mutant.ts';
import { portChanges } from './port-changes.ts';
import { selectorChanges } from './selector-changes.ts';

const ACTIONS: readonly Action[] = ['Accept', 'Deny', 'Pass'];

/**
 * Every single change to a policy of the tiers around NetworkPolicy that someone might make by mistake:
 * other actions, another order, less asked of a peer. `all` are the policies of the cluster, for the order.
 */
export function* clusterPolicyChanges(
  policy: ClusterPolicy,
  all: readonly ClusterPolicy[],
): Generator<Change<ClusterPolicy>> {
  const { place, subject } = policy;
  yield { what: 'take the policy away', place, became: undefined };
  const selectors = { namespaces: 'namespaceSelector', pods: 'podSelector' } as const;
  for (const [key, name] of Object.entries(selectors) as ['namespaces' | 'pods', string][]) {
    const selector = subject[key];
    if (selector === undefined || selector.length === 0) continue;
    const wide = { ...policy, subject: { ...subject, [key]: EVERYTHING } };
    yield { what: `empty the ${name} of its subject`, place: subject.place, became: wide };
    for (const { what, selector: less } of selectorChanges(selector, name)) {
      const became = { ...policy, subject: { ...subject, [key]: less } };
      yield { what, place: subject.place, became };
    }
  }
  yield* orderChanges(policy, all);
  for (const direction of DIRECTIONS) yield* ruleListChanges(policy, direction);
}

/** Its priority and that of the next policy of its tier, exchanged as far as one policy can. */
function* orderChanges(
  policy: ClusterPolicy,
  all: readonly ClusterPolicy[],
): Generator<Change<ClusterPolicy>> {
  const { kind, place } = policy;
  const tier = inTier(all, policy.tier);
  const next = tier[tier.indexOf(policy) + 1];
  if (next !== undefined && Number.isFinite(next.priority)) {
    const what = `give it a priority after \`${next.name}\``;
    yield { what, place, became: { ...policy, priority: next.priority + 0.5 } };
  }
  if (kind !== 'ClusterNetworkPolicy') return;
  const other = policy.tier === 'Admin' ? 'Baseline' : 'Admin';
  yield { what: `put it into tier ${other}`, place, became: { ...policy, tier: other } };
}

function* ruleListChanges(
  policy: ClusterPolicy,
  direction: Direction,
): Generator<Change<ClusterPolicy>> {
  const rules = clusterRulesOf(policy, direction);
  const withRules = (list: readonly ClusterRule[]): ClusterPolicy => ({
    ...policy,
    [direction]: list,
  });
  for (const [index, rule] of rules.entries()) {
    const { place } = rule;
    const name = `${direction} rule ${index + 1}`;
    yield { what: `take ${name} out`, place, became: withRules(withoutItem(rules, index)) };
    const next = rules[index + 1];
    if (next !== undefined) {
      const swapped = withItem(withoutItem(rules, index), index, next, rule);
      yield { what: `put ${name} after the next`, place, became: withRules(swapped) };
    }
    for (const { what, place: at, became } of ruleChanges(rule)) {
      const changed = withRules(withItem(rules, index, became!));
      yield { what: `in ${name}, ${what}`, place: at, became: changed };
    }
  }
}

function* ruleChanges(rule: ClusterRule): Generator<Change<ClusterRule>> {
  const { peers, ports, place, action } = rule;
  for (const other of ACTIONS) {
    if (other === action) continue;
    const became = { ...rule, action: other, written: other };
    yield { what: `write ${other} for ${action}`, place, became };
  }
  if (peers !== 'all') {
    for (const { became, ...change } of listChanges(peers, 'peer', clusterPeerChanges))
      yield { ...change, became: { ...rule, peers: became } };
  }
  if (ports !== 'all') {
    const what = 'take its ports out, so that it is for all';
    yield { what, place, became: { ...rule, ports: 'all' } };
    for (const { became, ...change } of listChanges(ports, 'port', portChanges))
      yield { ...change, became: { ...rule, ports: became } };
  }
}
