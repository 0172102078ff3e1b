import { FAMILIES } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import type { Namespace } from '../../model/cluster.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import type { AddressSpace } from '../matrix/address-space.ts';
import type { ClusterChange } from '../matrix/change.ts';
import { clusterPolicyText } from '../matrix/comparable.ts';
import { LearnedNames, isNameOf } from '../matrix/learned-names.ts';
import type { Atom } from '../matrix/peer-class.ts';
import { valueOf } from '../matrix/pod-record.ts';
import type { PodAddress } from '../matrix/pod-record.ts';
import { TierAtoms } from '../matrix/tier-atoms.ts';
import { TierRules, clusterPolicyKey } from '../matrix/tier-rules.ts';
import type { IdSource } from '../ruleset/id-source.ts';
import type { Ending, NamedElements } from './named-elements.ts';
import { TierNodes } from './nodes.ts';
import { PeerKinds } from './peer-kind.ts';
import type { PeerKind } from './peer-kind.ts';
import { lastBefore, placesOf, samePlaces } from './places.ts';
import type { Place, Places } from './places.ts';
import { TierProfiles } from './profile.ts';
import type { TierProfile } from './profile.ts';
import { TierRow } from './row.ts';
import { RulingTable } from './ruling.ts';

/** Addresses of pods of one kind, with no bound of a network between them. */
export interface Alike {
  readonly kind: PeerKind;
  readonly addresses: PodAddress[];
}

/** How much of what no policy says any more is remembered. */
const MOST_UNSAID = 512;

/**
 * What the tiers around NetworkPolicy say for each local pod: the second matrix of a node, of profiles of
 * subjects and addresses of peers. Knows nothing of nft.
 */
export class TierTable {
  readonly rulings: RulingTable;
  readonly ids: IdSource;
  /** The profiles the kernel knows. */
  readonly rows: Readonly<Record<Direction, Set<TierRow>>> = {
    ingress: new Set(),
    egress: new Set(),
  };
  /** To which row each local address leads. */
  readonly rowOf: Readonly<Record<Direction, Map<PodAddress, TierRow>>> = {
    ingress: new Map(),
    egress: new Map(),
  };
  /** Which names addresses have. */
  readonly names = new LearnedNames();
  /** Whether the rules ask the tiers: from the first row on, for as long as the table is not loaded anew. */
  isAsked = false;
  /** What the kernel holds for them. */
  named: NamedElements = new Map<string, ReadonlyMap<string, Ending>>();
  readonly #spaces: Readonly<Record<Family, AddressSpace>>;
  readonly #namespaces: ReadonlyMap<string, Namespace>;
  readonly #policies = new Map<string, ClusterPolicy>();
  readonly #nodes = new TierNodes();
  #atoms = new TierAtoms();
  #rules = new TierRules([], this.#atoms);
  #kinds: PeerKinds;
  #profiles: TierProfiles;
  #places: Places;
  /** What changed since the last time it was asked. */
  #hasOtherRules = false;
  #hasOtherNodes = false;

  constructor(
    namespaces: ReadonlyMap<string, Namespace>,
    spaces: Readonly<Record<Family, AddressSpace>>,
    ids: IdSource,
  ) {
    this.#namespaces = namespaces;
    this.#spaces = spaces;
    this.ids = ids;
    this.rulings = new RulingTable(ids);
    this.#kinds = new PeerKinds(this.#atoms, namespaces);
    this.#profiles = new TierProfiles(this.#rules, this.rulings);
    this.#places = placesOf(this.#atoms, [], this.#kinds);
  }

