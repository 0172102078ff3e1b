import type { ClassSet } from '../../evaluate/population/class-set.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import type { Selector } from '../../model/selector.ts';
import type { Survey } from './survey.ts';

/** Pods in more namespaces than this are everywhere, and that they are tells nothing. */
const MOST_NAMESPACES = 3;

/** The few namespaces whose pods a selector matches; none when they are many. */
export function namespacesWith(
  survey: Survey,
  policy: NetworkPolicy,
  pods: Selector,
): readonly string[] {
  return fewNamespaces(survey, survey.peersOf(policy, { namespaces: [], pods }));
}

/** The few namespaces that classes of pods are in; none when they are many. */
export function fewNamespaces(survey: Survey, classes: ClassSet): readonly string[] {
  const names = survey.namespacesOf(classes.toArray());
  return names.length > MOST_NAMESPACES ? [] : names;
}
