import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
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
import { UNASKED, askLast } from './tier-chains.ts';

export const SOURCE: Readonly<Record<Family, Field>> = { 4: 'ip saddr', 6: 'ip6 saddr' };
const TARGET: Readonly<Record<Family, Field>> = { 4: 'ip daddr', 6: 'ip6 daddr' };

/** ICMPv6 133 to 137: router and neighbour solicitation and advertisement, and redirect (RFC 4861). */
export const NEIGHBOUR_DISCOVERY = ['133', '134', '135', '136', '137'];

/** The way of a packet that no gate lets through: forwarded, sent by the node, or sent to it. */
export function judgeChains(options: {
  readonly allowEgressToLocalNode: boolean;
  readonly logGroup: number;
  readonly asksTiers: boolean;
}): Chain[] {
  const { allowEgressToLocalNode, logGroup, asksTiers } = options;
  return [
    judgePost(asksTiers),
    judgeIn(allowEgressToLocalNode, asksTiers),
    neverJudged(),
    ...FAMILIES.flatMap((family) => endChains(family, asksTiers)),
    unknown(logGroup),
    trackless(asksTiers),
    midstream(asksTiers),
    { name: 'discard', lines: [line(COUNTER, DROP)] },
  ];
}

/** Packets that leave for a pod, for another node or for the world. */
function judgePost(asksTiers: boolean): Chain {
  return {
    name: 'judge_post',
    lines: [
      ...FAMILIES.map((family) =>
        noted(
          'most that is judged begins a TCP connection; nothing of what follows here is about it',
          is('meta nfproto', PROTOCOL_OF[family]),
          ...begins(true),
          goto(asksTiers ? `judge${family}` : `begins${family}`),
        ),
      ),
      line(is('meta l4proto', 'icmp', 'ipv6-icmp'), jump('never_judged')),
      noted('no connection to judge by', is('ct state', 'invalid', 'untracked'), jump('trackless')),
      line(...begins(false), jump('midstream')),
      ...FAMILIES.map((family) =>
        line(is('meta nfproto', PROTOCOL_OF[family]), goto(`judge${family}`)),
      ),
    ],
  };
}

/** Packets to the node itself: only egress of its own pods can forbid them (N3). */
function judgeIn(allowEgressToLocalNode: boolean, asksTiers: boolean): Chain {
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
            line(...begins(false), jump('midstream')),
            ...FAMILIES.flatMap((family) => [
              line(is('meta nfproto', PROTOCOL_OF[family]), jump(`sent${family}`)),
              ...(asksTiers ? [askLast('egress', family)] : []),
            ]),
            ...(asksTiers ? [] : [UNASKED]),
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
function trackless(asksTiers: boolean): Chain {
  return {
    name: 'trackless',
    lines: [
      SENT_BY_NODE,
      ...FAMILIES.flatMap((family) => [
        line(...unknownPacket(family, SOURCE[family]), goto('discard')),
        line(...unknownPacket(family, TARGET[family]), goto('discard')),
        ...subjectMaps(asksTiers).flatMap((mapOf) => [
          line(lookUp(mapOf('egress', family), SOURCE[family]), goto('discard')),
          line(lookUp(mapOf('ingress', family), TARGET[family]), goto('discard')),
        ]),
      ]),
    ],
  };
}

/**
 * A new TCP connection that begins with this packet, or else one nobody saw begin: conntrack takes whoever is
 * seen first for its client (L11).
 */
function begins(isFirst: boolean): Statement[] {
  return [
    is('meta l4proto', 'tcp'),
    {
      kind: 'match',
      fields: ['tcp flags'],
      mask: 0x17, // fin, syn, rst, ack
      negated: !isFirst,
      in: { values: ['syn'] },
    },
    is('ct state', 'new'),
  ];
}

/** The maps a local pod is in that is isolated, or for which the tiers have rules. */
function subjectMaps(asksTiers: boolean): (typeof names.podsOf)[] {
  return asksTiers ? [names.podsOf, names.tiersOf] : [names.podsOf];
}

/**
 * A packet of a connection nobody saw begin may come from its server. Taken for its client's, it would open
 * what the policies forbid a pod that sends it and is isolated for ingress, or that receives it and is
 * isolated for egress: then it is dropped, also when its own node sends it. Else it is judged by its addresses as they are.
 */
function midstream(asksTiers: boolean): Chain {
  return {
    name: 'midstream',
    lines: [
      ...FAMILIES.flatMap((family) =>
        subjectMaps(asksTiers).flatMap((mapOf) => [
          line(lookUp(mapOf('ingress', family), CLIENT[family]), goto('discard')),
          line(lookUp(mapOf('egress', family), SERVER[family]), goto('discard')),
        ]),
      ),
      line(RETURN),
    ],
  };
}
