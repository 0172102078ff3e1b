import { EVERYTHING } from '../../evaluate/grants/grant.ts';
import { Reachability } from '../../evaluate/map/reachability.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { evaluate } from '../../evaluate/verdict/verdict.ts';
import type { Answer, Port } from '../../evaluate/verdict/verdict.ts';
import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { isNoPorts, PROTOCOLS, subtractPorts, unionPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';

/** A connection whose answer turns on which of two policies is asked first. */
export interface OrderExample {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly port: Port;
  readonly first: Answer;
  readonly second: Answer;
}

/** How many connections are tried before two policies are taken to be in each other's way nowhere. */
const MOST_TRIALS = 4000;
/** How many ends of each class are tried. */
const MOST_MEMBERS = 6;
const MOST_PORTS = 8;

/**
 * A connection that two policies of one tier and priority decide differently, whichever comes first; undefined
 * when none is found. Where they contradict each other is found with them alone, where few classes are to be
 * told apart; then the whole cluster is asked, in both orders, with the two before the others of their priority.
 */
export function orderExample(
  cluster: Cluster,
  one: ClusterPolicy,
  other: ClusterPolicy,
): OrderExample | undefined {
  if (!DIRECTIONS.some((direction) => mayContradict(one, other, direction))) return undefined;
  const alone = { ...cluster, policies: [] };
  const maps = [
    new Reachability({ ...alone, clusterPolicies: inOrder(one, other) }),
    new Reachability({ ...alone, clusterPolicies: inOrder(other, one) }),
  ] as const;
  const rest = cluster.clusterPolicies.filter((policy) => policy !== one && policy !== other);
  const orders = [
    { ...cluster, clusterPolicies: [...rest, ...inOrder(one, other)] },
    { ...cluster, clusterPolicies: [...rest, ...inOrder(other, one)] },
  ] as const;
  let trials = 0;
  for (const { direction, subject, peer, ports } of contradictions(maps)) {
    const subjects = membersOf(maps[0], subject);
    const peers = membersOf(maps[0], peer);
    for (const own of subjects) {
      for (const end of peers) {
        if (own === end) continue;
        const [from, to] = direction === 'egress' ? [own, end] : [end, own];
        for (const port of borders(ports)) {
          const [first, second] = orders.map((all) => evaluate(all, { from, to, port }).answer);
          if (first !== second) return { from, to, port, first: first!, second: second! };
          if (++trials === MOST_TRIALS) return undefined;
        }
      }
    }
  }
  return undefined;
}

/** The two, before all others of their priority, which is all that a name is asked for (decision D16). */
function inOrder(first: ClusterPolicy, second: ClusterPolicy): ClusterPolicy[] {
  return [
    { ...first, name: '\u0000 1' },
    { ...second, name: '\u0000 2' },
  ];
}

/** Whether rules of both do different things; else it is all the same which comes first. */
function mayContradict(one: ClusterPolicy, other: ClusterPolicy, direction: Direction): boolean {
  const actions = new Set(
    [one, other].flatMap((policy) => clusterRulesOf(policy, direction).map(({ action }) => action)),
  );
  return (
    actions.size > 1 &&
    clusterRulesOf(one, direction).length > 0 &&
    clusterRulesOf(other, direction).length > 0
  );
}

interface Contradiction {
  readonly direction: Direction;
  readonly subject: number;
  readonly peer: number;
  /** The ports that one order lets through and the other does not, or not surely. */
  readonly ports: PortSet;
}

function* contradictions(maps: readonly [Reachability, Reachability]): Generator<Contradiction> {
  const { subjects, classes } = maps[0].population;
  for (const direction of DIRECTIONS) {
    for (let subject = 0; subject < subjects; subject++) {
      for (let peer = 0; peer < classes.length; peer++) {
        const [first, second] = maps.map((map) => {
          const granted = map.granted(direction, subject, peer);
          return map.reach(map.grants.meet(granted, EVERYTHING));
        });
        const ports = unionPorts(
          difference(first!.certain, second!.certain),
          difference(first!.depends, second!.depends),
        );
        if (!isNoPorts(ports)) yield { direction, subject, peer, ports };
      }
    }
  }
}

/** The ports at the borders of a set, for policies differ at borders; not too many. */
function borders(ports: PortSet): Port[] {
  const found: Port[] = PROTOCOLS.flatMap((protocol) =>
    ports[protocol].map((number) => ({ protocol, number })),
  );
  if (ports.other) found.push({ protocol: 'other', number: 0 });
  return found.slice(0, MOST_PORTS);
}

function difference(a: PortSet, b: PortSet): PortSet {
  return unionPorts(subtractPorts(a, b), subtractPorts(b, a));
}

function membersOf({ classes }: Reachability, index: number): readonly Endpoint[] {
  return classes[index]!.endpoints.slice(0, MOST_MEMBERS);
}
