import { expect, test } from 'vitest';
import { CLUSTER_POLICY_KINDS } from '../../src/model/cluster-policy.ts';
import type {
  ClusterPolicy,
  ClusterPolicyKind,
  ClusterRule,
} from '../../src/model/cluster-policy.ts';
import { read } from './reading.ts';

/** A manifest in few words and the problems it has, as `CODE PATH`; none for one that is right. */
export type Row = readonly [fact: string, text: string, ...problems: string[]];

/** A test of each row: its errors and warnings, and where they are. */
export function testRows(rows: readonly Row[]): void {
  test.each(rows.map(([fact, ...rest]) => [fact, rest] as const))(
    '%s',
    (_, [text, ...problems]) => {
      expect(problemsIn(text)).toEqual(problems);
    },
  );
}

/** The errors and warnings of a text, as `CODE PATH`, in the order of the text. */
export function problemsIn(text: string): string[] {
  return read(text)
    .problems.filter(({ severity }) => severity !== 'info')
    .toSorted((a, b) => a.place.offset - b.place.offset)
    .map(({ code, place }) => `${code} ${place.path}`);
}

/** What is said of the first problem. */
export function messageOf(text: string): string {
  return read(text).problems[0]!.message;
}

/** The one policy of the tiers in a text. */
export function onePolicy(text: string): ClusterPolicy {
  const { clusterPolicies } = read(text);
  expect(clusterPolicies).toHaveLength(1);
  return clusterPolicies[0]!;
}

/** The first rule of the one policy in a text. */
export function oneRule(text: string): ClusterRule {
  const { ingress, egress } = onePolicy(text);
  return [...ingress, ...egress][0]!;
}

/** A policy with a spec in flow style and one line. */
export function object(kind: ClusterPolicyKind, spec: string, metadata = ''): string {
  const version = kind === 'ClusterNetworkPolicy' ? 'v1alpha2' : 'v1alpha1';
  const name = kind === 'BaselineAdminNetworkPolicy' ? 'default' : 'p';
  return `apiVersion: policy.networking.k8s.io/${version}
kind: ${kind}
metadata: {${metadata === '' ? `name: ${name}` : metadata}}
spec: ${spec}`;
}

/** What a policy of each kind begins with, for rules to follow. */
const BEFORE: Readonly<Record<ClusterPolicyKind, string>> = {
  ClusterNetworkPolicy: 'tier: Admin, priority: 1, subject: {namespaces: {}}',
  AdminNetworkPolicy: 'priority: 1, subject: {namespaces: {}}',
  BaselineAdminNetworkPolicy: 'subject: {namespaces: {}}',
};

/** A policy of a kind that is right but for what is put behind its other fields. */
export function withFields(kind: ClusterPolicyKind, fields: string, metadata = ''): string {
  return object(kind, `{${BEFORE[kind]}, ${fields}}`, metadata);
}

export const cnp = (fields: string): string => withFields(CLUSTER_POLICY_KINDS[0], fields);
export const anp = (fields: string): string => withFields(CLUSTER_POLICY_KINDS[1], fields);
export const banp = (fields: string): string => withFields(CLUSTER_POLICY_KINDS[2], fields);

/** The same text so many times, with commas between. */
export function times(count: number, text: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => text(n)).join(', ');
}
