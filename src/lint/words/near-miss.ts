import type { Labels, Selector } from '../../model/selector.ts';
import { holdsOnlyApart } from '../survey/selector-logic.ts';
import { labelText, meantLabel } from './meant-label.ts';
import type { Miss } from './missed-namespaces.ts';
import { meantWords } from './wording.ts';

/**
 * What objects have instead of the labels that a selector asks for and none of them has, if it is near.
 * `none`: that there are none, in words; `what` they are: `pod`, `node`.
 */
export function nearMiss(
  selector: Selector,
  objects: readonly Labels[],
  none: string,
  what: string,
): Miss | undefined {
  if (holdsOnlyApart(selector, objects)) {
    const because = `${none}: each of these labels is there, but no ${what} has all of them`;
    return { severity: 'warning', because };
  }
  const meant = meantLabel(selector, objects);
  if (meant === undefined) return undefined;
  const fix = `write \`${labelText(meant).replace('=', ': ')}\``;
  return { severity: 'warning', because: `${none}; ${meantWords(meant)}`, fix };
}
