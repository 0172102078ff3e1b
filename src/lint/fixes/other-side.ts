import type { ClassSet } from '../../evaluate/population/class-set.ts';
import { namedPortsOf, portsOfRule } from '../../evaluate/verdict/match.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { Place } from '../../model/place.ts';
import { rulesOf } from '../../model/policy.ts';
import type { Direction, NetworkPolicy, PodPeer } from '../../model/policy.ts';
import { intersectPorts, isNoPorts } from '../../model/port-set.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import { quotePolicy } from '../words/wording.ts';
import type { Remedy } from './finding.ts';
import { policyManifest, ruleManifest } from './manifest.ts';
import type { ProposedPeer } from './manifest.ts';

/**
 * The rule that is missing at the other end of a rule's connections: for the policy there that the
 * rule would stand in best, or in a policy of its own, and where to look.
 */
export function otherSide(
  survey: Survey,
  counting: CountingRule,
  peer: PodPeer,
  { from, to }: { readonly from: ClassSet; readonly to: ClassSet },
): { readonly fix: Remedy; readonly related: readonly Place[] } {
  const { policy, rule } = counting;
  const direction: Direction = counting.direction === 'egress' ? 'ingress' : 'egress';
  const subjects = direction === 'ingress' ? to : from;
  const namespaces = survey.namespacesOf(subjects.toArray());
  const there = namespaces[0]!;
  const missing = { peers: [pointingBack(policy, there)], ports: rule.ports };
  const host = bestPolicy(survey, counting, direction, { from, to });
  if (host !== undefined) {
    const key = rulesOf(host, direction).length === 0 ? `, under \`${direction}\`` : '';
    const summary = `add this ${direction} rule to ${quotePolicy(host)} (${host.place.toString()})${key}`;
    return {
      fix: { summary, manifest: ruleManifest(missing, direction) },
      related: [host.place],
    };
  }
  const [isolating] = survey.isolating(direction, subjects.toArray()[0]!);
  const manifest = policyManifest({
    namespace: there,
    name: `allow-${policy.name}`.slice(0, 63),
    subject: peer.pods ?? [],
    isolates: [direction],
    [direction]: [missing],
  });
  return {
    fix: {
      summary: `add this policy${namespaces.length === 1 ? '' : ', and one in each of the other namespaces'}`,
      manifest,
    },
    related: isolating === undefined ? [] : [isolating.place],
  };
}

/** The peer that matches the pods a policy selects, seen from a namespace. */
function pointingBack({ namespace, subject }: NetworkPolicy, from: string): ProposedPeer {
  if (namespace === from) return { kind: 'pods', namespaces: 'own', pods: subject };
  return {
    kind: 'pods',
    namespaces: [{ key: NAMESPACE_NAME_LABEL, operator: 'In', values: [namespace] }],
    pods: subject.length === 0 ? undefined : subject,
  };
}

/**
 * Of the policies that isolate all these pods and no others: the one that opens some of the ports to
 * somebody already, else one that has rules, else any.
 */
function bestPolicy(
  survey: Survey,
  { rule }: CountingRule,
  direction: Direction,
  { from, to }: { readonly from: ClassSet; readonly to: ClassSet },
): NetworkPolicy | undefined {
  const subjects = direction === 'ingress' ? to : from;
  const [first] = subjects.toArray();
  const isolating = survey.isolating(direction, first!).filter((policy) => {
    const selected = survey.subjectsOf(policy);
    return (
      selected.count === subjects.count && selected.intersect(subjects).count === subjects.count
    );
  });
  const served = namedPortsOf(survey.reachability.classes[to.toArray()[0]!]!.endpoints[0]!);
  const wanted = portsOfRule(rule, served);
  const opens = (policy: NetworkPolicy): boolean =>
    rulesOf(policy, direction).some(
      (one) => !isNoPorts(intersectPorts(portsOfRule(one, served), wanted)),
    );
  return (
    isolating.find(opens) ??
    isolating.find((policy) => rulesOf(policy, direction).length > 0) ??
    isolating[0]
  );
}
