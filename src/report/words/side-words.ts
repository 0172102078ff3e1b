import { isSubject } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type {
  ClusterRuleRef,
  Exemption,
  Met,
  RuleRef,
  Tier,
  Unknown,
} from '../../evaluate/verdict/side.ts';
import type { ClusterPeer, ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Direction, NetworkPolicy } from '../../model/policy.ts';
import { formatSelector } from '../../model/selector.ts';

/** Why no policy applies at an end, as a clause. */
export function exemptionWords(why: Exemption): string {
  switch (why) {
    case 'outside':
      return 'it is outside the cluster, where no policy applies';
    case 'node':
      return 'it is a node, which no policy selects';
    case 'host-network':
      return 'it uses the network of its node (hostNetwork), so no policy selects it';
    case 'own-node':
      return "traffic from a pod's own node always passes";
    case 'itself':
      return 'a pod always reaches itself';
  }
}

/** What an uncertain answer turns on, as a clause with the remedy. */
export function unknownWords(unknown: Unknown): string {
  switch (unknown) {
    case 'pod-address':
      return "a block of addresses decides and the pod's is not known; give --pod-cidr, or pods with status.podIPs";
    case 'node-address':
      return "a block of addresses decides and the node's is not known; give the Node objects";
    case 'node-placement':
      return 'it depends on the node a pod runs on, which the input does not tell; give pods with spec.nodeName';
    case 'name-address':
      return 'which addresses a name leads to is not known beforehand';
    case 'which-pod':
      return 'the pods differ: some may, some may not';
  }
}

/** As {@link unknownWords}, of one side: only to a pod may the way from its own node be exempt (N1). */
export function sideUnknownWords(unknown: Unknown, direction: Direction): string {
  return unknown === 'node-placement' && direction === 'ingress'
    ? 'it surely passes only if both are on the same node, which the input does not tell'
    : unknownWords(unknown);
}

/** `the Admin tier`, `the NetworkPolicies`. */
export function tierWords(tier: Tier): string {
  return tier === 'NetworkPolicy' ? 'the NetworkPolicies' : `the ${tier} tier`;
}

/** `NetworkPolicy shop/web`, `ClusterNetworkPolicy tenants`. */
export function policyWords(policy: NetworkPolicy | ClusterPolicy): string {
  return policy.kind === 'NetworkPolicy'
    ? `${policy.kind} ${policy.namespace}/${policy.name}`
    : `${policy.kind} ${policy.name}`;
}

/** Such as: egress rule 2 `no-metadata` of ClusterNetworkPolicy tenants. */
export function ruleWords(ref: RuleRef | ClusterRuleRef): string {
  const name = ref.tier !== 'NetworkPolicy' && ref.rule.name ? ` \`${ref.rule.name}\`` : '';
  return `${ref.direction} rule ${ref.index + 1}${name} of ${policyWords(ref.policy)}`;
}

/** Why a rule denies though nobody wrote that it does; undefined where somebody did. */
export function closedWords({ closed, ref }: Met): string | undefined {
  switch (closed) {
    case 'rule':
      return 'it cannot be understood, so it denies everything';
    case 'action': {
      const { written } = ref.rule;
      if (written === undefined) return 'it has no action, so it denies what it matches';
      return `${ref.policy.kind} has no action \`${written}\`, so it denies what it matches`;
    }
    case 'policy':
      return 'whom or when its policy is for cannot be read, so it only denies';
    case 'subject-label':
      return 'its policy asks the pod for a label that cannot be read, so it only denies';
    case 'peer-label':
      return 'it asks for a label that cannot be read, so it denies';
    case undefined:
      return undefined;
  }
}

/** When a rule matches that may or may not, as a clause; undefined when it surely matches. */
export function perhapsWords({ peer }: Met, other: Endpoint): string | undefined {
  return peer && peerWords(peer, other);
}

function peerWords(peer: ClusterPeer, other: Endpoint): string {
  switch (peer.kind) {
    case 'networks': {
      const networks = peer.cidrs.join(', ');
      if (other.kind === 'domain') return `if the name leads to an address in ${networks}`;
      const what = isSubject(other) ? 'pod' : 'node';
      const remedy = isSubject(other)
        ? 'give --pod-cidr, or pods with status.podIPs'
        : 'give the Node objects';
      return `if the ${what}'s address, which is not known, is in ${networks}; ${remedy}`;
    }
    case 'nodes': {
      const wanted = peer.nodes.length === 0 ? '' : ` with \`${formatSelector(peer.nodes)}\``;
      if (other.kind === 'domain') return `if the name leads to a node${wanted}`;
      return `if it runs on a node${wanted}; give spec.nodeName and the Node objects`;
    }
    case 'domains': {
      if (other.kind === 'domain')
        return `for ${anyOf(peer.names)}, which is not all that \`${other.name}\` stands for`;
      return `if ${anyOf(peer.names)} leads there`;
    }
    case 'pods': // labels are always known
      return '';
  }
}

/** `www.example.com`, or a name below `example.org`. */
function anyOf(names: readonly string[]): string {
  const words = names.map((name) =>
    name.startsWith('*.') ? `a name below \`${name.slice(2)}\`` : `\`${name}\``,
  );
  return words.join(' or ');
}
