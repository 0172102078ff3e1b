import type { AnyPolicy } from '../../evaluate/difference/policy-change.ts';
import type { Coverage, CoverageItem } from '../../expect/coverage/coverage.ts';
import { printable } from '../words/excerpt.ts';
import type { Paint } from '../words/paint.ts';

/** `NetworkPolicy shop/db`, `ClusterNetworkPolicy tenants`. */
export function policyTitle(policy: AnyPolicy): string {
  const { kind, name } = policy;
  return 'namespace' in policy ? `${kind} ${policy.namespace}/${name}` : `${kind} ${name}`;
}

/** What an item of coverage is: a rule, or that its policy isolates. */
export function itemTitle({ policy, direction, rule }: CoverageItem): string {
  return rule === undefined
    ? `that ${policyTitle(policy)} isolates for ${direction}`
    : `${direction} rule ${rule + 1} of ${policyTitle(policy)}`;
}

/** How much of the policies the expectations exercise, in one line. */
export function coverageLine({ items, isCut }: Coverage): string {
  const rules = items.filter(({ rule }) => rule !== undefined);
  const isolations = items.filter(({ rule }) => rule === undefined);
  const part = (some: readonly CoverageItem[]): string =>
    `${some.filter(({ exercised }) => exercised).length} of ${some.length}`;
  const cut = isCut ? '; there were too many pairs to look at all, so there may be more' : '';
  return `exercised: ${part(rules)} rules, ${part(isolations)} isolations${cut}`;
}

/** The coverage as text: the line, and what no expectation exercises. */
export function coverageLines(coverage: Coverage, ink: Paint): string[] {
  const missed = coverage.items.filter(({ exercised }) => !exercised);
  const lines = [coverageLine(coverage)];
  if (missed.length > 0) lines.push('no expectation exercises');
  for (const item of missed)
    lines.push(`  ${itemTitle(item)}  ${ink.dim(printable(item.place.toString()))}`);
  return lines;
}
