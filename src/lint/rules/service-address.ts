import { formatBlock, parseBlock } from '../../model/address-set.ts';
import { bits, formatAddress } from '../../model/address.ts';
import { clusterRulesOf } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { rulesOf } from '../../model/policy.ts';
import type { Service } from '../../model/service.ts';
import { DNS_PORT } from '../dns/cluster-dns.ts';
import { areBehind, peersBehind } from '../fixes/behind-service.ts';
import type { AnyPeer } from '../fixes/behind-service.ts';
import type { LintRule } from '../rule/rule.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import type { ClusterCounting } from '../survey/tier-survey.ts';
import { doesWord, policySubject } from '../words/wording.ts';

/**
 * A rule for the address of a Service, where policies see the addresses of what is behind it (B9).
 *
 * Evidence: a peer for a single address, the ClusterIP of a Service. The DNS is left
 * alone, for NodeLocal DNSCache answers at its address; so is a policy with peers for what is behind the
 * Service in rules of the same direction and action, or for wide blocks, for it may name the address for the
 * sake of plugins that look at connections earlier.
 */
export const serviceAddress: LintRule = {
  code: 'service-address',
  severities: ['warning'],
  summary:
    'a rule names the address of a Service, but policies see the addresses of what is behind it',
  evidence:
    'a peer for a single address, which a Service other than the DNS has, in a policy that has no peer for what is behind the Service',
  remedy: 'write the pods behind the Service, or the addresses of its endpoints',
  *find(survey) {
    const services = servicesByAddress(survey.cluster);
    if (services.size === 0) return;
    for (const counting of countingRules(survey)) {
      const { policy, direction, rule } = counting;
      for (const peer of rule.peers === 'all' ? [] : rule.peers) {
        for (const cidr of cidrsOf(peer)) {
          const service = services.get(cidr);
          if (service === undefined || isMeant(survey, services, counting, service)) continue;
          const { namespace, name, place } = service;
          const why =
            direction === 'egress'
              ? 'and policies see the addresses of what is behind it'
              : 'from which no connection comes';
          const nothing = `it ${doesWord('action' in rule ? rule.action : undefined)} nothing`;
          const finding = {
            code: this.code,
            severity: 'warning' as const,
            message: `\`${cidr}\` is the address of Service \`${namespace}/${name}\`, ${why}: ${nothing}`,
            place: peer.place,
            subject: policySubject(policy),
            ...(direction === 'egress' && { fix: peersBehind(policy, service) }),
            related: [place],
          };
          yield { finding, ignored: survey.ignores(this.code, policy) };
        }
      }
    }
  },
};

type Counting = CountingRule | ClusterCounting;

function* countingRules(survey: Survey): Generator<Counting> {
  yield* survey.rules();
  yield* survey.tiers.rules();
}

/** Services by their addresses, which are written as blocks of one. */
function servicesByAddress({ services }: Cluster): ReadonlyMap<string, Service> {
  const known = new Map<string, Service>();
  for (const service of services) {
    if (service.ports.some(({ port }) => port === DNS_PORT)) continue;
    for (const address of service.addresses)
      known.set(`${formatAddress(address)}/${bits(address.family)}`, service);
  }
  return known;
}

/** The blocks of a peer for addresses, in their canonical form. */
function cidrsOf(peer: AnyPeer): string[] {
  const cidrs = peer.kind === 'block' ? [peer.cidr] : peer.kind === 'networks' ? peer.cidrs : [];
  return cidrs.map((cidr) => {
    const block = parseBlock(cidr);
    return block === undefined ? cidr : formatBlock(block);
  });
}

/** Whether the policy does the same with what is behind the Service, or may do so. */
function isMeant(
  survey: Survey,
  services: ReadonlyMap<string, Service>,
  { policy, direction, rule }: Counting,
  service: Service,
): boolean {
  const rules: readonly { readonly peers: readonly AnyPeer[] | 'all' }[] =
    policy.kind === 'NetworkPolicy'
      ? rulesOf(policy, direction)
      : clusterRulesOf(policy, direction).filter(
          ({ action }) => !('action' in rule) || action === rule.action,
        );
  if (rules.some(({ peers }) => peers === 'all')) return true;
  const peers = rules.flatMap((one) => (one.peers === 'all' ? [] : one.peers));
  const others = peers.flatMap(cidrsOf).filter((cidr) => !services.has(cidr));
  if (others.some((cidr) => !/\/(?:32|128)$/.test(cidr))) return true;
  // of a Service that the input tells nothing more about, these may be the endpoints
  return areBehind(survey, policy, peers, service) ?? others.length > 0;
}
