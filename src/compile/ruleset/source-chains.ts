import { FAMILIES } from '../../model/address.ts';
import { unknownPacket } from './end-chains.ts';
import { NEIGHBOUR_DISCOVERY, SOURCE } from './judge-chains.ts';
import { linkKey } from './node.ts';
import type { NodeOptions } from './node.ts';
import type { Chain } from './ruleset.ts';
import * as names from './set-names.ts';
import { ACCEPT, RETURN, goto, is, jump, line, noted, within } from './statements.ts';

/**
 * What a pod sends must come from its own address (N12): looked at before conntrack finds, or makes, a
 * connection for what a pod made up. Without `podLinks` nobody can tell.
 */
export function sourceChains(options: NodeOptions): Chain[] {
  const { podLinks } = options;
  if (podLinks === undefined) return [];
  const { field } = linkKey(options);
  return [
    {
      name: 'pre',
      hook: { name: 'prerouting', priority: -310 },
      lines: [
        // every packet of a pod pays for these, so the usual answer comes first and without a jump
        ...FAMILIES.map((family) =>
          line(within(names.sourcesOf(family), field, SOURCE[family]), ACCEPT),
        ),
        line(is('iifname', `"${podLinks}*"`), jump('spoof')),
      ],
    },
    {
      name: 'spoof',
      lines: [
        noted(
          'neighbour discovery, before a pod has an address',
          is('ip6 saddr', 'fe80::/10', '::'),
          is('icmpv6 type', ...NEIGHBOUR_DISCOVERY),
          ACCEPT,
        ),
        // what an unknown address sends is stopped where it is judged, but for its answers to its own node (N1)
        ...FAMILIES.map((family) => line(...unknownPacket(family, SOURCE[family]), RETURN)),
        line(goto('discard')),
      ],
    },
  ];
}
