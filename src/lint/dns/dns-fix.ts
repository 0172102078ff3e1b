import type { ClusterRuleRef } from '../../evaluate/verdict/side.ts';
import { FAMILIES, bits, formatAddress } from '../../model/address.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import { acceptWord, clusterRuleManifest } from '../fixes/cluster-manifest.ts';
import type { Remedy } from '../fixes/finding.ts';
import { policyManifest, ruleManifest } from '../fixes/manifest.ts';
import type { ProposedPeer, ProposedPort } from '../fixes/manifest.ts';
import { quotePolicy } from '../words/wording.ts';
import { DNS_PROTOCOLS } from './cluster-dns.ts';
import type { ClusterDns } from './cluster-dns.ts';

/** A rule of the tier that denies, before the one that does. */
export function acceptBefore(dns: ClusterDns, { policy, direction, rule }: ClusterRuleRef): Remedy {
  const namespaces = [
    { key: NAMESPACE_NAME_LABEL, operator: 'In' as const, values: [dns.namespace] },
  ];
  const peer =
    direction === 'egress'
      ? { kind: 'pods' as const, namespaces, pods: dns.selector }
      : { kind: 'pods' as const, namespaces: [], pods: undefined };
  const accepting = {
    name: 'allow-dns',
    written: acceptWord(policy.kind),
    peers: [peer],
    ports: dnsPorts(dns),
  };
  return {
    summary: `put this ${direction} rule before the one at ${rule.place.toString()}`,
    manifest: clusterRuleManifest(policy.kind, direction, accepting),
  };
}

/** A rule that lets everyone in to the DNS pods, for a policy that isolates them. */
export function letAskersIn(dns: ClusterDns, policy: NetworkPolicy): Remedy {
  const everyone: ProposedPeer = { kind: 'pods', namespaces: [], pods: undefined };
  const summary = `add this ingress rule to ${quotePolicy(policy)}`;
  const rule = { peers: [everyone], ports: dnsPorts(dns) };
  return { summary, manifest: ruleManifest(rule, 'ingress') };
}

/** A policy that lets pods out to the DNS: all of its namespace, or those another policy selects. */
export function letAskersOut(dns: ClusterDns, policy: NetworkPolicy, whole: boolean): Remedy {
  const peers: ProposedPeer[] = [
    {
      kind: 'pods',
      namespaces:
        dns.namespace === policy.namespace
          ? 'own'
          : [{ key: NAMESPACE_NAME_LABEL, operator: 'In', values: [dns.namespace] }],
      pods: dns.selector,
    },
    ...(dns.cached ? cacheBlocks(dns) : []),
  ];
  const manifest = policyManifest({
    namespace: policy.namespace,
    name: 'allow-dns',
    subject: whole ? [] : policy.subject,
    isolates: ['egress'],
    egress: [{ peers, ports: dnsPorts(dns) }],
  });
  const pods = whole ? `all pods of \`${policy.namespace}\`` : 'these pods';
  return { summary: `add this policy, which lets ${pods} look up names`, manifest };
}

type NumberedPort = Extract<ProposedPort, { kind: 'numbered' }>;

/** The ports of all DNS pods, UDP before TCP. */
function dnsPorts({ servers }: ClusterDns): NumberedPort[] {
  return DNS_PROTOCOLS.flatMap((protocol) => {
    const numbers = servers.length === 0 ? [53] : servers.map(({ ports }) => ports[protocol]);
    return [...new Set(numbers)].map((number): NumberedPort => ({
      kind: 'numbered',
      protocol,
      low: number,
      high: number,
    }));
  });
}

function cacheBlocks({ cacheAddresses }: ClusterDns): ProposedPeer[] {
  return FAMILIES.flatMap((family) =>
    cacheAddresses
      .filter((address) => address.family === family)
      .map((address): ProposedPeer => ({
        kind: 'block',
        family,
        cidr: `${formatAddress(address)}/${bits(family)}`,
        except: [],
      })),
  );
}
