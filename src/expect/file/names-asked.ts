import { parseDomainName } from '../../model/domain-name.ts';
import type { Expectation, Term, Who } from './expectation.ts';

const PREFIX = 'domain/';

/** The DNS names that expectations speak of, which a map must be told to have them as ends. */
export function namesAsked(expectations: readonly Expectation[]): string[] {
  const names = new Set<string>();
  const visit = ({ terms }: Who): void => terms.forEach(visitTerm);
  const visitTerm = (term: Term): void => {
    if (term.kind === 'name' && term.text.startsWith(PREFIX)) {
      const name = parseDomainName(term.text.slice(PREFIX.length));
      if (name !== undefined) names.add(name);
    } else if (term.kind === 'group') visit(term.who);
    else if (term.kind === 'filter') [term.within, term.not].forEach((who) => who && visit(who));
  };
  for (const { from, to } of expectations) [from, to].forEach(visit);
  return [...names];
}
