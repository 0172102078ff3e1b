import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction, NetworkPolicy } from '../../model/policy.ts';
import type { Reach } from '../grants/reach-table.ts';
import type { Id } from '../ids/pair-memo.ts';
import { grantOf } from '../map/profile.ts';
import type { Profile } from '../map/profile.ts';
import type { Reachability } from '../map/reachability.ts';
import { RuleGrants } from '../map/rule-grants.ts';
import { Sides } from '../map/sides.ts';
import type { Population } from '../population/population.ts';
import { isSubject } from '../verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';
import { isSubjectOf } from '../verdict/match.ts';
import { GrantChanges, GrantedTable } from './grant-changes.ts';
import type { Granted } from './grant-changes.ts';
import { withNames } from './names.ts';
import { FocusedPopulation } from './policy-change-focus.ts';
import type { Part } from './policy-change-focus.ts';
import { isRuledBy } from './scope.ts';

export type { Part } from './policy-change-focus.ts';

/** A policy of any tier. */
export type AnyPolicy = NetworkPolicy | ClusterPolicy;

/** One policy added, removed, or replaced; `before` is one of the map's cluster, as an object. */
export interface PolicyChange {
  readonly before?: AnyPolicy;
  readonly after?: AnyPolicy;
}

/**
 * What one policy changes, without working the map out anew: only those it selects can be at an end of a
 * changed connection, and only what the policies that select them look at can tell the other ends apart.
 * Costs as much as what changes, and a look at everyone. The changes are exactly those between the two maps,
 * but for DNS names that only the new policy names, and for pods it tells apart from others of their workload
 * whose nodes are better known than those of all together (D4).
 */
export class PolicyDifference {
  readonly #map: Reachability;
  readonly #focus: Focus;

  constructor(map: Reachability, change: PolicyChange) {
    this.#map = map;
    this.#focus = new Focus(map, change);
  }

  /** Every endpoint of the map, and only those, is in one of them. */
  get parts(): readonly Part[] {
    return this.#focus.focused.parts;
  }

  /** What a reach id stands for. */
  reach(id: Id): Reach {
    return this.#map.reach(id);
  }

