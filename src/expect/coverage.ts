import type { ClusterPolicy, ClusterRule } from '../model/cluster-policy.ts';
import { clusterRulesOf } from '../model/cluster-policy.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Place } from '../model/place.ts';
import { DIRECTIONS, rulesOf } from '../model/policy.ts';
import type { Direction, NetworkPolicy, Rule } from '../model/policy.ts';
import { PROTOCOLS, hasPort } from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';
import type { Endpoint } from '../evaluate/endpoint.ts';
import { evaluate } from '../evaluate/verdict.ts';
import type { Connection, Port, Side } from '../evaluate/verdict.ts';
import { servedBy } from './demands.ts';
import type { Demand } from './target.ts';

/** One thing a policy says: a rule, or (without `rule`) that its pods are isolated. */
export interface CoverageItem {
  readonly policy: NetworkPolicy | ClusterPolicy;
  readonly direction: Direction;
  /** Its number in its direction, from 0. */
  readonly rule: number | undefined;
  readonly place: Place;
  readonly exercised: boolean;
}

/** What of the policies the expectations exercise: a connection that they speak of was decided by it. */
export interface Coverage {
  readonly items: readonly CoverageItem[];
  /** Whether there were too many pairs to look at all: then more may be exercised than is told. */
  readonly isCut: boolean;
}

/** How many pairs are looked at; each costs some microseconds for every port. */
const MOST_PAIRS = 20_000;
/** How many ports of a pair are. */
const MOST_PORTS = 40;

/** Finds out which rules, and which isolations, decide connections that the demands speak of. */
export function coverageOf(cluster: Cluster, demands: readonly Demand[]): Coverage {
  const seen = new Seen();
  const numbers = numbersOf(cluster);
  const most = Math.max(1, Math.floor(MOST_PAIRS / Math.max(1, demands.length)));
  let isCut = false;
  for (const demand of demands) {
    const pairs = demand.from.size * demand.to.size;
    isCut ||= pairs > most;
    for (const connection of connectionsOf(demand, numbers, Math.min(pairs, most)))
      seen.note(cluster, connection);
  }
  return { items: itemsOf(cluster, seen), isCut };
}

/** One connection for each of so many pairs of classes and each port where an answer may begin to differ. */
function* connectionsOf(
  { from, to, ports }: Demand,
  numbers: readonly number[],
  count: number,
): Generator<Connection> {
  const [sources, destinations] = [[...from.values()], [...to.values()]];
  const all = sources.length * destinations.length;
  for (let i = 0; i < count; i++) {
    const at = Math.floor((i * all) / count);
    const source = sources[Math.floor(at / destinations.length)]!;
    const pair = differentEnds(source, destinations[at % destinations.length]!);
    for (const port of portsOf(ports, pair.to, numbers)) yield { ...pair, port };
  }
}

function differentEnds(
  sources: readonly Endpoint[],
  destinations: readonly Endpoint[],
): { from: Endpoint; to: Endpoint } {
  const to = destinations[0]!;
  return { from: sources.find((one) => one !== to) ?? sources[0]!, to };
}

function* portsOf(ports: PortSet, to: Endpoint, numbers: readonly number[]): Generator<Port> {
  const served = servedBy(to);
  for (const protocol of PROTOCOLS) {
    const own = new Set<number>();
    const bounds = ports[protocol];
    for (let i = 0; i < bounds.length; i += 2) own.add(bounds[i]!);
    for (const number of [...numbers, ...served[protocol]])
      if (hasPort(ports, protocol, number)) own.add(number);
    for (const number of own) yield { protocol, number };
  }
  if (ports.other) yield { protocol: 'other', number: 0 };
}

/** Every number that a rule's ports begin with. */
function numbersOf({ policies, clusterPolicies }: Cluster): number[] {
  const numbers = new Set<number>();
  const note = ({ ports }: Rule | ClusterRule): void => {
    if (ports === 'all') return;
    for (const port of ports) if (port.kind === 'numbered') numbers.add(port.low);
  };
  for (const policy of policies)
    for (const direction of DIRECTIONS) rulesOf(policy, direction).forEach(note);
  for (const policy of clusterPolicies)
    for (const direction of DIRECTIONS) clusterRulesOf(policy, direction).forEach(note);
  return [...numbers].slice(0, MOST_PORTS);
}

/** The rules and isolations that were seen to decide. */
class Seen {
  readonly #rules = new Set<Rule | ClusterRule>();
  readonly #isolations: Readonly<Record<Direction, Set<NetworkPolicy>>> = {
    ingress: new Set(),
    egress: new Set(),
  };

  note(cluster: Cluster, connection: Connection): void {
    const verdict = evaluate(cluster, connection);
    for (const direction of DIRECTIONS) this.#noteSide(verdict[direction], direction);
  }

  #noteSide(side: Side, direction: Direction): void {
    if (side.state === 'exempt') return;
    for (const { rule } of side.passed) this.#rules.add(rule);
    if (side.state === 'open') return;
    for (const { rule } of side.allowedBy) this.#rules.add(rule);
    for (const { rule } of side.deniedBy) this.#rules.add(rule);
    if (side.networkPolicies !== 'denied') return;
    for (const policy of side.isolatedBy) this.#isolations[direction].add(policy);
  }

  hasRule(rule: Rule | ClusterRule): boolean {
    return this.#rules.has(rule);
  }

  hasIsolation(policy: NetworkPolicy, direction: Direction): boolean {
    return this.#isolations[direction].has(policy);
  }
}

function itemsOf({ policies, clusterPolicies }: Cluster, seen: Seen): CoverageItem[] {
  const items: CoverageItem[] = [];
  for (const policy of policies) {
    for (const direction of DIRECTIONS) {
      if (!policy.isolates.includes(direction)) continue;
      const exercised = seen.hasIsolation(policy, direction);
      items.push({ policy, direction, rule: undefined, place: policy.place, exercised });
      rulesOf(policy, direction).forEach((rule, index) =>
        items.push(itemOf(policy, direction, index, rule, seen)),
      );
    }
  }
  for (const policy of clusterPolicies) {
    for (const direction of DIRECTIONS) {
      clusterRulesOf(policy, direction).forEach((rule, index) =>
        items.push(itemOf(policy, direction, index, rule, seen)),
      );
    }
  }
  return items;
}

function itemOf(
  policy: CoverageItem['policy'],
  direction: Direction,
  index: number,
  rule: Rule | ClusterRule,
  seen: Seen,
): CoverageItem {
  return { policy, direction, rule: index, place: rule.place, exercised: seen.hasRule(rule) };
}
