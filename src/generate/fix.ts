import { ask } from '../evaluate/question/ask.ts';
import type { Asked } from '../evaluate/question/ask.ts';
import type { Party } from '../evaluate/question/party.ts';
import type { ClusterRuleRef } from '../evaluate/verdict/side.ts';
import type { Answer, Port } from '../evaluate/verdict/verdict.ts';
import type { ClusterPolicy } from '../model/cluster-policy.ts';
import type { Cluster } from '../model/cluster.ts';
import type { NetworkPolicy } from '../model/policy.ts';
import { allowing } from './allowing.ts';
import type { Fix } from './candidate.ts';
import { denying } from './denying.ts';

/** The question a fix is for. */
export interface Question {
  readonly from: Party;
  readonly to: Party;
  readonly port: Port;
}

/**
 * The smallest change found that would allow a connection that is not, or deny one that is. Undefined
 * when policies cannot bring it about. Every candidate is tried on the engine before it is returned.
 */
export function findFix(cluster: Cluster, question: Question, asked: Asked): Fix | undefined {
  const { telling } = asked;
  if (telling === undefined || telling.connection.samePod) return undefined;
  const wanted: Answer = asked.answer === 'allowed' ? 'denied' : 'allowed';
  const candidates =
    wanted === 'allowed'
      ? allowing(cluster, telling.connection, telling.verdict)
      : denying(cluster, telling.connection, telling.verdict);
  for (const { summary, policies, without } of candidates) {
    const { from, to, port } = question;
    const changed = withPolicies(withoutRules(cluster, without), policies);
    if (ask(changed, from, to, port).answer === wanted) return { summary, policies };
  }
  return undefined;
}

/** The cluster with policies added, or replaced where one of the same kind and name is there. */
export function withPolicies(
  cluster: Cluster,
  policies: readonly (NetworkPolicy | ClusterPolicy)[],
): Cluster {
  const own = policies.filter((policy) => policy.kind === 'NetworkPolicy');
  const others = policies.filter((policy) => policy.kind !== 'NetworkPolicy');
  const replaced = (policy: NetworkPolicy): boolean =>
    own.some(({ namespace, name }) => namespace === policy.namespace && name === policy.name);
  const replacedToo = (policy: ClusterPolicy): boolean =>
    others.some(({ kind, name }) => kind === policy.kind && name === policy.name);
  return {
    ...cluster,
    policies: [...cluster.policies.filter((policy) => !replaced(policy)), ...own],
    clusterPolicies: [
      ...cluster.clusterPolicies.filter((policy) => !replacedToo(policy)),
      ...others,
    ],
  };
}

function withoutRules(cluster: Cluster, refs: readonly ClusterRuleRef[]): Cluster {
  if (refs.length === 0) return cluster;
  const gone = new Set(refs.map(({ rule }) => rule));
  return {
    ...cluster,
    clusterPolicies: cluster.clusterPolicies.map((policy) => ({
      ...policy,
      ingress: policy.ingress.filter((rule) => !gone.has(rule)),
      egress: policy.egress.filter((rule) => !gone.has(rule)),
    })),
  };
}
