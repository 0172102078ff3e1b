import { clusterPortsOf } from '../../evaluate/verdict/cluster-ports.ts';
import { namedPortsOf, portsOfElement } from '../../evaluate/verdict/match.ts';
import type { ClusterRuleRef, RuleRef } from '../../evaluate/verdict/side.ts';
import type { Place } from '../../model/place.ts';
import { hasPort } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { ContainerPort, Workload } from '../../model/workload.ts';
import type { DnsServer } from '../dns/cluster-dns.ts';
import { DnsAccess } from '../dns/dns-access.ts';
import { clusterPortsManifest } from '../fixes/cluster-manifest.ts';
import type { ProposedClusterPort } from '../fixes/cluster-manifest.ts';
import type { Remedy } from '../fixes/finding.ts';
import { portsManifest } from '../fixes/manifest.ts';
import type { LintRule } from '../rule/rule.ts';
import { denierOf } from '../survey/denier.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quoteWorkloads } from '../words/wording.ts';

/**
 * A rule that lets pods ask the DNS by UDP and not by TCP, which long answers need (RFC 7766).
 *
 * Evidence: pods isolated for egress, or denied something by other tiers, reach a DNS pod of the input on UDP 53 (the target port, where
 * the Service leads to another), and none of those they reach on TCP 53.
 */
export const dnsWithoutTcp: LintRule = {
  code: 'dns-without-tcp',
  severities: ['info'],
  summary: 'pods may ask the DNS by UDP but not by TCP, so long answers are lost',
  evidence:
    'DNS pods in the input that pods isolated for egress, or denied something by other tiers, reach on UDP 53 and not on TCP 53',
  remedy: 'add TCP 53 to the rule',
  *find(survey) {
    for (const { ref, server, workloads } of groupsOf(survey, new DnsAccess(survey))) {
      const { policy } = ref;
      for (const ignored of [false, true]) {
        const heard = [...workloads].filter(
          (workload) =>
            ignored === (survey.ignores(this.code, workload) || survey.ignores(this.code, policy)),
        );
        if (heard.length === 0) continue;
        const served = namedPortsOf(survey.reachability.classes[server.index]!.endpoints[0]!);
        const { TCP: number } = server.ports;
        const tcp = { kind: 'numbered', protocol: 'TCP', low: number, high: number } as const;
        const finding = {
          code: this.code,
          severity: 'info' as const,
          message: `this rule allows DNS by UDP only, so ${quoteWorkloads(heard)} cannot ask again by TCP when an answer is too long`,
          place: placeOfUdp(ref, server, served),
          subject: policySubject(policy),
          fix:
            ref.tier === 'NetworkPolicy'
              ? { summary: 'add this to its `ports`', manifest: portsManifest([tcp]) }
              : fixInTier(ref, tcp),
        };
        yield { finding, ignored };
      }
    }
  },
};

/** The port by which UDP is let through, or the rule where it names none. */
function placeOfUdp(
  ref: RuleRef | ClusterRuleRef,
  { ports: { UDP } }: DnsServer,
  served: readonly ContainerPort[],
): Place {
  const holds = (ports: PortSet): boolean => hasPort(ports, 'UDP', UDP);
  const { place } = ref.rule;
  if (ref.tier === 'NetworkPolicy') {
    const { ports } = ref.rule;
    if (ports === 'all') return place;
    return ports.find((one) => holds(portsOfElement(one, served)))?.place ?? place;
  }
  const { ports } = ref.rule;
  if (ports === 'all') return place;
  return ports.find((one) => holds(clusterPortsOf({ ports: [one] }, served)))?.place ?? place;
}

function fixInTier({ policy: { kind } }: ClusterRuleRef, tcp: ProposedClusterPort): Remedy {
  const list = kind === 'ClusterNetworkPolicy' ? 'protocols' : 'ports';
  return { summary: `add this to its \`${list}\``, manifest: clusterPortsManifest(kind, [tcp]) };
}

interface Group {
  readonly ref: RuleRef | ClusterRuleRef;
  readonly server: DnsServer;
  readonly workloads: Set<Workload>;
}

/** The rules that let pods ask by UDP, at the end where TCP is missing. */
function groupsOf(survey: Survey, access: DnsAccess): Iterable<Group> {
  const groups = new Map<Group['ref']['rule'], Group>();
  for (const { index } of access.askers()) {
    const [server] = access.serversReached(index, 'UDP');
    if (server === undefined || access.serversReached(index, 'TCP').length > 0) continue;
    const byTcp = access.verdict(index, server, 'TCP');
    const byUdp = access.verdict(index, server, 'UDP');
    const end = byTcp.egress.state === 'denied' ? 'egress' : 'ingress';
    const side = byUdp[end];
    const [ref] = side.state === 'allowed' ? side.allowedBy : [];
    if (ref === undefined) continue;
    // the rule may well allow TCP, and a tier before it denies that on purpose
    if (ref.tier === 'NetworkPolicy' && denierOf(byTcp[end]) !== undefined) continue;
    let group = groups.get(ref.rule);
    if (group === undefined) groups.set(ref.rule, (group = { ref, server, workloads: new Set() }));
    for (const workload of survey.workloadsOf([index])) group.workloads.add(workload);
  }
  return groups.values();
}
