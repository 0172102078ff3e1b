import type { ClusterRuleRef } from '../../evaluate/verdict/side.ts';
import { formatAddress } from '../../model/address.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import type { Severity } from '../../model/problem.ts';
import { formatSelector } from '../../model/selector.ts';
import type { Workload } from '../../model/workload.ts';
import type { ClusterDns } from '../dns/cluster-dns.ts';
import { DnsAccess } from '../dns/dns-access.ts';
import { acceptBefore, letAskersIn, letAskersOut } from '../dns/dns-fix.ts';
import type { Finding } from '../fixes/finding.ts';
import type { LintRule, Remark } from '../rule/rule.ts';
import { denierOf } from '../survey/denier.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quoteRule, quoteWorkloads } from '../words/wording.ts';

/**
 * Pods that are let out to things one calls by name, and cannot look names up.
 *
 * Evidence: the pod is isolated for egress, and a rule lets it out to pods behind a Service, to everyone
 * or to more addresses than anybody keeps by number, or only other tiers deny it something, and it reaches
 * pods behind a Service; and it reaches neither a DNS pod on UDP 53 (the
 * target port, where the Service leads to another) nor NodeLocal DNSCache. A pod let out to nothing,
 * or to a few addresses, is taken to be meant so. Without DNS pods in the input the usual ones are
 * assumed, and it is an info. With NodeLocal DNSCache in the input, pods that reach the DNS pods but
 * not the cache are an info too: whether egress to the own node is policed is up to the plugin (N3).
 */
export const dnsUnreachable: LintRule = {
  code: 'dns-unreachable',
  severities: ['warning', 'info'],
  summary: 'pods that may go out to Services or to the internet cannot look up names',
  evidence:
    'pods isolated for egress, or denied something by other tiers, that are let out to pods behind a Service or to wide ranges, and reach neither a DNS pod on UDP 53 nor NodeLocal DNSCache; an info when the input has no DNS pods, or has the cache and only that is out of reach',
  remedy: 'allow DNS; the fix is a policy to apply, for UDP and TCP',
  *find(survey) {
    const access = new DnsAccess(survey);
    for (const group of groupsOf(survey, access)) {
      for (const ignored of [false, true]) {
        const workloads = [...group.workloads].filter(
          (workload) =>
            ignored ===
            (survey.ignores(this.code, workload) ||
              survey.ignores(this.code, group.denier?.policy ?? group.policy!)),
        );
        if (workloads.length === 0) continue;
        yield { finding: findingOf(access.dns, group, workloads), ignored } satisfies Remark;
      }
    }
  },
};

/** Why names cannot be looked up: the pods' own policies, the DNS pods' policies, the cache, or perhaps. */
type Trouble = 'egress' | 'ingress' | 'cache' | 'assumed';

/** Workloads with the same trouble, for which one change is enough. */
interface Group {
  readonly trouble: Trouble;
  /** The rule of another tier that denies; a NetworkPolicy is then no help. */
  readonly denier: ClusterRuleRef | undefined;
  /** The policy the change belongs to: the first that lets these pods out, or that of the DNS pods. */
  readonly policy: NetworkPolicy | undefined;
  /** Whether all pods of the namespace are isolated for egress, so that a policy may select them all. */
  readonly whole: boolean;
  readonly workloads: Set<Workload>;
  readonly dnsWorkloads: readonly Workload[];
}

function groupsOf(survey: Survey, access: DnsAccess): Group[] {
  const groups = new Map<string, Group>();
  const isolated = new Map<string, boolean>();
  const deniers = new Map<ClusterRuleRef['rule'], number>();
  for (const { index, policies } of access.askers()) {
    if (policies.length > 0 && !access.usesNames(policies)) continue;
    const { trouble, denier } = troubleOf(access, index, policies) ?? {};
    if (trouble === undefined) continue;
    // who reaches nothing by a name needs no names; asked last, for it is the most to ask
    if (policies.length === 0 && !access.reachesNamed(index)) continue;
    const policy = denier === undefined ? policyFor(survey, access, trouble, policies) : undefined;
    if (denier === undefined && policy === undefined) continue;
    const { namespace = '' } = policy ?? {};
    let whole = isolated.get(namespace);
    if (whole === undefined) isolated.set(namespace, (whole = isWhole(survey, namespace)));
    if (denier !== undefined && !deniers.has(denier.rule)) deniers.set(denier.rule, deniers.size);
    const place = denier === undefined ? (whole ? '' : policy?.name) : deniers.get(denier.rule);
    const key = `${trouble} ${namespace} ${place}`;
    let group = groups.get(key);
    if (group === undefined) {
      const servers = access.dns.servers.map((server) => server.index);
      const dnsWorkloads = survey.workloadsOf(servers);
      group = { trouble, denier, policy, whole, workloads: new Set(), dnsWorkloads };
      groups.set(key, group);
    }
    for (const workload of survey.workloadsOf([index])) group.workloads.add(workload);
  }
  return [...groups.values()];
}