  /** Visits every pair of parts whose reach changes, each once; a part that is alone is not its own peer. */
  forEachPair(visit: (from: Part, to: Part, before: Id, after: Id) => void): void {
    const focus = this.#focus;
    const members: Part[][] = Array.from({ length: focus.population.classes.length }, () => []);
    for (const part of this.parts) members[part.focus]!.push(part);
    const sent = focus.changes('egress');
    const received = focus.changes('ingress');
    const ask = (from: Part, to: Part): void => {
      if (from === to && !from.hasTwo) return;
      const egress = sent.get(from.focus)?.get(to.focus);
      const ingress = received.get(to.focus)?.get(from.focus);
      const { grants } = this.#map;
      const sending = egress ?? same(this.#granted('egress', from, to));
      const receiving = ingress ?? same(this.#granted('ingress', to, from));
      const before = grants.meet(sending.before, receiving.before);
      const after = grants.meet(sending.after, receiving.after);
      if (before !== after && this.#differ(before, after)) visit(from, to, before, after);
    };
    for (const [subject, peers] of sent) {
      peers.forEach((peer) => {
        for (const from of members[subject]!) for (const to of members[peer]!) ask(from, to);
      });
    }
    for (const [subject, peers] of received) {
      peers.forEach((peer) => {
        if (sent.get(peer)?.get(subject) !== undefined) return; // seen from the other end
        for (const from of members[peer]!) for (const to of members[subject]!) ask(from, to);
      });
    }
  }

  #granted(direction: Direction, subject: Part, peer: Part): Id {
    return this.#map.granted(direction, subject.class, peer.class);
  }

  /** Reaches that turn on different unknowns may be of the same ports. */
  #differ(before: Id, after: Id): boolean {
    const { ports } = this.#map.grants;
    const [was, is] = [this.#map.reach(before), this.#map.reach(after)];
    return (
      ports.add(was.certain) !== ports.add(is.certain) ||
      ports.add(was.depends) !== ports.add(is.depends)
    );
  }
}

function same(grant: Id): Granted {
  return { before: grant, after: grant };
}

/** The cluster as only those policies see it that select someone whom the changed one selects. */
class Focus {
  readonly focused: FocusedPopulation;
  readonly #map: Reachability;
  readonly #before: Sides;
  readonly #after: Sides;
  readonly #subjects: Readonly<Record<Direction, readonly number[]>>;

  constructor(map: Reachability, { before, after }: PolicyChange) {
    this.#map = map;
    const { cluster } = map;
    const versions = [before, after].filter((one) => one !== undefined);
    const isSelected = (endpoint: Endpoint, directions = DIRECTIONS): boolean =>
      directions.some((direction) =>
        versions.some((policy) => concerns(cluster, policy, endpoint, direction)),
      );
    const selected = subjectsAmong(map.population, versions).filter((endpoint) =>
      isSelected(endpoint),
    );
    const isNear = (policy: AnyPolicy): boolean =>
      policy !== before &&
      selected.some((endpoint) =>
        DIRECTIONS.some((direction) => concerns(cluster, policy, endpoint, direction)),
      );
    const spaces = new Set(selected.map(({ workload }) => workload.namespace));
    const near = withNames(
      {
        ...cluster,
        policies: cluster.policies.filter((one) => spaces.has(one.namespace) && isNear(one)),
        clusterPolicies: cluster.clusterPolicies.filter(isNear),
      },
      map.population.distinctions.domains,
    );
    const all = versions.reduce(withPolicy, near);
    this.focused = new FocusedPopulation(map.population, all);
    const rules = new RuleGrants(all, this.population, map.grants);
    const sides = (policy: AnyPolicy | undefined): Sides => {
      const own = policy === undefined ? near : withPolicy(near, policy);
      return new Sides(own, this.population, map.grants, rules);
    };
    this.#before = sides(before);
    this.#after = sides(after);
    const subjectsIn = (direction: Direction): number[] =>
      this.population.classes
        .slice(0, this.population.subjects)
        .filter(({ endpoints }) => isSelected(endpoints[0]!, [direction]))
        .map(({ index }) => index);
    this.#subjects = { ingress: subjectsIn('ingress'), egress: subjectsIn('egress') };
  }

  get population(): Population {
    return this.focused.population;
  }

  /** By subject class and peer class: the grants that change. */
  changes(direction: Direction): ReadonlyMap<number, GrantChanges> {
    const { classes } = this.population;
    const changes = new Map<number, GrantChanges>();
    const known = new Map<Profile, Map<Profile, GrantChanges>>();
    const table = new GrantedTable();
    for (const subject of this.#subjects[direction]) {
      const [before, after] = [this.#before, this.#after].map((sides) =>
        direction === 'egress' ? sides.egressOf(subject) : sides.ingressOf(subject),
      );
      let byAfter = known.get(before!);
      if (byAfter === undefined) known.set(before!, (byAfter = new Map<Profile, GrantChanges>()));
      let own = byAfter.get(after!);
      if (own === undefined) {
        const changed = new GrantChanges(table, classes.length);
        for (let peer = 0; peer < classes.length; peer++) {
          const was = this.#grantOf(this.#before, before!, direction, peer);
          const is = this.#grantOf(this.#after, after!, direction, peer);
          if (was !== is) changed.add(peer, was, is);
        }
        byAfter.set(after!, (own = changed));
      }
      if (!own.isEmpty) changes.set(subject, own);
    }
    return changes;
  }

  #grantOf(sides: Sides, profile: Profile, direction: Direction, peer: number): Id {
    return grantOf(profile, peer, sides.districts[direction], this.#map.grants);
  }
}

/**
 * Pods that may be subjects of the policies, one by one, for the policies may tell them apart: of policies of
 * namespaces, only those in there.
 */
function subjectsAmong(
  { endpoints }: Population,
  policies: readonly AnyPolicy[],
): WorkloadEndpoint[] {
  const spaces = policies.map((one) => (one.kind === 'NetworkPolicy' ? one.namespace : undefined));
  const found: WorkloadEndpoint[] = [];
  for (const endpoint of endpoints) {
    if (!isSubject(endpoint)) continue;
    const { namespace } = endpoint.workload;
    if (!spaces.some((space) => space === undefined || space === namespace)) continue;
    if (endpoint.pods.length === 1) found.push(endpoint);
    else for (const pod of endpoint.pods) found.push({ ...endpoint, pods: [pod] });
  }
  return found;
}

function concerns(
  cluster: Cluster,
  policy: AnyPolicy,
  endpoint: Endpoint,
  direction: Direction,
): boolean {
  return policy.kind === 'NetworkPolicy'
    ? policy.isolates.includes(direction) && isSubjectOf(policy, endpoint)
    : isRuledBy(cluster, policy, endpoint, direction);
}

/** The cluster with one policy more. */
function withPolicy(cluster: Cluster, policy: AnyPolicy): Cluster {
  return policy.kind === 'NetworkPolicy'
    ? { ...cluster, policies: [...cluster.policies, policy] }
    : { ...cluster, clusterPolicies: [...cluster.clusterPolicies, policy] };
}
