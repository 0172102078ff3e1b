import { FAMILIES } from '../model/address.ts';
import type { Family } from '../model/address.ts';
import {
  CLEAR,
  CLIENT,
  PROTOCOL_OF,
  SENT_BY_NODE,
  SERVER,
  countLine,
  logLine,
} from './direction-chains.ts';
import { endChains, unknownPacket } from './end-chains.ts';
import { THEIRS } from './generation.ts';
import type { Chain, Field, Statement } from './ruleset.ts';
import * as names from './set-names.ts';
import {
  ACCEPT,
  COUNTER,
  DROP,
  RETURN,
  goto,
  is,
  jump,
  line,
  lookUp,
  noted,
} from './statements.ts';
import { askLast } from './tier-chains.ts';

export const SOURCE: Readonly<Record<Family, Field>> = { 4: 'ip saddr', 6: 'ip6 saddr' };
const TARGET: Readonly<Record<Family, Field>> = { 4: 'ip daddr', 6: 'ip6 daddr' };

/** ICMPv6 133 to 137: router and neighbour solicitation and advertisement, and redirect (RFC 4861). */
export const NEIGHBOUR_DISCOVERY = ['133', '134', '135', '136', '137'];

/** The way of a packet that no gate lets through: forwarded, sent by the node, or sent to it. */
export function judgeChains(options: {
  readonly allowEgressToLocalNode: boolean;
  readonly logGroup: number;
}): Chain[] {
  return [
    judgePost(),
    judgeIn(options.allowEgressToLocalNode),
    neverJudged(),
    ...FAMILIES.flatMap(endChains),
    unknown(options.logGroup),
    trackless(),
    midstream(),
    { name: 'discard', lines: [line(COUNTER, DROP)] },
  ];
}

/** Packets that leave for a pod, for another node or for the world. */
function judgePost(): Chain {
  return {
    name: 'judge_post',
    lines: [
      line(is('meta l4proto', 'icmp', 'ipv6-icmp'), jump('never_judged')),
      noted('no connection to judge by', is('ct state', 'invalid', 'untracked'), jump('trackless')),
      line(...PICKED_UP, jump('midstream')),
      ...FAMILIES.map((family) =>
        line(is('meta nfproto', PROTOCOL_OF[family]), jump(`judge${family}`)),
      ),
      line(goto('stamp')),
    ],
  };
}

/** Packets to the node itself: only egress of its own pods can forbid them (N3). */
function judgeIn(allowEgressToLocalNode: boolean): Chain {
  const invalid = is('ct state', 'invalid', 'untracked');
  // a node may have an address among those of its pods, and then it is the client of what it asks them
  const asked = is('ct direction', 'original');
  return {
    name: 'judge_in',
    lines: [
      line(is('iifname', 'lo'), ACCEPT),
      line(is('meta l4proto', 'icmp', 'ipv6-icmp'), jump('never_judged')),
      ...(allowEgressToLocalNode
        ? FAMILIES.map((family) =>
            line(invalid, ...unknownPacket(family, SOURCE[family]), goto('discard')),
          )
        : [line(invalid, jump('trackless'))]),
      ...FAMILIES.map((family) =>
        line(asked, ...unknownPacket(family, CLIENT[family]), goto('unknown')),
      ),
      ...(allowEgressToLocalNode
        ? []
        : [
            line(...PICKED_UP, jump('midstream')),
            ...FAMILIES.flatMap((family) => [
              line(is('meta nfproto', PROTOCOL_OF[family]), jump(`sent${family}`)),
              askLast('egress', family),
            ]),
            line(CLEAR),
          ]),
      line(goto('stamp')),
    ],
  };
}

/** What of ICMP is never judged. */
function neverJudged(): Chain {
  return {
    name: 'never_judged',
    lines: [
      noted(
        'neighbour discovery is never filtered (P19)',
        is('icmpv6 type', ...NEIGHBOUR_DISCOVERY),
        ACCEPT,
      ),
      noted('errors about connections that are allowed (P18)', is('ct state', 'related'), ACCEPT),
    ],
  };
}

function unknown(group: number): Chain {
  return {
    name: 'unknown',
    lines: [
      SENT_BY_NODE,
      line({ kind: 'mark', keep: THEIRS, value: 0 }),
      ...FAMILIES.flatMap((family) =>
        [CLIENT[family], SERVER[family]].map((field) => ({
          statements: [
            ...unknownPacket(family, field),
            ...countLine(family, field, names.unknownOf(family)).statements.slice(1),
          ],
        })),
      ),
      logLine('sluice U', group),
      line(COUNTER, DROP),
    ],
  };
}

/** Packets without a connection: they have no ends to judge by but their own addresses. */
function trackless(): Chain {
  return {
    name: 'trackless',
    lines: [
      SENT_BY_NODE,
      ...FAMILIES.flatMap((family) => [
        line(...unknownPacket(family, SOURCE[family]), goto('discard')),
        line(...unknownPacket(family, TARGET[family]), goto('discard')),
        ...[names.podsOf, names.tiersOf].flatMap((mapOf) => [
          line(lookUp(mapOf('egress', family), SOURCE[family]), goto('discard')),
          line(lookUp(mapOf('ingress', family), TARGET[family]), goto('discard')),
        ]),
      ]),
    ],
  };
}

/** A connection nobody saw begin: conntrack takes whoever is seen first for the client (L11). */
const PICKED_UP: readonly Statement[] = [
  is('meta l4proto', 'tcp'),
  {
    kind: 'match',
    fields: ['tcp flags'],
    mask: 0x17, // fin, syn, rst, ack
    negated: true,
    in: { values: ['syn'] },
  },
  is('ct state', 'new'),
];

/**
 * A packet of a connection nobody saw begin may come from its server. Taken for its client's, it would open
 * what the policies forbid a pod that sends it and is isolated for ingress, or that receives it and is
 * isolated for egress: then it is dropped, also when its own node sends it. Else it is judged by its addresses as they are.
 */
function midstream(): Chain {
  return {
    name: 'midstream',
    lines: [
      ...FAMILIES.flatMap((family) =>
        [names.podsOf, names.tiersOf].flatMap((mapOf) => [
          line(lookUp(mapOf('ingress', family), CLIENT[family]), goto('discard')),
          line(lookUp(mapOf('egress', family), SERVER[family]), goto('discard')),
        ]),
      ),
      line(RETURN),
    ],
  };
}
