import type { ClusterRuleRef, Miss, RuleRef, Side } from '../../evaluate/verdict/side.ts';
import type { Connection } from '../../evaluate/verdict/verdict.ts';
import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Direction, NetworkPolicy } from '../../model/policy.ts';
import { missWords } from '../words/miss-words.ts';
import {
  closedWords,
  exemptionWords,
  perhapsWords,
  sideUnknownWords,
} from '../words/side-words.ts';
import type { Explanation } from './explanation.ts';
import { explanationNotes } from './notes.ts';

/** The documented JSON form of an explanation (`kind: Explanation`). */
export function explanationObject(explanation: Explanation): object {
  const { from, to, port, asked, fix, cluster } = explanation;
  const { telling } = asked;
  const side = (direction: Direction): object =>
    telling === undefined
      ? { state: 'denied', isolatedBy: [], allowedBy: [], deniedBy: [], passed: [], missed: [] }
      : sideObject(cluster, telling.verdict[direction], direction, telling.connection);
  const notes = explanationNotes(explanation);
  return {
    apiVersion: 'sluice.dev/v1',
    kind: 'Explanation',
    from,
    to,
    port: port.protocol === 'other' ? { protocol: 'other' } : port,
    verdict: asked.answer,
    egress: side('egress'),
    ingress: side('ingress'),
    ...(notes.length > 0 && { notes }),
    ...(fix && { fix }),
  };
}

function sideObject(
  cluster: Cluster,
  side: Side,
  direction: Direction,
  connection: Connection,
): object {
  const { state } = side;
  const none = { isolatedBy: [], allowedBy: [], deniedBy: [], passed: [], missed: [] };
  if (state === 'exempt') return { state, because: exemptionWords(side.why), ...none };
  const other = direction === 'egress' ? connection.to : connection.from;
  const refs = (list: readonly (RuleRef | ClusterRuleRef)[]): object[] =>
    list.map((ref) => {
      const met = side.met.find((one) => one.ref === ref);
      const because = met && (closedWords(met) ?? perhapsWords(met, other));
      return { ...ruleRef(ref), ...(because !== undefined && { because }) };
    });
  const passed = refs(side.passed);
  if (state === 'open') return { state, ...none, passed };
  return {
    state,
    ...(side.tier !== undefined && { tier: side.tier }),
    ...(state === 'depends' && { because: sideUnknownWords(side.on, direction) }),
    isolatedBy: side.isolatedBy.map(policyRef),
    allowedBy: refs(side.allowedBy),
    deniedBy: refs(side.deniedBy),
    passed,
    missed:
      state === 'allowed' ? [] : side.missed.map((miss) => missObject(cluster, miss, connection)),
    ...(side.next && { next: sideObject(cluster, side.next, direction, connection) }),
  };
}

function missObject(cluster: Cluster, miss: Miss, connection: Connection): object {
  return {
    rule: ruleRef(miss.ref),
    because: miss.because,
    text: missWords(cluster, miss, connection),
  };
}

/** Policies of the tiers around NetworkPolicy have no namespace. */
function policyRef(policy: NetworkPolicy | ClusterPolicy): object {
  const { kind, name, place } = policy;
  if (kind === 'NetworkPolicy') return { kind, namespace: policy.namespace, name, place };
  return { kind, name, place };
}

function ruleRef(ref: RuleRef | ClusterRuleRef): object {
  const { policy, index, rule } = ref;
  const ruleName = ref.tier === 'NetworkPolicy' ? undefined : ref.rule.name;
  return {
    ...policyRef(policy),
    rule: index,
    ...(ruleName !== undefined && { ruleName }),
    place: rule.place,
  };
}
