import type { ClusterRule } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS, rulesOf } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { intersectPorts, isNoPorts } from '../../model/port-set.ts';
import type { ContainerPort } from '../../model/workload.ts';
import { askTiers } from '../../evaluate/verdict/ask-tiers.ts';
import { clusterPortsOf } from '../../evaluate/verdict/cluster-ports.ts';
import { familiesOf, isSubject } from '../../evaluate/verdict/endpoint.ts';
import { addressView, namedPortsOf, portsOfRule } from '../../evaluate/verdict/match.ts';
import type { Reachability } from '../../evaluate/map/reachability.ts';
import { RuleGrants } from '../../evaluate/map/rule-grants.ts';
import { Sides } from '../../evaluate/map/sides.ts';
import { evaluate } from '../../evaluate/verdict/verdict.ts';
import type { Connection } from '../../evaluate/verdict/verdict.ts';
import { CoverageEnds } from './ends.ts';
import type { SubjectKind } from './ends.ts';
import type { OfFamilies } from './ports-left.ts';
import { soughtIn } from './sought.ts';
import type { Sought } from './sought.ts';
import { meeting } from '../judgement/meeting.ts';
import { PortCuts } from './port-points.ts';
import { decidersOf } from './seen.ts';
import type { Seen } from './seen.ts';
import type { Demand } from '../who/target.ts';
import { MOST_GRANTS, ToldOver } from './told-over.ts';

/** How much work an evaluation is, and how much a look at a pair. */
const EVALUATION = 12;
const LOOK = 1;
/** How many peers are tried before their kinds are told apart. */
const FEW = 2;

const BOTH = ['first', 'second'] as const;

/** Two ends, and which class the subject is of. */
interface EndsOf extends Pick<Connection, 'from' | 'to'> {
  readonly subject: number;
}

/**
 * Looks for connections that rules and isolations decide: not all pairs, but for each that was not seen to
 * decide yet, one pair of each kind that the policies at its end can tell apart, until it decides one.
 */
export class CoverageSearch {
  /** How much was done so far, about as many microseconds. */
  work = 0;
  readonly #cluster: Cluster;
  readonly #map: Reachability;
  readonly #seen: Seen;
  readonly #zones: RuleGrants['zones'];
  readonly #ends: Readonly<Record<Direction, CoverageEnds>>;
  readonly #told: ToldOver;
  /** By what rules are asked, then by zone of the destination. */
  readonly #cuts = new Map<SubjectKind | readonly ClusterRule[], Map<number, PortCuts>>();

  constructor(cluster: Cluster, map: Reachability, seen: Seen) {
    const { population, grants } = map;
    this.#cluster = cluster;
    this.#map = map;
    this.#seen = seen;
    this.#told = new ToldOver(map);
    const rules = new RuleGrants(cluster, population, grants);
    this.#zones = rules.zones;
    const alone = new Sides({ ...cluster, clusterPolicies: [] }, population, grants, rules);
    const endsIn = (direction: Direction): CoverageEnds =>
      new CoverageEnds(cluster, population, rules, alone, grants, direction);
    this.#ends = { ingress: endsIn('ingress'), egress: endsIn('egress') };
  }

