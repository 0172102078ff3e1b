import type { Family } from '../../model/address.ts';
import type { ClusterPeer, DomainPeer, NodePeer } from '../../model/cluster-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { selectorKey } from '../../model/selector.ts';
import { unknownBit } from '../grants/unknown-bits.ts';
import { ClassSet } from '../population/class-set.ts';
import { blockKey, blocksOf } from '../population/distinctions.ts';
import type { LabelIndex } from '../population/label-index.ts';
import type { Population } from '../population/population.ts';
import { matchDomains, matchNode } from '../verdict/cluster-match.ts';
import type { Endpoint } from '../verdict/endpoint.ts';
import type { Unknown } from '../verdict/side.ts';
import type { Held } from './rule-grants.ts';

/** Bits of how a peer matches a class: surely or perhaps, by family, or only if a label that cannot be read says so. */
export const SURE: Readonly<Record<Family, number>> = { 4: 1, 6: 2 };
export const PERHAPS: Readonly<Record<Family, number>> = { 4: 4, 6: 8 };
export const UNREADABLE = 16;
/** Above these: the unknowns that part sure from perhaps. */
export const UNKNOWNS_FROM = 5;

const SURELY = SURE[4] | SURE[6];
const MAYBE = PERHAPS[4] | PERHAPS[6];

/** Classes that a peer matches in one way. */
export interface CodedSet {
  readonly set: ClassSet;
  readonly code: number;
}

/** Finds the classes that peers of cluster rules match. */
export class PeerMatches {
  readonly #cluster: Cluster;
  readonly #population: Population;
  readonly #labels: LabelIndex;
  readonly #held: ReadonlyMap<string, Held>;

  constructor(
    cluster: Cluster,
    population: Population,
    labels: LabelIndex,
    held: ReadonlyMap<string, Held>,
  ) {
    this.#cluster = cluster;
    this.#population = population;
    this.#labels = labels;
    this.#held = held;
  }

  /** A text equal for peers that match alike. */
  keyOf(peer: ClusterPeer): string {
    switch (peer.kind) {
      case 'pods':
        return `pods ${selectorKey(peer.namespaces)} / ${selectorKey(peer.pods ?? [])}`;
      case 'nodes':
        return `nodes ${selectorKey(peer.nodes)}`;
      case 'networks':
        return `networks ${peer.cidrs.join(' ')}`;
      case 'domains':
        return `domains ${peer.names.join(' ')}`;
    }
  }

  /** The classes a peer matches, or may match, as sets with the bits of how; they may overlap. */
  setsOf(peer: ClusterPeer): CodedSet[] {
    switch (peer.kind) {
      case 'pods': {
        const pods = peer.pods ?? [];
        const surely = { set: this.#labels.inSelected(peer.namespaces, pods), code: SURELY };
        if (!this.#labels.hasUnreadable) return [surely];
        const possibly = this.#labels.possiblySelected(peer.namespaces, pods);
        return [surely, { set: possibly.subtract(surely.set), code: UNREADABLE }];
      }
      case 'networks':
        return blocksOf(peer).flatMap((block) => {
          const { sure, pods, nodes, names } = this.#held.get(blockKey(block))!;
          const perhaps = (set: ClassSet, unknown: Unknown): CodedSet => ({
            set,
            code: PERHAPS[block.family] | (unknownBit(unknown) << UNKNOWNS_FROM),
          });
          return [
            { set: sure, code: SURE[block.family] },
            perhaps(pods, 'pod-address'),
            perhaps(nodes, 'node-address'),
            perhaps(names, 'name-address'),
          ];
        });
      case 'nodes':
        return this.#byCode((endpoint) => this.#ofNode(peer, endpoint), this.#population.subjects);
      case 'domains':
        return this.#byCode((endpoint) => ofDomain(peer, endpoint), 0);
    }
  }

  /** The classes from the first on, by their code; those of code 0 are in no set. */
  #byCode(codeOf: (endpoint: Endpoint) => number, first: number): CodedSet[] {
    const { classes } = this.#population;
    const members = new Map<number, number[]>();
    for (let index = first; index < classes.length; index++) {
      const code = codeOf(classes[index]!.endpoints[0]!);
      if (code === 0) continue;
      const own = members.get(code);
      if (own === undefined) members.set(code, [index]);
      else own.push(index);
    }
    return [...members].map(([code, own]) => ({ set: ClassSet.of(classes.length, own), code }));
  }

  /** Nodes, the hostNetwork pods on them, and names that may lead to one (D18, D19). */
  #ofNode(peer: NodePeer, endpoint: Endpoint): number {
    const surely = matchNode(this.#cluster, peer, endpoint, false);
    if (surely === 'yes') return SURELY;
    const unknown = endpoint.kind === 'domain' ? 'name-address' : 'node-placement';
    if (surely === 'depends') return MAYBE | (unknownBit(unknown) << UNKNOWNS_FROM);
    return matchNode(this.#cluster, peer, endpoint, true) === 'yes' ? UNREADABLE : 0;
  }
}

/** Names by their name, and what is known by address perhaps (D19, D20). */
function ofDomain(peer: DomainPeer, endpoint: Endpoint): number {
  const certainty = matchDomains(peer, endpoint);
  if (certainty === 'no') return 0;
  return certainty === 'yes' ? SURELY : MAYBE | (unknownBit('name-address') << UNKNOWNS_FROM);
}
