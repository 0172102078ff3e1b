import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { CLEAR, CLIENT, SERVER } from './direction-chains.ts';
import type { Chain, Field } from './ruleset.ts';
import { recentOf } from './set-names.ts';
import { goto, is, jump, line, noted, within } from './statements.ts';
import { UNASKED } from './tier-chains.ts';

const TCP = is('meta l4proto', 'tcp');

/** By what a connection is remembered: the generation it was judged under, its ends and its port. */
function keyOf(family: Family): readonly Field[] {
  return ['meta priority', CLIENT[family], SERVER[family], 'ct reply proto-src'];
}

/**
 * Clients connect to the same servers again and again. What was judged under the rules in force need not be judged
 * once more: the generation stands for the rules, here as in the mark of a connection that lives. Only TCP,
 * and only while no tiers are asked, for what is opened by names ends by itself.
 */
export function recentChains(): Chain[] {
  return [
    ...FAMILIES.flatMap((family): Chain[] => [
      {
        name: `begins${family}`,
        lines: [
          line(jump('now')),
          noted(
            'the same was judged a moment ago',
            TCP,
            within(recentOf(family), ...keyOf(family)),
            goto('again'),
          ),
          line(goto(`judge${family}`)),
        ],
      },
      {
        name: `remember${family}`,
        lines: [
          line(jump('now')),
          // a set that is full ends the rule: then it is judged again
          line(TCP, { kind: 'remember', set: recentOf(family), key: keyOf(family) }),
          line(CLEAR, goto('stamp')),
        ],
      },
    ]),
    { name: 'again', lines: [UNASKED, line(CLEAR, goto('stamp'))] },
  ];
}
