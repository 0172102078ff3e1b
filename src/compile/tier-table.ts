import { FAMILIES } from '../model/address.ts';
import type { Family } from '../model/address.ts';
import type { ClusterPolicy } from '../model/cluster-policy.ts';
import type { Namespace } from '../model/cluster.ts';
import { DIRECTIONS } from '../model/policy.ts';
import type { Direction } from '../model/policy.ts';
import type { AddressSpace } from './address-space.ts';
import type { ClusterChange } from './change.ts';
import { clusterPolicyText } from './comparable.ts';
import type { IdSource } from './id-source.ts';
import { PeerKinds } from './peer-kind.ts';
import type { PeerKind } from './peer-kind.ts';
import type { PodAddress } from './pod-record.ts';
import { TierNodes } from './tier-nodes.ts';
import { lastBefore, placesOf, samePlaces } from './tier-places.ts';
import type { Places } from './tier-places.ts';
import { TierProfiles } from './tier-profile.ts';
import type { TierProfile } from './tier-profile.ts';
import { TierRow } from './tier-row.ts';
import { RulingTable } from './tier-ruling.ts';
import { TierRules, clusterPolicyKey } from './tier-rules.ts';

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
  readonly #spaces: Readonly<Record<Family, AddressSpace>>;
  readonly #namespaces: ReadonlyMap<string, Namespace>;
  readonly #policies = new Map<string, ClusterPolicy>();
  readonly #nodes = new TierNodes();
  #rules = new TierRules([]);
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
    this.#kinds = new PeerKinds(this.#rules, namespaces);
    this.#profiles = new TierProfiles(this.#rules, this.rulings);
    this.#places = placesOf(this.#rules, [], this.#kinds);
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
    if (rules) {
      this.#rules = new TierRules([...this.#policies.values()]);
      this.#kinds = new PeerKinds(this.#rules, this.#namespaces);
      this.#profiles = new TierProfiles(this.#rules, this.rulings);
    }
    if (!rules && (!nodes || this.#rules.nodes.length === 0)) return { rules, places: false };
    const before = this.#places;
    const addresses = this.#nodes.addresses(this.#rules.nodes);
    this.#places = placesOf(this.#rules, addresses, this.#kinds);
    return { rules, places: rules || !samePlaces(before, this.#places) };
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

  /** What networks somebody wrote hold a kind of address. */
  networksOf(kind: PeerKind): string[] {
    return this.#rules.networks.filter(({ atom }) => kind.surely.has(atom)).map(({ text }) => text);
  }
}
