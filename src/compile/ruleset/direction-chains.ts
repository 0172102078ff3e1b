import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import type { Direction } from '../../model/policy.ts';
import { THEIRS } from './generation.ts';
import { formatId } from './id-source.ts';
import type { Chain, Field, Line, Statement } from './ruleset.ts';
import * as names from './set-names.ts';
import {
  ACCEPT,
  COUNTER,
  DROP,
  RETURN,
  goto,
  is,
  isNot,
  line,
  lookUp,
  noted,
  within,
} from './statements.ts';

/** Both ends of a connection, the same in both directions of its packets and through NAT (semantics B8). */
export const CLIENT: Readonly<Record<Family, Field>> = {
  4: 'ct original ip saddr',
  6: 'ct original ip6 saddr',
};
export const SERVER: Readonly<Record<Family, Field>> = {
  4: 'ct reply ip saddr',
  6: 'ct reply ip6 saddr',
};

export const PROTOCOL_OF: Readonly<Record<Family, string>> = { 4: 'ipv4', 6: 'ipv6' };

/** The scratch register is the packet's priority: it must not leave with a number of ours in it. */
export const CLEAR: Statement = { kind: 'scratch', value: 0 };

/** How often denied packets are told of; all are counted. */
const LOGGED = { rate: 10, burst: 20 };

/** What judges a connection for a local pod that is isolated in one direction. */
export function directionChains(
  direction: Direction,
  { oldest, logGroup }: { readonly oldest: number; readonly logGroup: number },
): Chain[] {
  return [
    ...FAMILIES.flatMap((family) => [
      classChain(direction, family),
      cellChain(direction, family, oldest),
    ]),
    portsChain(direction),
    denyChain(direction, logGroup),
  ];
}

/** Which end of a connection a local pod is that is judged in one direction, and which its peer. */
export function endsOf(direction: Direction, family: Family): { subject: Field; peer: Field } {
  return direction === 'ingress'
    ? { subject: SERVER[family], peer: CLIENT[family] }
    : { subject: CLIENT[family], peer: SERVER[family] };
}

/** Finds the class of the peer. */
function classChain(direction: Direction, family: Family): Chain {
  const short = names.SHORT[direction];
  const { peer } = endsOf(direction, family);
  const next = goto(`cell_${short}${family}`);
  return {
    name: `${short}${family}`,
    lines: [
      noted('the peer is a pod', lookUp(names.peersOf(family), peer), next),
      noted('or any other address', lookUp(names.blocksOf(family), peer, 'meta l4proto'), next),
      line(goto(`deny_${short}`)),
    ],
  };
}

/** Finds what the subject grants the class. */
function cellChain(direction: Direction, family: Family, oldest: number): Chain {
  const short = names.SHORT[direction];
  const { subject } = endsOf(direction, family);
  const next = goto(`ports_${short}`);
  const deny = goto(`deny_${short}`);
  const stale: Line[] =
    oldest === 0
      ? []
      : [
          noted(
            'a class of an earlier load: nobody can tell what it may do',
            is('meta priority', `${formatId(0)}-${formatId(oldest - 1)}`),
            deny,
          ),
        ];
  return {
    name: `cell_${short}${family}`,
    lines: [
      noted(
        'what the pod grants this class',
        lookUp(names.cellsOf(direction, family), 'meta priority', subject),
        next,
      ),
      ...stale,
      noted('or all others', lookUp(names.podsOf(direction, family), subject), next),
      line(deny),
    ],
  };
}

/** Looks for the port in the port set that was found. */
function portsChain(direction: Direction): Chain {
  const portProtocols = ['tcp', 'udp', 'sctp'];
  return {
    name: `ports_${names.SHORT[direction]}`,
    lines: [
      noted('everything', is('meta priority', formatId(1)), RETURN),
      ...[names.PORTS, names.PORT_RANGES].map((set) =>
        line(
          is('meta l4proto', ...portProtocols),
          within(set, 'meta priority', 'meta l4proto', 'ct reply proto-src'),
          RETURN,
        ),
      ),
      line(isNot('meta l4proto', ...portProtocols), within(names.OTHERS, 'meta priority'), RETURN),
      line(goto(`deny_${names.SHORT[direction]}`)),
    ],
  };
}

/**
 * The node itself may always connect to its pods (N1). Asked only where a packet would be dropped, for it costs
 * a route lookup; and not stamped, for what the node sends may be its reply to a pod that may not have asked.
 */
export const SENT_BY_NODE: Line = noted(
  'the node itself may always connect to its pods (N1)',
  is('fib saddr type', 'local'),
  CLEAR,
  ACCEPT,
);

function denyChain(direction: Direction, group: number): Chain {
  const prefix = direction === 'ingress' ? 'sluice I' : 'sluice E';
  return {
    name: `deny_${names.SHORT[direction]}`,
    lines: [
      SENT_BY_NODE,
      noted('judged again with each packet, until it is allowed', {
        kind: 'mark',
        keep: THEIRS,
        value: 0,
      }),
      ...FAMILIES.map((family) =>
        countLine(family, endsOf(direction, family).subject, names.deniedOf(direction, family)),
      ),
      logLine(prefix, group),
      line(COUNTER, DROP),
    ],
  };
}

/** Counts a drop by the address of the pod. A set that is full ends the rule, so nothing may follow. */
export function countLine(family: Family, field: Field, set: string): Line {
  return line(is('meta nfproto', PROTOCOL_OF[family]), { kind: 'count-in', field, set });
}

/** Tells of some drops; the drop itself is another rule, for the limit ends this one. */
export function logLine(prefix: string, group: number): Line {
  return line({ kind: 'limit', ...LOGGED }, { kind: 'log', prefix, group, snaplen: 96 });
}
