import { FAMILIES } from '../model/address.ts';
import type { Cluster } from '../model/cluster.ts';
import { portSetKey } from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';
import type { Direction, NamedPort, NetworkPolicy, Peer, Rule } from '../model/policy.ts';
import type { ContainerPort } from '../model/workload.ts';
import type { Membership } from './block-index.ts';
import { ClassSet } from './class-set.ts';
import { blockKey, portNameKey } from './distinctions.ts';
import { podOf } from './endpoint.ts';
import type { WorkloadEndpoint } from './endpoint.ts';
import { NOTHING, unknownBit } from './grant.ts';
import type { GrantTable } from './grant.ts';
import { LabelIndex } from './label-index.ts';
import { addressView, namedPortsOf, portsOfRule } from './match.ts';
import type { Id } from './pair-memo.ts';
import type { Population } from './population.ts';

/** One thing a rule grants: to a set of classes at the other end, or to all there are. */
export interface RuleGrant {
  readonly peers: ClassSet | 'all';
  readonly grant: Id;
}

/** Classes whose address a block surely holds, and those (pods, nodes) whose it may hold. */
interface Held {
  readonly sure: ClassSet;
  readonly pods: ClassSet;
  readonly nodes: ClassSet;
}

/** Works out what each rule grants, once for all the pods its policy selects. */
export class RuleGrants {
  readonly #cluster: Cluster;
  readonly #population: Population;
  readonly #grants: GrantTable;
  readonly #labels: LabelIndex;
  readonly #size: number;
  readonly #held: ReadonlyMap<string, Held>;
  readonly #byPortName: ReadonlyMap<string, readonly number[]>;
  readonly #resolutions = new Map<
    string,
    readonly { within: ClassSet; ports: readonly ContainerPort[] }[]
  >();
  readonly #ofRule = new Map<Rule, Map<string, readonly RuleGrant[]>>();

  constructor(cluster: Cluster, population: Population, grants: GrantTable) {
    const { classes, subjects, distinctions } = population;
    this.#cluster = cluster;
    this.#population = population;
    this.#grants = grants;
    this.#size = classes.length;
    const pods = classes
      .slice(0, subjects)
      .map(({ endpoints }) => endpoints[0] as WorkloadEndpoint);
    this.#labels = new LabelIndex(cluster, pods, this.#size, distinctions.podLabels.keys());
    this.#held = this.#indexBlocks();
    this.#byPortName = indexPortNames(pods, distinctions.portNames);
  }

  /** The classes a policy selects. */
  subjectsOf(policy: NetworkPolicy): readonly number[] {
    return this.#labels.subjectsOf(policy);
  }

  /** What a rule grants, for subjects whose named ports are `own` (they matter for ingress only). */
  of(
    policy: NetworkPolicy,
    rule: Rule,
    direction: Direction,
    own: readonly ContainerPort[],
  ): readonly RuleGrant[] {
    let byPorts = this.#ofRule.get(rule);
    if (byPorts === undefined) this.#ofRule.set(rule, (byPorts = new Map()));
    const resolves = direction === 'ingress' && namesOf(rule).length > 0;
    const ports = resolves ? portsOfRule(rule, own) : undefined;
    const key = ports === undefined ? '' : portSetKey(ports);
    let granted = byPorts.get(key);
    if (granted === undefined) {
      granted = this.#grant(policy, rule, direction, ports ?? portsOfRule(rule, []));
      byPorts.set(key, granted);
    }
    return granted;
  }

