import { hasPort } from '../../model/port-set.ts';
import type { Workload } from '../../model/workload.ts';
import { namedPortsOf, portsOfElement } from '../../evaluate/match.ts';
import type { RuleRef } from '../../evaluate/verdict.ts';
import type { DnsServer } from '../cluster-dns.ts';
import { DnsAccess } from '../dns-access.ts';
import { portsManifest } from '../manifest.ts';
import type { LintRule } from '../rule.ts';
import type { Survey } from '../survey.ts';
import { policySubject, quoteWorkloads } from '../wording.ts';

/**
 * A rule that lets pods ask the DNS by UDP and not by TCP, which long answers need (RFC 7766).
 *
 * Evidence: pods isolated for egress reach a DNS pod of the input on UDP 53 (the target port, where
 * the Service leads to another), and none of those they reach on TCP 53.
 */
export const dnsWithoutTcp: LintRule = {
  code: 'dns-without-tcp',
  severities: ['info'],
  summary: 'pods may ask the DNS by UDP but not by TCP, so long answers are lost',
  evidence: 'DNS pods in the input that pods isolated for egress reach on UDP 53 and not on TCP 53',
  remedy: 'add TCP 53 to the rule',
  *find(survey) {
    for (const { ref, server, workloads } of groupsOf(survey, new DnsAccess(survey))) {
      const { policy, rule } = ref;
      for (const ignored of [false, true]) {
        const heard = [...workloads].filter(
          (workload) =>
            ignored === (survey.ignores(this.code, workload) || survey.ignores(this.code, policy)),
        );
        if (heard.length === 0) continue;
        const served = namedPortsOf(survey.reachability.classes[server.index]!.endpoints[0]!);
        const udp =
          rule.ports === 'all'
            ? undefined
            : rule.ports.find((one) =>
                hasPort(portsOfElement(one, served), 'UDP', server.ports.UDP),
              );
        const { TCP: number } = server.ports;
        const finding = {
          code: this.code,
          severity: 'info' as const,
          message: `this rule allows DNS by UDP only, so ${quoteWorkloads(heard)} cannot ask again by TCP when an answer is too long`,
          place: udp?.place ?? rule.place,
          subject: policySubject(policy),
          fix: {
            summary: 'add this to its `ports`',
            manifest: portsManifest([
              { kind: 'numbered', protocol: 'TCP', low: number, high: number },
            ]),
          },
        };
        yield { finding, ignored };
      }
    }
  },
};

interface Group {
  readonly ref: RuleRef;
  readonly server: DnsServer;
  readonly workloads: Set<Workload>;
}

/** The rules that let pods ask by UDP, at the end where TCP is missing. */
function groupsOf(survey: Survey, access: DnsAccess): Iterable<Group> {
  const groups = new Map<RuleRef['rule'], Group>();
  for (const { index } of access.askers()) {
    const [server] = access.serversReached(index, 'UDP');
    if (server === undefined || access.serversReached(index, 'TCP').length > 0) continue;
    const byTcp = access.verdict(index, server, 'TCP');
    const byUdp = access.verdict(index, server, 'UDP');
    const side = byTcp.egress.state === 'denied' ? byUdp.egress : byUdp.ingress;
    const [ref] = side.state === 'allowed' ? side.allowedBy : [];
    if (ref?.tier !== 'NetworkPolicy') continue;
    let group = groups.get(ref.rule);
    if (group === undefined) groups.set(ref.rule, (group = { ref, server, workloads: new Set() }));
    for (const workload of survey.workloadsOf([index])) group.workloads.add(workload);
  }
  return groups.values();
}
