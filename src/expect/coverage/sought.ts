import { rulesOf } from '../../model/policy.ts';
import type { NetworkPolicy, Rule } from '../../model/policy.ts';
import { intersectPorts, isNoPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { ContainerPort } from '../../model/workload.ts';
import { ClassSet } from '../../evaluate/population/class-set.ts';
import { portsOfRule } from '../../evaluate/verdict/match.ts';
import { kindsBySets } from '../../evaluate/population/set-kinds.ts';
import type { CoverageEnds, SubjectGroup } from './ends.ts';
import type { OfFamilies } from './ports-left.ts';
import { isolatingOf } from './seen.ts';
import type { Decider, Seen } from './seen.ts';
import type { Demand } from '../who/target.ts';

/** Fewer peers than these are told apart one by one, more by all classes there are. */
const FEW_PEERS = 300;

/** Something that may decide connections of a group of subjects that a demand speaks of. */
export interface Sought {
  readonly decider: Decider;
  readonly group: SubjectGroup;
  /** The classes at the other end with which it may. */
  readonly peers: Int32Array;
  /** The ports on which it may between two classes, the destination of which serves some. */
  readonly ports: (
    subject: number,
    peer: number,
    served: readonly ContainerPort[],
  ) => OfFamilies<PortSet>;
  /** What is the same for peers that the policies of the group see alike. */
  readonly kindsOf: (peers: Int32Array) => (peer: number) => number | string;
}

/** What may decide connections of a demand in one direction, and was not seen to yet. */
export function* soughtIn(
  demand: Demand,
  ends: CoverageEnds,
  size: number,
  seen: Seen,
): Generator<Sought> {
  const { from, to, ports } = demand;
  const [subjects, others] = ends.direction === 'egress' ? [from, to] : [to, from];
  const peers = new Peers(
    ClassSet.of(
      size,
      [...others.keys()].sort((a, b) => a - b),
    ),
  );
  for (const group of ends.groups(subjects.keys(), 'tiers')) {
    for (const rule of group.kind.clusterRules) {
      if (seen.has(rule)) continue;
      yield {
        decider: rule,
        group,
        peers: peers.among(ends.clusterPeersOf(rule)),
        ports: (subject, peer) =>
          either(intersectPorts(ports, ends.leftByTiers(subject, rule, peer))),
        kindsOf: () => (peer) => ends.peerKinds[peer]!,
      };
    }
  }
  for (const group of ends.groups(subjects.keys(), 'network-policies'))
    yield* soughtOfNetworkPolicies(group, ports, ends, peers, seen);
}

function* soughtOfNetworkPolicies(
  group: SubjectGroup,
  ports: PortSet,
  ends: CoverageEnds,
  peers: Peers,
  seen: Seen,
): Generator<Sought> {
  const { isolatedBy, allowing } = group.kind;
  const rules = allowing.flatMap((policy) =>
    rulesOf(policy, ends.direction).map((rule): [NetworkPolicy, Rule] => [policy, rule]),
  );
  let sets: readonly ClassSet[] | undefined;
  let all: Int32Array | undefined;
  const kindsOf = (among: Int32Array): ((peer: number) => number | string) => {
    sets ??= [...new Set(rules.flatMap(([policy, rule]) => ends.setsOf(policy, rule)))];
    const apart = ends.peerKinds;
    if (all === undefined && among.length < FEW_PEERS) {
      const own = sets;
      return (peer) => own.reduce((key, set) => key + (set.has(peer) ? 1 : 0), `${apart[peer]!} `);
    }
    const kinds = (all ??= kindsBySets(apart, sets).of);
    return (peer) => kinds[peer]!;
  };
  const deniesNobody = rules.some(([, rule]) => rule.peers === 'all' && rule.ports === 'all');
  // all of them deny together
  const policy = isolatedBy.find((one) => !seen.has(isolatingOf(one, ends.direction)));
  if (policy !== undefined && !deniesNobody) {
    const decider = isolatingOf(policy, ends.direction);
    const deniable = (subject: number, peer: number): OfFamilies<PortSet> => {
      const { first, second } = ends.left.deniable(subject, peer);
      return { first: intersectPorts(ports, first), second: intersectPorts(ports, second) };
    };
    yield { decider, group, peers: peers.all, ports: deniable, kindsOf };
  }
  for (const [owner, rule] of rules) {
    if (seen.has(rule)) continue;
    const namesPorts = rule.ports !== 'all' && rule.ports.some(({ kind }) => kind === 'named');
    if (!namesPorts && isNoPorts(intersectPorts(ports, portsOfRule(rule, [])))) continue;
    yield {
      decider: rule,
      group,
      peers: peers.among(ends.peersOf(owner, rule)),
      ports: (subject, peer, served) =>
        either(
          intersectPorts(
            intersectPorts(ports, portsOfRule(rule, served)),
            ends.left.byAdmin(subject, peer),
          ),
        ),
      kindsOf,
    };
  }
}

/** The same ports over either family. */
function either(ports: PortSet): OfFamilies<PortSet> {
  return { first: ports, second: ports };
}

/** The classes at the other end, by the sets that are asked for. */
class Peers {
  readonly all: Int32Array;
  readonly #set: ClassSet;
  readonly #among = new Map<ClassSet, Int32Array>();

  constructor(set: ClassSet) {
    this.#set = set;
    this.all = set.toArray();
  }

  /** Those that are in a set. */
  among(set: ClassSet): Int32Array {
    let members = this.#among.get(set);
    if (members === undefined) this.#among.set(set, (members = this.#set.intersect(set).toArray()));
    return members;
  }
}
