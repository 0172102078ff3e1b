import { changesBetween } from '../../src/compile/matrix/change.ts';
import type { ClusterChange } from '../../src/compile/matrix/change.ts';
import type { NodeOptions } from '../../src/compile/ruleset/node.ts';
import { TABLE } from '../../src/compile/ruleset/set-names.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import type { Transaction } from '../../src/compile/transaction/compiler.ts';
import type { Nft } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { Network } from '../../src/lab/network/network.ts';
import type { Stand } from '../../src/lab/sockets/attempt.ts';
import { labCluster, podCidrsOf } from '../../src/lab/state/cluster.ts';
import type { LabCluster } from '../../src/lab/state/cluster.ts';
import { POD_LINKS, podLink } from '../../src/lab/state/names.ts';
import { openTraffic } from '../../src/lab/traffic/traffic.ts';
import type { Traffic } from '../../src/lab/traffic/traffic.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { manifestsOf } from '../conformance/manifests.ts';
import type { ConcreteWorld, Player } from './concrete.ts';
import { ALL_SLOTS, NODE_ADDRESSES, POD_NETWORK, SLOT_PORTS, addressesOf } from './slots.ts';
import { arenaName, removeLeftovers } from './small-lab.ts';

/** The namespace of the slots in the arena's own network. */
const SLOTS = 'arena';

/** How a cluster came into force. */
export type Way = 'update' | 'load' | 'load into nothing';

/**
 * Fifteen pods on three nodes and a host outside, built once, in which any generated cluster is played:
 * its pods take slots, each node's rules are compiled and applied, and packets tell what they do.
 */
export class Arena {
  readonly traffic: Traffic;
  readonly network: Network;
  readonly #nodes: readonly ArenaNode[];
  /** What was played last, for whoever compares. */
  last: ConcreteWorld | undefined;
  #cluster: Cluster | undefined;

  private constructor(traffic: Traffic, network: Network, nodes: readonly ArenaNode[]) {
    this.traffic = traffic;
    this.network = network;
    this.#nodes = nodes;
  }

  static async open(): Promise<Arena> {
    await removeLeftovers();
    const lab = labCluster(slotCluster());
    if (lab.notes.length > 0)
      throw new Error(`the arena is not as it should be: ${lab.notes.join('; ')}`);
    const network = new Network(arenaName());
    try {
      await network.addNodes(lab);
      await network.addPods(lab.pods, lab);
      const nodes: ArenaNode[] = [];
      for (const one of lab.nodes) {
        const { name } = one.node;
        const nft = await openNft({ netns: network.nodePath(name) });
        const podCidrs = podCidrsOf(lab, one);
        nodes.push(new ArenaNode({ name, podCidrs, podLinks: POD_LINKS }, nft));
      }
      return new Arena(await openTraffic(standsOf(lab, network)), network, nodes);
    } catch (error) {
      await network.remove();
      throw error;
    }
  }

  /** Brings a cluster into force in place of the last one; what is left to sweep, is when called. */
  async play(cluster: Cluster, players: readonly Player[], way: Way): Promise<() => Promise<void>> {
    const links = new Map(players.map(({ key, slot }) => [key, podLink(`${SLOTS}/${slot.name}`)]));
    const before = this.#cluster;
    this.#cluster = cluster;
    const sweeps: (() => Promise<void>)[] = [];
    for (const node of this.#nodes) {
      const change =
        way === 'update' && before !== undefined ? changesBetween(before, cluster) : undefined;
      sweeps.push(await node.play(cluster, change, way === 'load into nothing', links));
    }
    return async () => {
      for (const sweep of sweeps) await sweep();
    };
  }

  async close(): Promise<void> {
    this.traffic.close();
    for (const node of this.#nodes) node.close();
    await this.network.remove();
  }
}

/** One node's rules. */
class ArenaNode {
  readonly #options: NodeOptions;
  readonly #nft: Nft;
  #links: ReadonlyMap<string, string> = new Map();
  #compiler: NodeCompiler | undefined;
  #epoch = 0;
  #sweep: string | undefined;
  #lost = false;

  constructor(options: NodeOptions, nft: Nft) {
    this.#options = { ...options, linkOf: (key) => this.#links.get(key) };
    this.#nft = nft;
  }

  async play(
    cluster: Cluster,
    change: ClusterChange | undefined,
    empty: boolean,
    links: ReadonlyMap<string, string>,
  ): Promise<() => Promise<void>> {
    this.#links = links;
    await this.#runSweep();
    if (empty) await this.#nft.run(`add table inet ${TABLE}\ndelete table inet ${TABLE}`);
    try {
      const transaction = this.#compile(cluster, change);
      if (transaction !== undefined) {
        await this.#nft.run(transaction.apply);
        this.#sweep = transaction.sweep;
        if (transaction.late) await this.#runSweep();
      }
    } catch (error) {
      // what was refused is not in the kernel: the next cluster is loaded whole
      this.#lost = true;
      throw error;
    }
    return () => this.#runSweep();
  }

  #compile(cluster: Cluster, change: ClusterChange | undefined): Transaction | undefined {
    if (change !== undefined && this.#compiler !== undefined && !this.#lost) {
      return this.#compiler.update(change);
    }
    this.#lost = false;
    // as after a restart: a new epoch, over connections that the last one marked
    const generation = this.#compiler?.generation ?? 0;
    this.#compiler = new NodeCompiler(this.#options, { epoch: ++this.#epoch, generation });
    return this.#compiler.load(cluster);
  }

  async #runSweep(): Promise<void> {
    const sweep = this.#sweep;
    this.#sweep = undefined;
    if (sweep === undefined) return;
    try {
      await this.#nft.run(sweep);
    } catch (error) {
      this.#lost = true;
      throw error;
    }
  }

  close(): void {
    this.#nft.close();
  }
}

/** The stands' ids are the slots' names. */
function standsOf(lab: LabCluster, network: Network): Stand[] {
  return [
    ...lab.pods.map((one): Stand => {
      const slot = ALL_SLOTS.find(({ name }) => name === one.pod.name)!;
      return {
        id: slot.name,
        netns: network.podPath(one),
        addresses: addressesOf(slot.addresses),
        ports: SLOT_PORTS,
      };
    }),
    ...[...NODE_ADDRESSES].map(([name, own]) => ({
      id: `node/${name}`,
      netns: network.nodePath(name),
      addresses: addressesOf(own),
      ports: [],
    })),
    { id: 'outside', netns: network.outsidePath(), addresses: [], ports: [] },
  ];
}

/** The slots as pods of a cluster, for the lab to build. */
function slotCluster(): Cluster {
  const objects = [
    ...[...NODE_ADDRESSES].map(([name, own]) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      status: {
        addresses: [own[4], own[6]].map((address) => ({ type: 'InternalIP', address })),
      },
    })),
    ...ALL_SLOTS.map(({ name, node, addresses }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: SLOTS },
      spec: { nodeName: node, containers: [] },
      status: { podIPs: [addresses[4], addresses[6]].map((ip) => ({ ip })) },
    })),
  ];
  const source = new Source('arena.yaml', manifestsOf(objects));
  return readCluster([source], { podNetwork: [...POD_NETWORK] });
}
