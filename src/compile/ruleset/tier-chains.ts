import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { CLEAR, endsOf } from './direction-chains.ts';
import { OURS } from './generation.ts';
import { formatId } from './id-source.ts';
import type { Chain, Field, Line, Statement } from './ruleset.ts';
import { ACCEPTED, DENIED, SILENT } from './ruling-words.ts';
import * as names from './set-names.ts';
import { hex } from './statement-text.ts';
import { RETURN, goto, is, isNot, jump, line, lookUp, noted, within } from './statements.ts';

const PORT_PROTOCOLS = ['tcp', 'udp', 'sctp'];

/**
 * What asks the tiers around NetworkPolicy. They are asked twice: before NetworkPolicy, which what they accept
 * or deny does not come to, and after it, so that a packet that met the tiers of before a change and the
 * NetworkPolicies of after it does not pass where neither before nor after it would.
 */
export function tierChains(): Chain[] {
  return [
    ...DIRECTIONS.flatMap((direction) =>
      FAMILIES.flatMap((family) => [
        ruledChain(direction, family),
        firstChain(direction, family),
        restChain(direction, family),
        lastChain(direction, family),
      ]),
    ),
    saidChain(),
  ];
}

/**
 * Ends a judgement by rules that do not ask the tiers, because no pod of the node was subject of any. A packet
 * meets the rules of the moment it came in, but elements of the moment it looks: so one that was on its way when
 * cluster policies came could meet what NetworkPolicy grants since, and not what they deny.
 */
export const UNASKED: Line = noted(
  'cluster policies came while this packet was on its way: it will be sent again',
  within(names.TIERED, 'meta nfproto'),
  goto('discard'),
);

/** Asks the tiers first, if they say anything for the pod; does not come back when they do. */
export function askFirst(direction: Direction, family: Family): Line {
  const { subject } = endsOf(direction, family);
  return noted(
    `a local pod for which cluster policies have ${direction} rules`,
    lookUp(names.tiersOf(direction, family), subject),
    goto(`first_${names.SHORT[direction]}${family}`),
  );
}

/** Asks the tiers once more for a connection that would pass. */
export function askLast(direction: Direction, family: Family): Line {
  const { subject } = endsOf(direction, family);
  return line(
    lookUp(names.tiersOf(direction, family), subject),
    jump(`last_${names.SHORT[direction]}${family}`),
  );
}

/** Finds the ruling of the subject's profile for the peer. */
function ruledChain(direction: Direction, family: Family): Chain {
  const { peer } = endsOf(direction, family);
  const next = goto('said');
  return {
    name: `ruled_${names.SHORT[direction]}${family}`,
    lines: [
      ...(direction === 'egress' ? namedLines(family, peer) : []),
      noted(
        'what is said of this pod',
        lookUp(names.ruledOf(direction, family), 'meta priority', peer),
        next,
      ),
      direction === 'ingress'
        ? noted('or of all others', lookUp(names.RULED_CLIENTS, 'meta priority'), next)
        : noted(
            'or of any other address',
            lookUp(names.ruledBlocksOf(family), 'meta priority', peer, 'meta l4proto'),
            next,
          ),
      noted('a profile of which nothing is known yet, or any more', CLEAR),
    ],
  };
}

/** What is said of an address by its names: for new connections only while it has them (C23). */
function namedLines(family: Family, peer: Field): Line[] {
  const wasJudged: Statement = {
    kind: 'match',
    fields: ['ct mark'],
    mask: OURS,
    negated: true,
    in: { values: [hex(0)] },
  };
  return [
    noted(
      'what is said of it by the names it has',
      lookUp(names.namedOf(family), 'meta priority', peer),
      goto('said'),
    ),
    noted(
      'or had, for connections that began then',
      wasJudged,
      lookUp(names.lastingOf(family), 'meta priority', peer),
      goto('said'),
    ),
  ];
}

/** Makes of a ruling what it says of the port; what is not spelled out yet is denied. */
function saidChain(): Chain {
  return {
    name: 'said',
    lines: [
      noted(
        `${formatId(DENIED)} denied, ${formatId(ACCEPTED)} accepted, ${formatId(SILENT)} left to the next tier`,
        is('meta priority', ...[DENIED, ACCEPTED, SILENT].map(formatId)),
        RETURN,
      ),
      line(
        is('meta l4proto', ...PORT_PROTOCOLS),
        lookUp(names.RULINGS, 'meta priority', 'meta l4proto', 'ct reply proto-src'),
        RETURN,
      ),
      line(
        isNot('meta l4proto', ...PORT_PROTOCOLS),
        lookUp(names.RULING_OTHERS, 'meta priority'),
        RETURN,
      ),
      line(CLEAR),
    ],
  };
}

function firstChain(direction: Direction, family: Family): Chain {
  const short = names.SHORT[direction];
  return {
    name: `first_${short}${family}`,
    lines: [
      line(jump(`ruled_${short}${family}`)),
      line(is('meta priority', formatId(ACCEPTED)), RETURN),
      line(is('meta priority', formatId(SILENT)), goto(`rest_${short}${family}`)),
      line(goto(`deny_${short}`)),
    ],
  };
}

/** NetworkPolicy, for a pod that it isolates; an open one stays open. */
function restChain(direction: Direction, family: Family): Chain {
  const { subject } = endsOf(direction, family);
  const short = names.SHORT[direction];
  return {
    name: `rest_${short}${family}`,
    lines: [line(lookUp(names.podsOf(direction, family), subject), goto(`${short}${family}`))],
  };
}

function lastChain(direction: Direction, family: Family): Chain {
  const short = names.SHORT[direction];
  return {
    name: `last_${short}${family}`,
    lines: [
      line(jump(`ruled_${short}${family}`)),
      line(is('meta priority', formatId(ACCEPTED), formatId(SILENT)), RETURN),
      line(goto(`deny_${short}`)),
    ],
  };
}