  /** Takes over what changed of cluster policies, of nodes and of hostNetwork pods. */
  take(change: ClusterChange): void {
    const { removed, upserted } = change.clusterPolicies;
    for (const key of removed)
      this.#hasOtherRules = this.#policies.delete(key) || this.#hasOtherRules;
    for (const policy of upserted) {
      const key = clusterPolicyKey(policy);
      const before = this.#policies.get(key);
      this.#policies.set(key, policy);
      if (before !== undefined && clusterPolicyText(before) === clusterPolicyText(policy)) continue;
      this.#hasOtherRules = true;
    }
    if (this.#nodes.take(change)) this.#hasOtherNodes = true;
    for (const answer of change.answers ?? []) this.names.learn(answer);
  }

  /** Whether there are no cluster policies, and were none before. */
  get isIdle(): boolean {
    const isEmpty = this.#rules.isEmpty && !this.#hasOtherRules;
    return isEmpty && DIRECTIONS.every((direction) => this.rows[direction].size === 0);
  }

  /** Brings rules and places up to date; says what of them is not what it was. */
  refresh(): { readonly rules: boolean; readonly places: boolean } {
    const [rules, nodes] = [this.#hasOtherRules, this.#hasOtherNodes];
    this.#hasOtherRules = this.#hasOtherNodes = false;
    if (rules) this.#judgeBy([...this.#policies.values()]);
    if (!rules && (!nodes || this.#atoms.nodes.length === 0)) return { rules, places: false };
    const before = this.#places;
    const said = <T extends { readonly atom: Atom }>(groups: readonly T[]): T[] =>
      groups.filter(({ atom }) => this.#rules.said.has(atom));
    const addresses = this.#nodes.addresses(said(this.#atoms.nodes));
    this.#places = placesOf({ networks: said(this.#atoms.networks) }, addresses, this.#kinds);
    return { rules, places: !samePlaces(before, this.#places) };
  }

  #judgeBy(policies: readonly ClusterPolicy[]): void {
    const { groups, names } = this.#atoms;
    const known = groups.length + names.size;
    this.#rules = new TierRules(policies, this.#atoms, this.#rules);
    const isCluttered = this.#atoms.size > 2 * this.#rules.said.size + MOST_UNSAID;
    if (isCluttered) {
      this.#atoms = new TierAtoms();
      this.#rules = new TierRules(policies, this.#atoms);
    }
    if (isCluttered || groups.length + names.size > known) {
      this.#kinds = new PeerKinds(this.#atoms, this.#namespaces);
    }
    this.#profiles = new TierProfiles(this.#rules, this.rulings, this.#profiles);
  }

  get places(): Places {
    return this.#places;
  }

  /** Every address pods say they have. */
  *addresses(): Generator<PodAddress> {
    for (const family of FAMILIES) yield* this.#spaces[family].pods;
  }

  /** The profile of an address; undefined for one that is no local pod's, or where nothing is said. */
  profileOf({ owner }: PodAddress, direction: Direction): TierProfile | undefined {
    if (owner?.isLocal !== true || this.#rules.isEmpty) return undefined;
    return this.#profiles.of(this.#kinds.ofPod(owner), direction, owner[direction] !== undefined);
  }

  /** The kind of whoever has the address of a pod; undefined when no pod has it any more. */
  kindOf(address: PodAddress, direction: Direction): PeerKind | undefined {
    if (address.claims.length === 0) return undefined;
    const kind = this.#kinds.ofPod(address.owner);
    if (direction === 'ingress') return kind;
    const { pods } = lastBefore(this.#places[address.family], address.value);
    return this.#kinds.combine(kind, pods);
  }

  /** All addresses of pods by what may be said of them. */
  alike(direction: Direction): Alike[] {
    const found = new Map<PeerKind, Map<Place | undefined, Alike>>();
    for (const address of this.addresses()) {
      const place =
        direction === 'egress'
          ? lastBefore(this.#places[address.family], address.value)
          : undefined;
      const pod = this.#kinds.ofPod(address.owner);
      const kind = place === undefined ? pod : this.#kinds.combine(pod, place.pods);
      let byPlace = found.get(kind);
      if (byPlace === undefined) found.set(kind, (byPlace = new Map<Place | undefined, Alike>()));
      const alike = byPlace.get(place);
      if (alike !== undefined) alike.addresses.push(address);
      else byPlace.set(place, { kind, addresses: [address] });
    }
    return [...found.values()].flatMap((byPlace) => [...byPlace.values()]);
  }

  /** The kind of an address that has these names; a pod's are only those the cluster's DNS makes (D20). */
  namedKind(address: Address, said: readonly string[]): PeerKind {
    const pod = this.#spaces[address.family].find(valueOf(address));
    const place = lastBefore(this.#places[address.family], valueOf(address));
    const kind = (pod && this.kindOf(pod, 'egress')) ?? place.others;
    const atoms = this.#atoms.domains
      .filter(({ entry }) => pod === undefined || isNameOf('*.cluster.local', entry))
      .filter(({ entry }) => said.some((name) => isNameOf(entry, name)))
      .map(({ atom }) => atom);
    if (atoms.length === 0) return kind;
    const { surely, possibly, served } = kind;
    return this.#kinds.intern([...surely, ...atoms], [...possibly, ...atoms], served);
  }
}
