import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS, rulesOf } from '../../model/policy.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import { workloadId } from '../../model/workload.ts';
import { isSubject, podOf } from '../verdict/endpoint.ts';
import type { Endpoint } from '../verdict/endpoint.ts';
import { evaluate, hasSay } from '../verdict/verdict.ts';
import type { Answer, Port } from '../verdict/verdict.ts';
import type { ChangedObject } from './objects.ts';
import { changedPorts } from './ports.ts';
import type { Passing } from './rows.ts';
import type { End, ObjectSet, ObjectSets, Scope } from './scope.ts';

/** How many pairs are asked about one by one; from then on, pairs that look alike are taken to be alike. */
const MOST_ASKED = 2_000;
/** And how many in all: where so much changed, whatever may have made a difference is named. */
const MOST_KINDS = 8_000;
/** How many ports a pair is asked about. */
const MOST_PORTS = 12;

/** Above every number of a passing: there are some thousands. */
const MOST_PASSINGS = 0x100_0000;

const SIDES = ['old', 'new'] as const;
type Side = (typeof SIDES)[number];

/**
 * Tells which of several changed objects made a difference to a connection, by asking: one did if the
 * connection is not what it was once that object alone is changed, or not what it became once that object
 * alone is changed back. Where none does by itself, all together did.
 */
export class Blame {
  readonly #clusters: Readonly<Record<Side, Cluster>>;
  readonly #objects: readonly ChangedObject[];
  readonly #passings: readonly Passing[];
  readonly #sets: ObjectSets;
  readonly #together = new Map<ObjectSet, Map<ObjectSet, ObjectSet>>();
  readonly #mixed = new Map<string, Cluster>();
  readonly #policies: Readonly<Record<Side, ReadonlyMap<string, NetworkPolicy[]>>>;
  readonly #alike = new Map<ObjectSet, Map<number, ObjectSet>>();
  #asked = 0;

  /** `passings`: by number, and it may grow. */
  constructor(
    { old, new: current }: Readonly<Record<Side, Cluster>>,
    { objects, sets }: Scope,
    passings: readonly Passing[],
  ) {
    this.#clusters = { old, new: current };
    this.#passings = passings;
    this.#sets = sets;
    this.#objects = objects;
    this.#policies = { old: byNamespace(old.policies), new: byNamespace(current.policies) };
  }

