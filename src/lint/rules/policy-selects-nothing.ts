import type { NetworkPolicy } from '../../model/policy.ts';
import type { Severity } from '../../model/problem.ts';
import { formatSelector, selects } from '../../model/selector.ts';
import type { Remedy } from '../fixes/finding.ts';
import type { LintRule, Remark } from '../rule/rule.ts';
import { namespacesWith } from '../survey/namespaces-with.ts';
import { holdsOnlyApart, namesLabels } from '../survey/selector-logic.ts';
import type { Survey } from '../survey/survey.ts';
import { meantLabel, valuesOf } from '../words/meant-label.ts';
import { meantWords, policySubject, quoteNames } from '../words/wording.ts';

/**
 * A policy whose podSelector matches no pod.
 *
 * Evidence: the selector asks for some label to be there (one that only excludes, or is empty, is
 * meant for pods to come), the input has pods, and none of the policy's namespace matches, hostNetwork
 * pods included (those are for `hostnetwork-subject`). Where the namespace has no pods in the input at
 * all, it is a warning only if pods elsewhere match; else an info, for the input may be a part. The subject
 * of a policy of another tier is judged alike.
 */
export const policySelectsNothing: LintRule = {
  code: 'policy-selects-nothing',
  severities: ['warning', 'info'],
  summary: 'the podSelector of a policy matches no pod, so the policy does nothing',
  evidence:
    'a selector that asks for a label, and pods in the input; an info when its namespace has none there',
  remedy: 'correct the label or the namespace; the message names the nearest label that is there',
  *find(survey) {
    const { cluster } = survey;
    if (cluster.workloads.length === 0) return;
    for (const policy of cluster.policies) {
      if (survey.subjectsOf(policy).count > 0 || !namesLabels(policy.subject)) continue;
      const housed = survey.housedIn(policy.namespace);
      if (housed.some(({ pod }) => selects(policy.subject, pod.labels, true))) continue;
      yield remark(
        survey,
        policy,
        housed.length === 0 ? strayed(survey, policy) : slip(survey, policy),
      );
    }
    yield* inOtherTiers(survey);
  },
};

/** A policy of another tier: an info, unless a label is near, for the namespaces it is for may not be in the input. */
function* inOtherTiers(survey: Survey): Generator<Remark> {
  const { cluster, tiers } = survey;
  // a label that cannot be read is a problem already, and may be the one that is asked for
  if (!tiers.isReadable) return;
  for (const policy of cluster.clusterPolicies) {
    const { namespaces, pods = [], place } = policy.subject;
    if (!policy.isSure || tiers.subjectsOf(policy).count > 0) continue;
    if (!namesLabels(namespaces) && !namesLabels(pods)) continue;
    const inhabited = [...cluster.namespaces.values()].filter(
      ({ name }) => survey.housedIn(name).length > 0,
    );
    const chosen = inhabited.filter(({ labels }) => selects(namespaces, labels));
    const housed = chosen.flatMap(({ name }) => survey.housedIn(name));
    // no policy holds hostNetwork pods, which is what such a one may be about (C13)
    if (housed.some(({ pod }) => selects(pods, pod.labels))) continue;
    const [selector, objects] =
      chosen.length === 0
        ? ([namespaces, inhabited.map(({ labels }) => labels)] as const)
        : ([pods, housed.map(({ pod }) => pod.labels)] as const);
    const meant = meantLabel(selector, objects);
    const what = chosen.length === 0 ? 'namespace with pods' : 'pod of its namespaces';
    const finding = {
      code: policySelectsNothing.code,
      severity: meant === undefined ? ('info' as const) : ('warning' as const),
      message: `this policy selects nothing: no ${what} has \`${formatSelector(selector)}\`${meant === undefined ? '' : `; ${meantWords(meant)}`}`,
      place,
      subject: policySubject(policy),
    };
    yield { finding, ignored: survey.ignores(finding.code, policy) };
  }
}

interface Cause {
  readonly severity: Severity;
  readonly because: string;
  readonly fix?: Remedy;
}

function remark(survey: Survey, policy: NetworkPolicy, { severity, because, fix }: Cause): Remark {
  const finding = {
    code: policySelectsNothing.code,
    severity,
    message: `this policy selects nothing: ${because}`,
    place: policy.subjectPlace,
    subject: policySubject(policy),
    ...(fix && { fix }),
  };
  return { finding, ignored: survey.ignores(finding.code, policy) };
}

/** The namespace has no pods at all: perhaps the policy is in the wrong one. */
function strayed(survey: Survey, policy: NetworkPolicy): Cause {
  const { namespace } = policy;
  const because = `namespace \`${namespace}\` has no pods in the input`;
  const elsewhere = namespacesWith(survey, policy, policy.subject);
  if (elsewhere.length === 0) return { severity: 'info', because };
  const where = `pods with \`${formatSelector(policy.subject)}\` are in ${quoteNames(elsewhere)}`;
  const fix = { summary: `write \`namespace: ${elsewhere[0]}\` in its \`metadata\`` };
  return {
    severity: 'warning',
    because: `${because}; ${where}`,
    ...(elsewhere.length === 1 && { fix }),
  };
}

/** The namespace has pods, and none is selected. */
function slip(survey: Survey, policy: NetworkPolicy): Cause {
  const { namespace, subject } = policy;
  const labels = survey.housedIn(namespace).map(({ pod }) => pod.labels);
  const none = `no pod of namespace \`${namespace}\` has \`${formatSelector(subject)}\``;
  if (holdsOnlyApart(subject, labels))
    return { severity: 'warning', because: `${none}: each of these is there, but not together` };
  const meant = meantLabel(subject, labels);
  if (meant !== undefined) {
    const { key, value } = meant;
    const fix = { summary: `write \`${value === undefined ? key : `${key}: ${value}`}\`` };
    return { severity: 'warning', because: `${none}; ${meantWords(meant)}`, fix };
  }
  const elsewhere = namespacesWith(survey, policy, policy.subject);
  if (elsewhere.length > 0) {
    const where = `pods with it are in ${quoteNames(elsewhere)}, and a policy selects pods of its own namespace only`;
    return { severity: 'warning', because: `${none}; ${where}` };
  }
  const keys = subject.filter(({ operator }) => operator === 'In').map(({ key }) => key);
  const there = keys.flatMap((key) => valuesOf(key, labels).map((value) => `${key}=${value}`));
  const has = there.length === 0 ? '' : `; its pods have ${quoteNames(there)}`;
  return { severity: 'warning', because: `${none}${has}` };
}
