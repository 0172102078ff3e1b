import { EVERYTHING } from '../../evaluate/grants/grant.ts';
import type { ClusterRuleRef, Side } from '../../evaluate/verdict/side.ts';
import { evaluate } from '../../evaluate/verdict/verdict.ts';
import type { Port } from '../../evaluate/verdict/verdict.ts';
import type { Direction } from '../../model/policy.ts';
import { PROTOCOLS } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Survey } from './survey.ts';

/** A port of a set, the lowest of its first protocol; undefined for the empty set. */
export function somePort(ports: PortSet): Port | undefined {
  for (const protocol of PROTOCOLS) {
    const [number] = ports[protocol];
    if (number !== undefined) return { protocol, number };
  }
  return ports.other ? { protocol: 'other', number: 0 } : undefined;
}

/** What the policies at one end say of a connection between two classes. */
export function sideBetween(
  { cluster, reachability }: Survey,
  from: number,
  to: number,
  port: Port,
  direction: Direction,
): Side {
  const [source, destination] = [from, to].map((one) => reachability.classes[one]!.endpoints[0]!);
  return evaluate(cluster, { from: source!, to: destination!, port })[direction];
}

/** The rule of a cluster policy that denies; undefined where NetworkPolicies do, or nothing does. */
export function denierOf(side: Side): ClusterRuleRef | undefined {
  if (side.state !== 'denied' || side.tier === 'NetworkPolicy') return undefined;
  return side.deniedBy[0];
}

/** What the policies at one end let through between a class they select and another one. */
export function letThrough(
  { reachability }: Survey,
  direction: Direction,
  subject: number,
  peer: number,
): { readonly certain: PortSet; readonly depends: PortSet } {
  const { grants } = reachability;
  return reachability.reach(
    grants.meet(reachability.granted(direction, subject, peer), EVERYTHING),
  );
}