  /** The objects that made a difference between two ends: what passed before and after, by number. */
  causes(from: End, to: End, before: number, after: number): ObjectSet {
    const candidates = this.#candidates(from.sending, to.receiving);
    if (candidates.length < 2) return candidates;
    let alike = this.#alike.get(candidates);
    if (alike === undefined) this.#alike.set(candidates, (alike = new Map<number, ObjectSet>()));
    const key = before * MOST_PASSINGS + after;
    const known = alike.get(key);
    if (known !== undefined && this.#asked >= MOST_ASKED) return known;
    if (this.#asked >= MOST_KINDS) return candidates;
    this.#asked++;
    const [was, is] = [this.#passings[before]!, this.#passings[after]!];
    const ports = changedPorts(was, is, this.#bounds(candidates, to)).slice(0, MOST_PORTS);
    const found = this.#ask(from, to, candidates, ports);
    alike.set(key, found);
    return found;
  }

  /** All that may have made a difference; the same list for the same two. */
  #candidates(sending: ObjectSet, receiving: ObjectSet): ObjectSet {
    if (receiving.length === 0) return sending;
    if (sending.length === 0) return receiving;
    let own = this.#together.get(sending);
    if (own === undefined) this.#together.set(sending, (own = new Map<ObjectSet, ObjectSet>()));
    let both = own.get(receiving);
    if (both === undefined) own.set(receiving, (both = this.#sets.of([...sending, ...receiving])));
    return both;
  }

  #ask(from: End, to: End, candidates: ObjectSet, ports: readonly Port[]): ObjectSet {
    const pair: Pair = {
      from: from.members[0]!,
      to: to.members[from === to ? 1 : 0] ?? to.members[0]!,
    };
    const found = new Set<number>();
    for (const port of ports) {
      for (const side of SIDES) {
        const answer = this.#answer(side, pair, port);
        for (const candidate of candidates) {
          if (found.has(candidate) || !this.#hasSay(candidate, side, pair, port)) continue;
          if (this.#answer(side, pair, port, candidate) !== answer) found.add(candidate);
        }
      }
      if (found.size === candidates.length) break;
    }
    return this.#sets.of(found.size > 0 ? [...found] : candidates);
  }

  /** False only where the answer cannot turn on the object: most cluster policies are for other pairs. */
  #hasSay(candidate: number, side: Side, pair: Pair, port: Port): boolean {
    const object = this.#objects[candidate]!;
    if (object.is !== 'cluster-policy') return true;
    const connection = { from: pair.from[side]!, to: pair.to[side]!, port };
    return [object.old, object.new].some(
      (policy) => policy !== undefined && hasSay(this.#clusters[side], policy, connection),
    );
  }

  /** The answer in one of the clusters, with one object as the other cluster has it. */
  #answer(side: Side, pair: Pair, port: Port, swapped?: number): Answer {
    const object = swapped === undefined ? undefined : this.#objects[swapped]!;
    const other = side === 'old' ? 'new' : 'old';
    const end = (which: Pair['from']): Endpoint =>
      isOf(object, which[side]!) ? which[other]! : which[side]!;
    const [from, to] = [end(pair.from), end(pair.to)];
    return evaluate(this.#clusterFor(side, from, to, swapped), { from, to, port }).answer;
  }

  /** The cluster as far as it matters to two ends, so that single policies are quickly changed. */
  #clusterFor(side: Side, from: Endpoint, to: Endpoint, swapped: number | undefined): Cluster {
    const namespaces = [
      ...new Set([from, to].filter(isSubject).map(({ workload }) => workload.namespace)),
    ];
    const key = `${side} ${swapped ?? ''} ${namespaces.join(' ')}`;
    let cluster = this.#mixed.get(key);
    if (cluster === undefined) {
      const whole = this.#clusters[side];
      const policies = namespaces.flatMap((name) => this.#policies[side].get(name) ?? []);
      cluster = { ...whole, policies };
      const object = swapped === undefined ? undefined : this.#objects[swapped]!;
      if (object !== undefined)
        cluster = withObject(cluster, object, side === 'old' ? 'new' : 'old');
      this.#mixed.set(key, cluster);
    }
    return cluster;
  }

  /** Ports where what the candidates say may begin or end. */
  #bounds(candidates: ObjectSet, to: End): Port[] {
    const ports: Port[] = [];
    for (const candidate of candidates) {
      const object = this.#objects[candidate]!;
      if (object.is !== 'policy' && object.is !== 'cluster-policy') continue;
      for (const policy of [object.old, object.new]) {
        if (policy !== undefined) ports.push(...boundsOf(policy));
      }
    }
    const { old, new: current } = to.members[0]!;
    for (const endpoint of [old, current]) {
      if (endpoint === undefined || !isSubject(endpoint)) continue;
      for (const { protocol, number } of podOf(endpoint).ports)
        ports.push({ protocol, number }, { protocol, number: number + 1 });
    }
    return ports;
  }
}

interface Pair {
  readonly from: End['members'][number];
  readonly to: End['members'][number];
}

function byNamespace(policies: readonly NetworkPolicy[]): Map<string, NetworkPolicy[]> {
  const map = new Map<string, NetworkPolicy[]>();
  for (const policy of policies) {
    const own = map.get(policy.namespace);
    if (own === undefined) map.set(policy.namespace, [policy]);
    else own.push(policy);
  }
  return map;
}

/** Whether the object is the workload whose pods are at the end. */
function isOf(object: ChangedObject | undefined, endpoint: Endpoint): boolean {
  return (
    object?.is === 'workload' &&
    endpoint.kind === 'workload' &&
    workloadId(endpoint.workload) === workloadId(object.new!)
  );
}

/** The cluster with one object as the other one has it. */
function withObject(cluster: Cluster, object: ChangedObject, side: Side): Cluster {
  switch (object.is) {
    case 'policy':
      return { ...cluster, policies: replaced(cluster.policies, object, side) };
    case 'cluster-policy':
      return { ...cluster, clusterPolicies: replaced(cluster.clusterPolicies, object, side) };
    case 'namespace': {
      const one = object[side];
      if (one === undefined) return cluster;
      return { ...cluster, namespaces: new Map(cluster.namespaces).set(one.name, one) };
    }
    case 'node': {
      const nodes = new Map(cluster.nodes);
      const one = object[side];
      if (one === undefined) nodes.delete((object.new ?? object.old)!.name);
      else nodes.set(one.name, one);
      return { ...cluster, nodes };
    }
    case 'service':
    case 'workload':
      return cluster;
  }
}

function replaced<T extends NetworkPolicy | ClusterPolicy>(
  policies: readonly T[],
  versions: { readonly old: T | undefined; readonly new: T | undefined },
  side: Side,
): T[] {
  const without = policies.filter((policy) => policy !== versions.old && policy !== versions.new);
  const version = versions[side];
  return version === undefined ? without : [...without, version];
}

function boundsOf(policy: NetworkPolicy | ClusterPolicy): Port[] {
  const ports: Port[] = [];
  for (const direction of DIRECTIONS) {
    const rules =
      policy.kind === 'NetworkPolicy'
        ? rulesOf(policy, direction)
        : clusterRulesOf(policy, direction);
    for (const rule of rules) {
      if (rule.ports === 'all') continue;
      for (const port of rule.ports) {
        if (port.kind !== 'numbered') continue;
        const { protocol, low, high } = port;
        ports.push({ protocol, number: low }, { protocol, number: high + 1 });
      }
    }
  }
  return ports;
}
