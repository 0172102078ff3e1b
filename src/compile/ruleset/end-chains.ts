import type { Family } from '../../model/address.ts';
import { CLEAR, CLIENT, SERVER, endsOf } from './direction-chains.ts';
import type { Chain, Field, Line, Statement } from './ruleset.ts';
import * as names from './set-names.ts';
import { goto, is, jump, line, lookUp, noted, notWithin, within } from './statements.ts';
import { UNASKED, askFirst, askLast } from './tier-chains.ts';

type End = 'client' | 'server';

const DIRECTION_OF = { client: 'egress', server: 'ingress' } as const;

/** Each end that is a local pod must grant the connection; what grants it returns. */
export function endChains(family: Family, asksTiers: boolean): Chain[] {
  return [
    {
      name: `judge${family}`,
      lines: [
        line(jump(`client${family}`)),
        line(jump(`server${family}`)),
        ...(asksTiers
          ? [askLast('egress', family), askLast('ingress', family)]
          : [
              UNASKED,
              line(is('meta l4proto', 'tcp'), is('ct state', 'new'), goto(`remember${family}`)),
            ]),
        line(CLEAR, goto('stamp')),
      ],
    },
    { name: `sent${family}`, lines: judgeEnd('client', family, asksTiers) },
    ...chainsOfEnd('client', family, asksTiers),
    ...chainsOfEnd('server', family, asksTiers),
  ];
}

/** One end of a connection: what is said for it by the tiers, and by NetworkPolicy if it isolates it. */
function judgeEnd(end: End, family: Family, asksTiers: boolean): Line[] {
  const direction = DIRECTION_OF[end];
  return [
    ...(asksTiers ? [askFirst(direction, family)] : []),
    noted(`a local pod, isolated for ${direction}`, ...isolated(end, family)),
  ];
}

function isolated(end: End, family: Family): Statement[] {
  const direction = DIRECTION_OF[end];
  const { subject } = endsOf(direction, family);
  return [
    lookUp(names.podsOf(direction, family), subject),
    goto(`${names.SHORT[direction]}${family}`),
  ];
}

/** Pods that policies are for are looked for first, for they are what is asked for most. */
function chainsOfEnd(end: End, family: Family, asksTiers: boolean): Chain[] {
  const field = end === 'client' ? CLIENT[family] : SERVER[family];
  const own = `own_${end}${family}`;
  return [
    {
      name: `${end}${family}`,
      lines: [
        ...judgeEnd(end, family, asksTiers),
        line(within(names.podCidrsOf(family), field), goto(own)),
      ],
    },
    {
      name: own,
      lines: [
        noted(
          'nobody knows this pod yet (L1)',
          notWithin(names.knownOf(family), field),
          goto('unknown'),
        ),
        noted(
          'it may have become known, and isolated, between two looks',
          ...isolated(end, family),
        ),
      ],
    },
  ];
}

/** An address of this node's that no pod is known to have is closed until one is (L1). */
export function unknownPacket(family: Family, field: Field): Statement[] {
  return [within(names.podCidrsOf(family), field), notWithin(names.knownOf(family), field)];
}
