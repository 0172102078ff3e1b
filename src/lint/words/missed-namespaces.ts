import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { Cluster, Namespace } from '../../model/cluster.ts';
import type { Severity } from '../../model/problem.ts';
import { formatSelector, holds, selects } from '../../model/selector.ts';
import type { Requirement, Selector } from '../../model/selector.ts';
import { namesLabels } from '../survey/selector-logic.ts';
import type { Survey } from '../survey/survey.ts';
import { meantLabel, meantName } from './meant-label.ts';
import { meantWords, quoteNames } from './wording.ts';

/** Which part of a peer fails, how sure that is, and what to do. */
export interface Miss {
  readonly severity: Severity;
  readonly because: string;
  readonly fix?: string;
}

/** Where the cluster's own pods are; policies name it for DNS, and inputs seldom have it. */
const SYSTEM_NAMESPACE = 'kube-system';

/**
 * Why a namespaceSelector finds no pods: no namespace matches, or none of those has pods in the
 * input. Undefined when it does find some; `no matter` when it is about a namespace that inputs
 * usually leave out, or only excludes namespaces. `far`: how grave it is that no label is even near.
 */
export function missedNamespaces(
  survey: Survey,
  selector: Selector,
  far: Severity = 'warning',
): Miss | 'no matter' | undefined {
  const { cluster } = survey;
  const all = [...cluster.namespaces.values()];
  const matching = all.filter(({ labels }) => selects(selector, labels));
  if (matching.some(({ name }) => survey.housedIn(name).length > 0)) return undefined;
  const names = matching.map(({ name }) => name);
  if (names.length > 0) {
    if (names.every((name) => name === SYSTEM_NAMESPACE)) return 'no matter';
    return { severity: 'info', because: `namespace ${quoteNames(names)} has no pods in the input` };
  }
  const named = selector.find(
    ({ key, operator }) => key === NAMESPACE_NAME_LABEL && operator === 'In',
  );
  if (named !== undefined && !all.some(({ labels }) => holds(named, labels)))
    return unknownName(cluster, named);
  return namesLabels(selector) ? wrongLabel(all, selector, far) : 'no matter';
}

/** No namespace of the input has the name. */
function unknownName({ namespaces }: Cluster, { values }: Requirement): Miss | 'no matter' {
  if (values.includes(SYSTEM_NAMESPACE)) return 'no matter';
  const missing = `the input has no namespace ${quoteNames(values)}`;
  for (const value of values) {
    const meant = meantName(value, [...namespaces.keys()]);
    if (meant !== undefined) {
      const because = `${missing}; did you mean \`${meant}\`?`;
      return { severity: 'warning', because, fix: `write \`${NAMESPACE_NAME_LABEL}: ${meant}\`` };
    }
  }
  return { severity: 'info', because: missing };
}

/** No namespace of the input has the labels. */
function wrongLabel(all: readonly Namespace[], selector: Selector, far: Severity): Miss {
  const none = `no namespace has \`${formatSelector(selector)}\``;
  const values = new Set(selector.flatMap(({ values }) => values));
  const called = all.find(({ name }) => values.has(name));
  if (called !== undefined) {
    const fix = `write \`${NAMESPACE_NAME_LABEL}: ${called.name}\`, which every namespace has`;
    const because = `${none}, not even \`${called.name}\`: a namespace has only the labels given to it, and its name as \`${NAMESPACE_NAME_LABEL}\``;
    return { severity: called.place === undefined ? 'info' : 'warning', because, fix };
  }
  const meant = meantLabel(
    selector,
    all.map(({ labels }) => labels),
  );
  if (meant !== undefined) return { severity: 'warning', because: `${none}; ${meantWords(meant)}` };
  const mentioned = all.filter(({ place }) => place === undefined).map(({ name }) => name);
  if (mentioned.length === 0) return { severity: far, because: none };
  const because = `${none} in the input, which does not have the labels of ${quoteNames(mentioned)}`;
  return { severity: 'info', because };
}
