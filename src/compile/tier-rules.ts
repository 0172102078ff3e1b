import { clusterPortsOf } from '../evaluate/cluster-ports.ts';
import { clusterRulesOf, inTier } from '../model/cluster-policy.ts';
import type {
  ClusterPeer,
  ClusterPolicy,
  ClusterRule,
  ClusterTier,
} from '../model/cluster-policy.ts';
import type { AddressSet } from '../model/address-set.ts';
import type { PortSet } from '../model/port-set.ts';
import type { Direction } from '../model/policy.ts';
import { EVERYTHING, selectorKey } from '../model/selector.ts';
import type { Selector } from '../model/selector.ts';
import type { ContainerPort } from '../model/workload.ts';
import type { Atom } from './peer-class.ts';

/** Pods that a subject or a peer names: by their labels and those of their namespaces. */
export interface PodGroup {
  readonly atom: Atom;
  readonly namespaces: Selector;
  readonly pods: Selector;
}

/** Nodes that a peer names. */
export interface NodeGroup {
  readonly atom: Atom;
  readonly selector: Selector;
}

/** Addresses that a peer names. */
export interface NetworkGroup {
  readonly atom: Atom;
  readonly addresses: AddressSet;
  /** As somebody wrote it first. */
  readonly text: string;
}

/** A rule, with its peers by number. */
export interface TierRule {
  readonly policy: ClusterPolicy;
  readonly rule: ClusterRule;
  /** `all`: the rule denies everything (decision D21). */
  readonly peers: readonly Atom[] | 'all';
  /** Whether it names ports, so that they are the destination's own (C28). */
  readonly hasNames: boolean;
  readonly ports: (served: readonly ContainerPort[]) => PortSet;
}

/** A policy of the tiers, with its subject by number. */
export interface TierPolicy {
  readonly policy: ClusterPolicy;
  readonly subject: Atom;
  readonly rules: Readonly<Record<Direction, readonly TierRule[]>>;
}

/** The cluster policies in the order they are judged in, and what they say of peers: each thing once. */
export class TierRules {
  readonly tiers: Readonly<Record<ClusterTier, readonly TierPolicy[]>>;
  readonly groups: PodGroup[] = [];
  readonly nodes: NodeGroup[] = [];
  readonly networks: NetworkGroup[] = [];
  /** The names of ports that any rule asks for. */
  readonly names = new Set<string>();
  readonly #byKey = new Map<string, Atom>();

  constructor(policies: readonly ClusterPolicy[]) {
    const ordered = (tier: ClusterTier): TierPolicy[] =>
      inTier(policies, tier).map((policy) => this.#policyOf(policy));
    this.tiers = { Admin: ordered('Admin'), Baseline: ordered('Baseline') };
  }

  get isEmpty(): boolean {
    return this.tiers.Admin.length === 0 && this.tiers.Baseline.length === 0;
  }

  #policyOf(policy: ClusterPolicy): TierPolicy {
    const { namespaces, pods } = policy.subject;
    const rulesOf = (direction: Direction): TierRule[] =>
      clusterRulesOf(policy, direction).map((rule) => this.#ruleOf(policy, rule));
    return {
      policy,
      subject: this.#group(namespaces, pods),
      rules: { ingress: rulesOf('ingress'), egress: rulesOf('egress') },
    };
  }

  #ruleOf(policy: ClusterPolicy, rule: ClusterRule): TierRule {
    const peers = rule.peers === 'all' ? 'all' : rule.peers.flatMap((peer) => this.#peer(peer));
    const names = rule.ports === 'all' ? [] : rule.ports.filter(({ kind }) => kind === 'named');
    for (const port of names) if (port.kind === 'named') this.names.add(port.name);
    const hasNames = names.length > 0;
    const numbered = clusterPortsOf(rule, []);
    const ports = (served: readonly ContainerPort[]): PortSet =>
      hasNames ? clusterPortsOf(rule, served) : numbered;
    return { policy, rule, peers, hasNames, ports };
  }

  #peer(peer: ClusterPeer): Atom[] {
    switch (peer.kind) {
      case 'pods':
        return [this.#group(peer.namespaces, peer.pods)];
      case 'nodes':
        return [
          this.#atom(`nodes ${selectorKey(peer.nodes)}`, (atom) =>
            this.nodes.push({ atom, selector: peer.nodes }),
          ),
        ];
      case 'networks': {
        const { addresses } = peer;
        return [
          this.#atom(`networks ${addresses[4].join()} ${addresses[6].join()}`, (atom) =>
            this.networks.push({ atom, addresses, text: peer.cidrs.join(', ') }),
          ),
        ];
      }
      case 'domains':
        return [];
    }
  }

  #group(namespaces: Selector, pods: Selector = EVERYTHING): Atom {
    return this.#atom(`pods ${selectorKey(namespaces)}|${selectorKey(pods)}`, (atom) =>
      this.groups.push({ atom, namespaces, pods }),
    );
  }

  #atom(key: string, add: (atom: Atom) => void): Atom {
    let atom = this.#byKey.get(key);
    if (atom === undefined) {
      atom = this.#byKey.size;
      this.#byKey.set(key, atom);
      add(atom);
    }
    return atom;
  }
}

/** `Kind/name`: the key of a cluster policy everywhere in the compiler. */
export function clusterPolicyKey({ kind, name }: ClusterPolicy): string {
  return `${kind}/${name}`;
}
