import {
  formatPorts,
  intersectPorts,
  isNoPorts,
  NO_PORTS,
  unionPorts,
} from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Direction, PodPeer } from '../../model/policy.ts';
import { ClassSet } from '../../evaluate/class-set.ts';
import { namedPortsOf, portsOfRule } from '../../evaluate/match.ts';
import { within } from '../hops.ts';
import { otherSide } from '../other-side.ts';
import type { LintRule, Remark } from '../rule.ts';
import { namesLabels } from '../selector-logic.ts';
import type { CountingRule, Survey } from '../survey.ts';
import { policySubject, quoteWorkloads } from '../wording.ts';

/**
 * A rule that lets pods connect where the policies at the other end let none of it through (S3).
 *
 * Evidence: the peer asks for pods by a label and matches few kinds of pods; and for every one of
 * them and every pod the policy selects, the other end is isolated and none of the rule's ports gets
 * through, surely. A coarse rule at one end with a finer one at the other is so never reported, nor
 * are ports that depend on what the input does not tell. A hop that both ends speak of is reported
 * once, at the end that sends.
 */
export const oneSideOnly: LintRule = {
  code: 'one-side-only',
  severities: ['warning'],
  summary: 'a rule allows connections that the policies at the other end deny on all of its ports',
  evidence:
    'a peer that names pods by a label, and policies at the other end that deny all the ports of the rule to all of them',
  remedy: 'add the missing rule there, or take this one away',
  *find(survey) {
    const told = new ToldHops();
    for (const direction of ['egress', 'ingress'] as const) {
      for (const counting of survey.rules()) {
        const { rule } = counting;
        if (counting.direction !== direction || rule.peers === 'all') continue;
        for (const peer of rule.peers) {
          if (peer.kind !== 'pods' || !namesLabels(peer.pods ?? [])) continue;
          const hops = hopsTo(survey, counting, peer);
          if (hops === undefined || told.has(hops)) continue;
          const denied = deniedPorts(survey, counting, hops);
          if (denied === undefined) continue;
          told.add(hops);
          yield remark(survey, counting, peer, hops, denied);
        }
      }
    }
  },
};

/** A peer that matches more kinds of pods than this is a coarse one, and denials are no surprise. */
const MOST_CLASSES = 24;

interface ClassHops {
  readonly from: ClassSet;
  readonly to: ClassSet;
}

/** Hops already spoken of, found by any of their sources. */
class ToldHops {
  readonly #bySource = new Map<number, ClassHops[]>();

  add(hops: ClassHops): void {
    for (const source of hops.from.toArray()) {
      const list = this.#bySource.get(source);
      if (list === undefined) this.#bySource.set(source, [hops]);
      else list.push(hops);
    }
  }

  has(hops: ClassHops): boolean {
    const known = this.#bySource.get(hops.from.toArray()[0]!) ?? [];
    return known.some((one) => within(hops, one));
  }
}

/** The hops between the pods a policy selects and those of one peer; undefined for none or too many. */
function hopsTo(
  survey: Survey,
  { policy, direction }: CountingRule,
  peer: PodPeer,
): ClassHops | undefined {
  const own = survey.subjectsOf(policy);
  const peers = survey.peersOf(policy, peer);
  for (const { count } of [own, peers]) if (count === 0 || count > MOST_CLASSES) return undefined;
  return direction === 'egress' ? { from: own, to: peers } : { from: peers, to: own };
}

/** What a rule would open, and what gets through on other ports. */
interface Denied {
  readonly wanted: PortSet;
  readonly open: PortSet;
}

/** The ports of the rule when the other end denies all of them on every hop; else undefined. */
function deniedPorts(
  { reachability }: Survey,
  { direction, rule }: CountingRule,
  { from, to }: ClassHops,
): Denied | undefined {
  const away: Direction = direction === 'egress' ? 'ingress' : 'egress';
  let [wanted, open] = [NO_PORTS, NO_PORTS];
  for (const destination of to.toArray()) {
    const served = namedPortsOf(reachability.classes[destination]!.endpoints[0]!);
    const ports = portsOfRule(rule, served);
    for (const source of from.toArray()) {
      if (source === destination && !reachability.hasTwo(source)) continue;
      if (isNoPorts(ports)) continue;
      if (!reachability.isIsolated(away === 'ingress' ? destination : source, away))
        return undefined;
      const { certain, depends } = reachability.reach(reachability.pair(source, destination));
      if (!isNoPorts(intersectPorts(unionPorts(certain, depends), ports))) return undefined;
      wanted = unionPorts(wanted, ports);
      open = unionPorts(open, certain);
    }
  }
  return isNoPorts(wanted) ? undefined : { wanted, open };
}

function remark(
  survey: Survey,
  counting: CountingRule,
  peer: PodPeer,
  hops: ClassHops,
  { wanted, open }: Denied,
): Remark {
  const { policy, direction } = counting;
  const senders = survey.workloadsOf(hops.from.toArray());
  const [from, to] = [senders, survey.workloadsOf(hops.to.toArray())].map(quoteWorkloads);
  const [own, them] = senders.length === 1 ? ['its', 'it'] : ['their', 'them'];
  const denial =
    direction === 'egress'
      ? `the ingress there does not let ${them} in`
      : `${own} own egress does not let ${them} out`;
  const may = direction === 'egress' ? 'may go out to' : 'may come in to';
  const instead = isNoPorts(open) ? '' : `; only ${formatPorts(open)} gets through`;
  const message = `${from} ${may} ${to} on ${formatPorts(wanted)}, but ${denial}${instead}`;
  const { fix, related } = otherSide(survey, counting, peer, hops);
  const finding = {
    code: oneSideOnly.code,
    severity: 'warning' as const,
    message,
    place: peer.place,
    subject: policySubject(policy),
    fix,
    related,
  };
  return { finding, ignored: survey.ignores(finding.code, policy), hops };
}
