import { portsOfRule } from '../../evaluate/verdict/match.ts';
import { containsAddress } from '../../model/address-set.ts';
import { bits, formatAddress, parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { ClusterRule } from '../../model/cluster-policy.ts';
import type { BlockPeer, Rule } from '../../model/policy.ts';
import { hasPort } from '../../model/port-set.ts';
import type { Workload } from '../../model/workload.ts';
import { clusterRuleManifest } from '../fixes/cluster-manifest.ts';
import type { Finding } from '../fixes/finding.ts';
import { peersManifest } from '../fixes/manifest.ts';
import type { ProposedPeer } from '../fixes/manifest.ts';
import type { LintRule, Remark } from '../rule/rule.ts';
import { sideBetween } from '../survey/denier.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import { policySubject, quoteNames, quoteWorkloads, workloadSubject } from '../words/wording.ts';
import { SYSTEM_NAMESPACES } from './not-isolated.ts';

/** Where clouds hand out a machine's credentials over HTTP; the second is that of EC2 over IPv6. */
const METADATA: readonly Address[] = ['169.254.169.254', 'fd00:ec2::254'].map((text) =>
  parseAddress(text)!,
);
const HTTP = 80;

/** Wider blocks than these were not written with the metadata address in mind. */
const ON_PURPOSE: Readonly<Record<4 | 6, bigint>> = { 4: 1n << 16n, 6: 1n << 112n };

/**
 * A rule that lets pods out to the cloud's metadata address along with everything else.
 *
 * Evidence: an egress rule that counts, for everyone or for a block wider than a /16 of IPv4 or of
 * IPv6, or an Accept rule of another tier with such a network, lets out to the address on TCP 80 for at
 * least one pod. Open pods that reach it are summed up in one info, and only
 * where some policy of the input isolates egress, so that its owner minds what goes out.
 */
export const metadataReachable: LintRule = {
  code: 'metadata-reachable',
  severities: ['warning', 'info'],
  summary:
    'pods may ask the metadata address of the cloud, which hands out credentials of the machine',
  evidence:
    'an egress rule for everyone, or for a wide block, that opens TCP 80 to 169.254.169.254 or fd00:ec2::254; one info for all pods that nothing isolates for egress and that reach it, if some policy isolates egress',
  remedy: 'except the address from the block; outside a cloud, ignore the code',
  *find(survey) {
    const outside = METADATA.map((address) => survey.outsideOf(address));
    yield* acceptedByTiers(survey, outside);
    for (const counting of survey.rules()) {
      if (counting.direction !== 'egress' || survey.subjectsOf(counting.policy).count === 0)
        continue;
      if (!hasPort(portsOfRule(counting.rule, []), 'TCP', HTTP)) continue;
      for (const finding of findingsOf(survey, counting, outside))
        yield { finding, ignored: survey.ignores(this.code, counting.policy) };
    }
    yield* openPods(survey, outside);
  },
};

/** `outside`: the classes of the metadata addresses, in their order. */
function* findingsOf(
  survey: Survey,
  { policy, rule }: CountingRule,
  outside: readonly (number | undefined)[],
): Generator<Finding> {
  const reached = METADATA.filter((_, i) => {
    const to = outside[i];
    if (to === undefined) return false;
    return survey
      .subjectsOf(policy)
      .toArray()
      .some((from) => reaches(survey, from, to) && isLetOutBy(survey, from, to, rule));
  });
  if (reached.length === 0) return;
  const who = quoteWorkloads(survey.workloadsOf(survey.subjectsOf(policy).toArray()));
  const finding = (
    addresses: readonly Address[],
    { place }: BlockPeer | Rule,
    peers: readonly ProposedPeer[],
  ): Finding => ({
    code: metadataReachable.code,
    severity: 'warning',
    message: messageOf(who, addresses),
    place,
    subject: policySubject(policy),
    fix: {
      summary: 'except the address, unless this cluster is in no cloud',
      manifest: peersManifest(peers),
    },
  });
  if (rule.peers === 'all') {
    yield finding(reached, rule, [
      { kind: 'pods', namespaces: [], pods: undefined },
      { kind: 'block', family: 4, cidr: '0.0.0.0/0', except: exceptFor(4) },
      { kind: 'block', family: 6, cidr: '::/0', except: exceptFor(6) },
    ]);
    return;
  }
  for (const peer of rule.peers) {
    if (peer.kind !== 'block' || sizeOf(peer.addresses[peer.family]) <= ON_PURPOSE[peer.family])
      continue;
    const held = reached.filter((address) => containsAddress(peer.addresses, address));
    if (held.length === 0) continue;
    const except = [...peer.except, ...exceptFor(peer.family)];
    yield finding(held, peer, [{ kind: 'block', family: peer.family, cidr: peer.cidr, except }]);
  }
}

function reaches({ reachability }: Survey, from: number, to: number): boolean {
  return hasPort(reachability.reach(reachability.pair(from, to)).certain, 'TCP', HTTP);
}

/** Whether it is this rule that lets out, not one of a tier before or after it, which an exception would not close. */
function isLetOutBy(survey: Survey, from: number, to: number, rule: Rule | ClusterRule): boolean {
  if (survey.tiers.isEmpty) return true;
  const side = sideBetween(survey, from, to, { protocol: 'TCP', number: HTTP }, 'egress');
  return side.state === 'allowed' && side.allowedBy.some((ref) => ref.rule === rule);
}

/** Rules of the other tiers that accept the address in a wide network. */
function* acceptedByTiers(
  survey: Survey,
  outside: readonly (number | undefined)[],
): Generator<Remark> {
  for (const { policy, direction, rule } of survey.tiers.rules()) {
    if (direction !== 'egress' || rule.action !== 'Accept' || rule.peers === 'all') continue;
    for (const peer of rule.peers) {
      if (peer.kind !== 'networks') continue;
      const subjects = survey.tiers.subjectsOf(policy).toArray();
      const reached = METADATA.filter(
        (address, i) =>
          outside[i] !== undefined &&
          sizeOf(peer.addresses[address.family]) > ON_PURPOSE[address.family] &&
          containsAddress(peer.addresses, address) &&
          subjects.some(
            (from) =>
              reaches(survey, from, outside[i]!) && isLetOutBy(survey, from, outside[i]!, rule),
          ),
      );
      if (reached.length === 0) continue;
      const cidrs = reached.map(blockOf);
      const denying = {
        name: 'no-cloud-credentials',
        written: 'Deny',
        peers: [{ kind: 'networks' as const, cidrs }],
        ports: 'all' as const,
      };
      const finding: Finding = {
        code: metadataReachable.code,
        severity: 'warning',
        message: messageOf(quoteWorkloads(survey.workloadsOf(subjects)), reached),
        place: peer.place,
        subject: policySubject(policy),
        fix: {
          summary: 'put this egress rule before it, unless this cluster is in no cloud',
          manifest: clusterRuleManifest(policy.kind, 'egress', denying),
        },
      };
      yield { finding, ignored: survey.ignores(metadataReachable.code, policy) };
    }
  }
}

function messageOf(who: string, addresses: readonly Address[]): string {
  return `${who} may ask the metadata address of the cloud, ${quoteNames(addresses.map(formatAddress))}, which hands out credentials of the machine`;
}

function blockOf(address: Address): string {
  return `${formatAddress(address)}/${bits(address.family)}`;
}

function exceptFor(family: 4 | 6): string[] {
  return METADATA.filter((address) => address.family === family).map(blockOf);
}

function sizeOf(bounds: readonly bigint[]): bigint {
  return bounds.length === 0 ? 0n : bounds.at(-1)! - bounds[0]!;
}

/** All pods that nothing isolates for egress, and that reach the address, in one finding. */
function* openPods(survey: Survey, outside: readonly (number | undefined)[]): Generator<Remark> {
  const { cluster, reachability } = survey;
  if (!cluster.policies.some(({ isolates }) => isolates.includes('egress'))) return;
  const open = new Set<Workload>();
  for (let index = 0; index < reachability.population.subjects; index++) {
    if (reachability.isIsolated(index, 'egress')) continue;
    const isDenied =
      survey.tiers.mayDeny('egress', index) &&
      !outside.some((to) => to !== undefined && reaches(survey, index, to));
    if (isDenied) continue;
    for (const { workload } of survey.podsOf(index))
      if (!SYSTEM_NAMESPACES.has(workload.namespace)) open.add(workload);
  }
  for (const ignored of [false, true]) {
    const heard = [...open].filter(
      (workload) => ignored === survey.ignores(metadataReachable.code, workload),
    );
    if (heard.length === 0) continue;
    const finding: Finding = {
      code: metadataReachable.code,
      severity: 'info',
      message: `no policy isolates ${quoteWorkloads(heard)} for egress, so ${heard.length === 1 ? 'it' : 'they'} may ask the metadata address of the cloud as well`,
      place: heard[0]!.place,
      subject: heard.length === 1 ? workloadSubject(heard[0]!) : 'Cluster',
      related: heard.slice(1, 4).map(({ place }) => place),
    };
    yield { finding, ignored };
  }
}
