import { FAMILIES } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Direction, NetworkPolicy, Peer, Rule } from '../../model/policy.ts';
import { NOTHING } from '../grants/grant.ts';
import type { GrantTable } from '../grants/grant.ts';
import { unknownBit } from '../grants/unknown-bits.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { Membership } from '../population/block-index.ts';
import { ClassSet } from '../population/class-set.ts';
import { blockKey } from '../population/distinctions.ts';
import { LabelIndex } from '../population/label-index.ts';
import type { Population } from '../population/population.ts';
import { Zones } from '../population/zones.ts';
import type { WorkloadEndpoint } from '../verdict/endpoint.ts';
import { addressView } from '../verdict/match.ts';
import { RulePorts, namesPorts } from './rule-ports.ts';

/** One thing a rule grants: to all there are, to whole zones of pods, or to a set of classes. */
export type RuleGrant =
  | { readonly to: 'all'; readonly grant: Id }
  | { readonly to: 'zone'; readonly zone: number; readonly grant: Id }
  | { readonly to: 'set'; readonly set: ClassSet; readonly grant: Id };

/** Classes whose address a block surely holds, and those (pods, nodes, names) whose it may hold. */
export interface Held {
  readonly sure: ClassSet;
  readonly pods: ClassSet;
  readonly nodes: ClassSet;
  readonly names: ClassSet;
}

/** Works out what each rule grants, once for all the pods its policy selects. */
export class RuleGrants {
  readonly #cluster: Cluster;
  readonly #population: Population;
  readonly #grants: GrantTable;
  readonly labels: LabelIndex;
  readonly #size: number;
  /** By key of a block. */
  readonly held: ReadonlyMap<string, Held>;
  readonly zones: Zones;
  /** Sets that are whole zones, by identity: all pods, and all pods of unknown address. */
  readonly #zoneSets = new Map<ClassSet, readonly number[]>();
  readonly #ports: RulePorts;
  readonly #ofRule = new Map<Rule, readonly RuleGrant[]>();
  /** What an ingress rule that names ports grants, by the ports its names stand for at the subject. */
  readonly #ofNamingRule = new Map<Rule, Map<Id, readonly RuleGrant[]>>();