function troubleOf(
  access: DnsAccess,
  index: number,
  policies: readonly NetworkPolicy[],
): Pick<Group, 'trouble' | 'denier'> | undefined {
  const { servers, cached } = access.dns;
  if (access.reachesCache(index, 'UDP')) return undefined;
  if (servers.length === 0) {
    const side = access.assumedEgress(index, policies);
    return side.state === 'denied' ? { trouble: 'assumed', denier: denierOf(side) } : undefined;
  }
  if (access.serversReached(index, 'UDP').length > 0) {
    if (!cached || policies.length === 0) return undefined;
    const side = access.cacheEgress(index);
    return { trouble: 'cache', denier: side && denierOf(side) };
  }
  const verdicts = servers.map((server) => access.verdict(index, server, 'UDP'));
  const letOut = verdicts.find(({ egress }) => egress.state !== 'denied');
  return letOut === undefined
    ? { trouble: 'egress', denier: denierOf(verdicts[0]!.egress) }
    : { trouble: 'ingress', denier: denierOf(letOut.ingress) };
}

function policyFor(
  survey: Survey,
  { dns }: DnsAccess,
  trouble: Trouble,
  policies: readonly NetworkPolicy[],
): NetworkPolicy | undefined {
  if (trouble === 'ingress') {
    const theirs = survey.isolating('ingress', dns.servers[0]!.index);
    return theirs.find(({ ingress }) => ingress.length > 0) ?? theirs[0];
  }
  return policies.find(({ egress }) => egress.length > 0) ?? policies[0];
}

/** Whether all pods of a namespace are isolated for egress: then a policy for all of them isolates no more. */
function isWhole(survey: Survey, namespace: string): boolean {
  return survey
    .housedIn(namespace)
    .every(
      ({ pod }) => pod.hostNetwork || survey.reachability.isIsolated(survey.classOf(pod), 'egress'),
    );
}

function findingOf(dns: ClusterDns, group: Group, workloads: readonly Workload[]): Finding {
  const { trouble, denier, policy, dnsWorkloads } = group;
  const who = quoteWorkloads(workloads);
  const them = workloads.length === 1 ? 'it' : 'them';
  const servers = quoteWorkloads(dnsWorkloads);
  const port = `UDP ${[...new Set(dns.servers.map(({ ports }) => ports.UDP))].join(' or ')}`;
  const words: Record<Trouble, { severity: Severity; message: string }> = {
    egress: {
      severity: 'warning',
      message: `${who} cannot look up names: no egress rule lets ${them} out to the DNS pods ${servers} on ${port}`,
    },
    ingress: {
      severity: 'warning',
      message: `${who} cannot look up names: the ingress of the DNS pods ${servers} does not let ${them} in on ${port}`,
    },
    cache: {
      severity: 'info',
      message: `${who} may not be able to look up names: no egress rule lets ${them} out to NodeLocal DNSCache at ${cacheText(dns)}, which is an address of the node`,
    },
    assumed: {
      severity: 'info',
      message: `${who} could not look up names if the DNS pods are those with \`${formatSelector(dns.selector)}\` in \`${dns.namespace}\`, which the input does not have: no egress rule lets ${them} out to such pods on UDP 53`,
    },
  };
  const related = workloads.slice(0, 3).map((workload) => workload.place);
  const { code } = dnsUnreachable;
  if (denier !== undefined) {
    const { severity, message } = words[trouble];
    return {
      code,
      severity,
      message: `${message}; ${quoteRule(denier)} denies it`,
      place: denier.rule.place,
      subject: policySubject(denier.policy),
      fix: acceptBefore(dns, denier),
      related,
    };
  }
  const { egress, place } = policy!;
  return {
    code,
    ...words[trouble],
    place: trouble === 'ingress' ? place : (egress[0]?.place ?? place),
    subject: policySubject(policy!),
    fix:
      trouble === 'ingress' ? letAskersIn(dns, policy!) : letAskersOut(dns, policy!, group.whole),
    related,
  };
}

function cacheText({ cacheAddresses }: ClusterDns): string {
  return cacheAddresses.map(formatAddress).join(' or ');
}