  #grant(policy: NetworkPolicy, rule: Rule, direction: Direction, ports: PortSet): RuleGrant[] {
    const granted: RuleGrant[] = [];
    const peers = rule.peers === 'all' ? (['all'] as const) : rule.peers;
    const base = this.#grants.addPorts(ports, FAMILIES);
    for (const peer of peers) this.#grantPeer(granted, policy, peer, base);
    const names = direction === 'egress' ? namesOf(rule) : [];
    if (names.length > 0) {
      for (const { within, ports: served } of this.#resolve(names)) {
        const resolved = this.#grants.addPorts(portsOfRule(rule, served), FAMILIES);
        for (const peer of peers) this.#grantPeer(granted, policy, peer, resolved, within);
      }
    }
    return granted;
  }

  #grantPeer(
    granted: RuleGrant[],
    policy: NetworkPolicy,
    peer: Peer | 'all',
    grant: Id,
    within?: ClassSet,
  ): void {
    const add = (set: ClassSet, id: Id): void => {
      const peers = within ? set.intersect(within) : set;
      if (id !== NOTHING && peers.count > 0) granted.push({ peers, grant: id });
    };
    if (peer === 'all') {
      if (within) add(within, grant);
      else if (grant !== NOTHING) granted.push({ peers: 'all', grant });
      return;
    }
    switch (peer.kind) {
      case 'nothing':
        return;
      case 'pods':
        add(this.#labels.peersOf(policy, peer), grant);
        return;
      case 'block': {
        const { sure, pods, nodes } = this.#held.get(blockKey(peer))!;
        add(sure, this.#grants.narrow(grant, peer.family));
        add(pods, this.#grants.narrow(grant, peer.family, unknownBit('pod-address')));
        add(nodes, this.#grants.narrow(grant, peer.family, unknownBit('node-address')));
      }
    }
  }

  /** The ways some port names resolve on the classes that serve any of them (P6 to P10). */
  #resolve(
    names: readonly NamedPort[],
  ): readonly { within: ClassSet; ports: readonly ContainerPort[] }[] {
    const wanted = new Set(names.map(portNameKey));
    const key = [...wanted].sort().join();
    let resolutions = this.#resolutions.get(key);
    if (resolutions === undefined) {
      const ways = new Map<string, { members: number[]; ports: readonly ContainerPort[] }>();
      const serving = new Set([...wanted].flatMap((name) => this.#byPortName.get(name) ?? []));
      for (const member of [...serving].sort((a, b) => a - b)) {
        const pod = podOf(this.#population.classes[member]!.endpoints[0] as WorkloadEndpoint);
        const ports = pod.ports.filter((port) => wanted.has(portNameKey(port)));
        const way = ports.map((port) => `${portNameKey(port)} ${port.number}`).join();
        const known = ways.get(way);
        if (known === undefined) ways.set(way, { members: [member], ports });
        else known.members.push(member);
      }
      resolutions = [...ways.values()].map(({ members, ports }) => ({
        within: ClassSet.of(this.#size, members),
        ports,
      }));
      this.#resolutions.set(key, resolutions);
    }
    return resolutions;
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
    }));
    for (const [{ inside, perhaps }, members] of byMembership) {
      const set = ClassSet.of(this.#size, members);
      for (const block of inside) parts[block]!.sure.push(set);
      if (perhaps.length === 0) continue;
      const pods = set.below(subjects);
      const nodes = set.subtract(pods);
      for (const block of perhaps) {
        if (pods.count > 0) parts[block]!.pods.push(pods);
        if (nodes.count > 0) parts[block]!.nodes.push(nodes);
      }
    }
    const union = (sets: readonly ClassSet[]): ClassSet => ClassSet.union(this.#size, sets);
    return new Map(
      distinctions.blocks.map((block, i) => {
        const { sure, pods, nodes } = parts[i]!;
        return [blockKey(block), { sure: union(sure), pods: union(pods), nodes: union(nodes) }];
      }),
    );
  }
}

function namesOf({ ports }: Rule): NamedPort[] {
  return ports === 'all' ? [] : ports.filter((port) => port.kind === 'named');
}

/** The classes that serve each port name policies ask for. */
function indexPortNames(
  pods: readonly WorkloadEndpoint[],
  names: ReadonlySet<string>,
): Map<string, number[]> {
  const byName = new Map<string, number[]>();
  pods.forEach((endpoint, index) => {
    for (const port of namedPortsOf(endpoint)) {
      const key = portNameKey(port);
      if (!names.has(key)) continue;
      const list = byName.get(key);
      if (list === undefined) byName.set(key, [index]);
      else if (list.at(-1) !== index) list.push(index);
    }
  });
  return byName;
}