  /** Notes what decides the demand's connections; false when some was left off at the limit of work. */
  look(demand: Demand, limit: number): boolean {
    for (const direction of DIRECTIONS) {
      const size = this.#map.classes.length;
      for (const sought of soughtIn(demand, this.#ends[direction], size, this.#seen))
        if (!this.#seek(sought, demand, direction, limit)) return false;
    }
    return true;
  }

  /** Tries peers until the sought decides; false when the limit was met before. */
  #seek(sought: Sought, demand: Demand, direction: Direction, limit: number): boolean {
    const { peers } = sought;
    for (let i = 0; i < FEW && i < peers.length; i++) {
      const peer = peers[Math.floor((i * peers.length) / FEW)]!;
      const ends = this.#endsOf(sought.group.members, peer, demand, direction);
      if (ends !== undefined && this.#decides(sought, peer, ends, direction) === 'yes') return true;
    }
    if (peers.length === 0) return true;
    const kindOf = sought.kindsOf(peers);
    const tried = new Set<number | string>();
    for (const peer of peers) {
      const kind = kindOf(peer);
      if (tried.has(kind)) continue;
      const ends = this.#endsOf(sought.group.members, peer, demand, direction);
      if (ends === undefined) continue;
      tried.add(kind);
      if (this.work > limit) return false;
      const found = this.#decides(sought, peer, ends, direction);
      if (found === 'yes') return true;
      if (found === 'no') continue;
      const alike = peers.filter((one) => kindOf(one) === kind);
      const answer = this.#seekPair(sought, found, alike, demand, direction, limit);
      if (answer !== undefined) return answer;
    }
    return true;
  }

  /** Two ends for a peer: some subject of the group that is another endpoint. */
  #endsOf(
    members: readonly number[],
    peer: number,
    demand: Demand,
    direction: Direction,
  ): EndsOf | undefined {
    for (const subject of members) {
      const [from, to] = direction === 'egress' ? [subject, peer] : [peer, subject];
      const met = meeting(demand.from.get(from)!, demand.to.get(to)!, from === to);
      if (met.pairs === 0) continue;
      const destination = met.to[0]!;
      const source = met.from.find((one) => one !== destination) ?? met.from[0]!;
      return { subject, from: source, to: destination };
    }
    return undefined;
  }

  /**
   * Whether the sought decides a connection between the two. One is told of over a single family: if it does
   * not, the families over which it would decide, were connections between others like them told of over it.
   */
  #decides(
    sought: Sought,
    peer: number,
    { subject, ...ends }: EndsOf,
    direction: Direction,
  ): 'yes' | 'no' | OfFamilies<boolean> {
    this.work += LOOK;
    const served = namedPortsOf(ends.to);
    const may = sought.ports(subject, peer, served);
    if (isNoPorts(may.first) && isNoPorts(may.second)) return 'no';
    const told = this.#told.over(subject, peer, direction, this.#ends[direction].left);
    const cuts = this.#cutsOf(sought, direction === 'egress' ? peer : subject, served, direction);
    for (const which of BOTH) {
      for (const port of cuts.pointsOf(intersectPorts(may[which], told[which]))) {
        this.#note({ ...ends, port });
        if (this.#seen.has(sought.decider)) return 'yes';
      }
    }
    const would = (which: 'first' | 'second', other: 'first' | 'second'): boolean => {
      for (const port of cuts.pointsOf(intersectPorts(may[which], told[other])))
        if (this.#wouldDecide(sought, { ...ends, port }, which, direction)) return true;
      return false;
    };
    const over = { first: would('first', 'second'), second: would('second', 'first') };
    return over.first || over.second ? over : 'no';
  }

  #note(connection: Connection): void {
    this.work += EVALUATION;
    this.#seen.note(evaluate(this.#cluster, connection));
  }

  /** Whether the sought would decide, if the connection were told of over one of its two families. */
  #wouldDecide(
    { decider }: Sought,
    { from, to, port }: Connection,
    which: 'first' | 'second',
    direction: Direction,
  ): boolean {
    const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
    const view = addressView(this.#cluster, peer);
    const families = familiesOf(addressView(this.#cluster, subject));
    const common = families.filter((family) => familiesOf(view).includes(family));
    const family = common[which === 'first' ? 0 : 1];
    if (family === undefined || !isSubject(subject)) return false;
    this.work += EVALUATION;
    const candidate = { endpoint: peer, view, family };
    const served = namedPortsOf(to);
    const side = askTiers(this.#cluster, { direction, subject, peer: candidate, port, served });
    // the second is told of where it allows more, which is never where it is closed at this end
    if (which === 'second' && side.state === 'denied') return false;
    for (const one of decidersOf(side, direction)) if (one === decider) return true;
    return false;
  }

  /**
   * Which family a connection is told of over depends on both ends: tries all pairs that grant each other
   * something else. True when the sought decides one, false when the limit was met, undefined when none.
   */
  #seekPair(
    sought: Sought,
    over: OfFamilies<boolean>,
    peers: Int32Array,
    demand: Demand,
    direction: Direction,
    limit: number,
  ): boolean | undefined {
    const tried = new Set<number>();
    for (const peer of peers) {
      for (const member of sought.group.members) {
        this.work += LOOK;
        if (this.work > limit) return false;
        const granted = this.#told.grantedBetween(member, peer, direction);
        const key = granted[0] * MOST_GRANTS + granted[1];
        if (tried.has(key)) continue;
        const ends = this.#endsOf([member], peer, demand, direction);
        if (ends === undefined) continue;
        tried.add(key);
        const served = namedPortsOf(ends.to);
        const told = this.#told.over(member, peer, direction, this.#ends[direction].left);
        const may = sought.ports(member, peer, served);
        const to = direction === 'egress' ? peer : member;
        const cuts = this.#cutsOf(sought, to, served, direction);
        for (const which of BOTH) {
          if (!over[which]) continue;
          for (const port of cuts.pointsOf(intersectPorts(may[which], told[which]))) {
            this.#note({ from: ends.from, to: ends.to, port });
            if (this.#seen.has(sought.decider)) return true;
          }
        }
      }
    }
    return undefined;
  }

  /** Where rules of the group's policies begin to differ, at a destination. */
  #cutsOf(
    { group: { kind } }: Sought,
    destination: number,
    served: readonly ContainerPort[],
    direction: Direction,
  ): PortCuts {
    const zone = this.#zones.of[destination] ?? -1;
    const ofTiers = this.#remember(
      kind.clusterRules,
      zone,
      () => new PortCuts(kind.clusterRules.map((rule) => clusterPortsOf(rule, served))),
    );
    if (kind.allowing.length === 0) return ofTiers;
    return this.#remember(kind, zone, () => {
      const rules = kind.allowing.flatMap((policy) => rulesOf(policy, direction));
      return new PortCuts(
        rules.map((rule) => portsOfRule(rule, served)),
        ofTiers,
      );
    });
  }

  #remember(
    key: SubjectKind | readonly ClusterRule[],
    zone: number,
    make: () => PortCuts,
  ): PortCuts {
    let byZone = this.#cuts.get(key);
    if (byZone === undefined) this.#cuts.set(key, (byZone = new Map()));
    let cuts = byZone.get(zone);
    if (cuts === undefined) byZone.set(zone, (cuts = make()));
    return cuts;
  }
}