  constructor(cluster: Cluster, population: Population, grants: GrantTable) {
    const { classes, subjects, distinctions } = population;
    this.#cluster = cluster;
    this.#population = population;
    this.#grants = grants;
    this.#size = classes.length;
    const pods = classes
      .slice(0, subjects)
      .map(({ endpoints }) => endpoints[0] as WorkloadEndpoint);
    this.labels = new LabelIndex(cluster, pods, this.#size, distinctions.podLabels.keys());
    this.zones = new Zones(pods, distinctions.portNames);
    this.#ports = new RulePorts(grants.ports, this.zones);
    const zones = this.zones.ports.map((_, zone) => zone);
    this.#zoneSets.set(this.labels.everyPod, zones);
    this.held = this.#indexBlocks();
    const unknown = zones.filter((zone) => !this.zones.known[zone]);
    for (const { pods: perhaps } of this.held.values()) {
      // every block that may hold an unknown address may hold them all: they share one membership; but
      // it may also have just one of several known addresses of a pod, which is in no such zone
      if (perhaps.count === 0 || this.#zoneSets.has(perhaps)) continue;
      const isUnknown = (member: number): boolean => !this.zones.known[this.zones.of[member]!];
      if (perhaps.toArray().every(isUnknown)) this.#zoneSets.set(perhaps, unknown);
    }
  }

  /** The classes a policy selects. */
  subjectsOf(policy: NetworkPolicy): readonly number[] {
    return this.labels.subjectsOf(policy);
  }

  /** What a rule grants, for subjects of a zone: on ingress their ports are what it names. */
  of(policy: NetworkPolicy, rule: Rule, direction: Direction, zone: number): readonly RuleGrant[] {
    if (direction === 'ingress' && namesPorts(rule)) return this.#ofNaming(policy, rule, zone);
    let granted = this.#ofRule.get(rule);
    if (granted === undefined) {
      granted = this.#grant(policy, rule, direction, this.#ports.of(rule));
      this.#ofRule.set(rule, granted);
    }
    return granted;
  }

  #ofNaming(policy: NetworkPolicy, rule: Rule, zone: number): readonly RuleGrant[] {
    let byPorts = this.#ofNamingRule.get(rule);
    if (byPorts === undefined) this.#ofNamingRule.set(rule, (byPorts = new Map()));
    const ports = this.#ports.of(rule, zone);
    let granted = byPorts.get(ports);
    if (granted === undefined) {
      granted = this.#grant(policy, rule, 'ingress', ports);
      byPorts.set(ports, granted);
    }
    return granted;
  }

  #grant(policy: NetworkPolicy, rule: Rule, direction: Direction, ports: Id): RuleGrant[] {
    const granted: RuleGrant[] = [];
    const peers = rule.peers === 'all' ? (['all'] as const) : rule.peers;
    const grantOf = (opened: Id): Id => this.#grants.addPorts(opened, FAMILIES);
    const base = grantOf(ports);
    // named ports: what is granted depends on the zone of the destination (P7)
    const byZone =
      direction === 'egress' && namesPorts(rule)
        ? this.zones.ports.map((_, zone) => grantOf(this.#ports.of(rule, zone)))
        : undefined;
    for (const peer of peers) this.#grantPeer(granted, policy, peer, base, byZone);
    return granted.slice(); // without the room it had to grow
  }

  #grantPeer(
    granted: RuleGrant[],
    policy: NetworkPolicy,
    peer: Peer | 'all',
    base: Id,
    byZone: readonly Id[] | undefined,
  ): void {
    if (peer === 'all') {
      if (base !== NOTHING) granted.push({ to: 'all', grant: base });
      byZone?.forEach((grant, zone) => {
        if (grant !== base) granted.push({ to: 'zone', zone, grant });
      });
      return;
    }
    switch (peer.kind) {
      case 'nothing':
        return;
      case 'pods':
        this.#grantSet(granted, this.labels.peersOf(policy, peer), base, byZone);
        return;
      case 'block': {
        const { sure, pods, nodes, names } = this.held.get(blockKey(peer))!;
        const narrow = (set: ClassSet, unknowns: number): void => {
          if (set.count === 0) return;
          const narrowed = (grant: Id): Id => this.#grants.narrow(grant, peer.family, unknowns);
          this.#grantSet(granted, set, narrowed(base), byZone?.map(narrowed));
        };
        narrow(sure, 0);
        narrow(pods, unknownBit('pod-address'));
        narrow(nodes, unknownBit('node-address'));
        narrow(names, unknownBit('name-address'));
      }
    }
  }

  #grantSet(
    granted: RuleGrant[],
    set: ClassSet,
    base: Id,
    byZone: readonly Id[] | undefined,
  ): void {
    if (set.count === 0) return;
    const zones = this.#zoneSets.get(set);
    if (zones !== undefined) {
      for (const zone of zones) {
        const grant = byZone?.[zone] ?? base;
        if (grant !== NOTHING) granted.push({ to: 'zone', zone, grant });
      }
      return;
    }
    if (base !== NOTHING) granted.push({ to: 'set', set, grant: base });
    if (byZone === undefined || byZone.every((grant) => grant === base)) return;
    const byGrant = new Map<Id, number[]>();
    set.forEach((member) => {
      if (member >= this.#population.subjects) return;
      const grant = byZone[this.zones.of[member]!]!;
      if (grant === base) return;
      const list = byGrant.get(grant);
      if (list === undefined) byGrant.set(grant, [member]);
      else list.push(member);
    });
    for (const [grant, members] of byGrant) {
      granted.push({ to: 'set', set: ClassSet.of(this.#size, members), grant });
    }
  }

  #indexBlocks(): Map<string, Held> {
    const { classes, subjects, blocks, distinctions } = this.#population;
    // pods of unknown address share one membership: gathering classes by it keeps their sets shared too
    const byMembership = new Map<Membership, number[]>();
    for (const { index, endpoints } of classes) {
      const endpoint = endpoints[0]!;
      const membership =
        endpoint.kind === 'addresses'
          ? blocks.holding(endpoint)
          : blocks.membership(addressView(this.#cluster, endpoint));
      const members = byMembership.get(membership);
      if (members === undefined) byMembership.set(membership, [index]);
      else members.push(index);
    }
    const parts = distinctions.blocks.map(() => ({
      sure: [] as ClassSet[],
      pods: [] as ClassSet[],
      nodes: [] as ClassSet[],
      names: [] as ClassSet[],
    }));
    const firstName = classes.length - distinctions.domains.length;
    for (const [{ inside, perhaps }, members] of byMembership) {
      const set = ClassSet.of(this.#size, members);
      for (const block of inside) parts[block]!.sure.push(set);
      if (perhaps.length === 0) continue;
      const pods = set.below(subjects);
      const rest = set.subtract(pods);
      const nodes = rest.below(firstName);
      const names = rest.subtract(nodes);
      for (const block of perhaps) {
        if (pods.count > 0) parts[block]!.pods.push(pods);
        if (nodes.count > 0) parts[block]!.nodes.push(nodes);
        if (names.count > 0) parts[block]!.names.push(names);
      }
    }
    const union = (sets: readonly ClassSet[]): ClassSet => ClassSet.union(this.#size, sets);
    return new Map(
      distinctions.blocks.map((block, i) => {
        const { sure, pods, nodes, names } = parts[i]!;
        const held = { sure: union(sure), pods: union(pods), nodes: union(nodes) };
        return [blockKey(block), { ...held, names: union(names) }];
      }),
    );
  }
}
