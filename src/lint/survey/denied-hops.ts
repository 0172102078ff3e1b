import type { ClassSet } from '../../evaluate/population/class-set.ts';
import { namedPortsOf, portsOfRule } from '../../evaluate/verdict/match.ts';
import type { Side } from '../../evaluate/verdict/side.ts';
import type { Direction, PodPeer } from '../../model/policy.ts';
import { intersectPorts, isNoPorts, NO_PORTS, unionPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import { letThrough, sideBetween, somePort } from './denier.ts';
import type { CountingRule, Survey } from './survey.ts';

/** Connections between classes of pods. */
export interface ClassHops {
  readonly from: ClassSet;
  readonly to: ClassSet;
}

/** What a rule would open that the other end denies, and what gets through on other ports. */
export interface Denied {
  readonly wanted: PortSet;
  readonly open: PortSet;
  /** What the policies at the other end say of one such connection. */
  readonly side: Side;
}

/** The direction of the policies at the other end of a rule's connections. */
export function awayFrom(direction: Direction): Direction {
  return direction === 'egress' ? 'ingress' : 'egress';
}

/** The hops between the pods a policy selects and those of one peer; undefined for none or too many. */
export function hopsTo(
  survey: Survey,
  { policy, direction }: CountingRule,
  peer: PodPeer,
  most: number,
): ClassHops | undefined {
  const own = survey.subjectsOf(policy);
  const peers = survey.peersOf(policy, peer);
  for (const { count } of [own, peers]) if (count === 0 || count > most) return undefined;
  return direction === 'egress' ? { from: own, to: peers } : { from: peers, to: own };
}

/**
 * The ports of the rule when the other end denies all of them, surely, on every hop where the tiers before
 * the rule leave it something to say; else undefined.
 */
export function deniedPorts(
  survey: Survey,
  { direction, rule }: CountingRule,
  { from, to }: ClassHops,
): Denied | undefined {
  const { reachability } = survey;
  const away = awayFrom(direction);
  let [wanted, open] = [NO_PORTS, NO_PORTS];
  let example: { from: number; to: number; ports: PortSet } | undefined;
  for (const destination of to.toArray()) {
    const served = namedPortsOf(reachability.classes[destination]!.endpoints[0]!);
    const named = portsOfRule(rule, served);
    if (isNoPorts(named)) continue;
    for (const source of from.toArray()) {
      if (source === destination && !reachability.hasTwo(source)) continue;
      const [own, other] = direction === 'egress' ? [source, destination] : [destination, source];
      const there = letThrough(survey, away, other, own);
      if (!isNoPorts(intersectPorts(unionPorts(there.certain, there.depends), named)))
        return undefined;
      const here = survey.tiers.isEmpty ? undefined : letThrough(survey, direction, own, other);
      const ports = here === undefined ? named : intersectPorts(here.certain, named);
      if (isNoPorts(ports)) continue;
      example ??= { from: source, to: destination, ports };
      wanted = unionPorts(wanted, ports);
      const { certain } = reachability.reach(reachability.pair(source, destination));
      open = unionPorts(open, certain);
    }
  }
  if (example === undefined) return undefined;
  const port = somePort(example.ports)!;
  return { wanted, open, side: sideBetween(survey, example.from, example.to, port, away) };
}
