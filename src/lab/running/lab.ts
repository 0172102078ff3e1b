import { NOTHING, changesBetween } from '../../compile/matrix/change.ts';
import { isNameOf } from '../../compile/matrix/learned-names.ts';
import type { DnsAnswer } from '../../compile/matrix/learned-names.ts';
import { domainEntries } from '../dns/outside-names.ts';
import { Network } from '../network/network.ts';
import type { LabFolder } from '../process/folder.ts';
import { changeInput, readLab } from '../process/input.ts';
import type { LabInput, SourceText } from '../process/input.ts';
import { LabChange } from '../state/change.ts';
import type { LabCluster } from '../state/cluster.ts';
import type { DeniedConnection } from './denials.ts';
import { NodeAgent } from './node-agent.ts';
import { LabVoices } from './voices.ts';
import type { Hear } from './voices.ts';

/** What `lab apply` did. */
export interface Applied {
  /** `policy shop/db changed`, `pod shop/web-4 added`; one for each object that is different. */
  readonly changes: readonly string[];
  /** Milliseconds until all nodes had it in force; undefined when rules were not concerned. */
  readonly inForceMs: number | undefined;
  /** Milliseconds in all: pods started, Services and names changed. */
  readonly totalMs: number;
  readonly notes: readonly string[];
}

/** What a lab tells while it lives. */
export interface LabListener {
  /** How far a long piece of work is. */
  readonly said: (text: string) => void;
  readonly denied: (denied: DeniedConnection) => void;
}

/** A lab that runs in this process: its network, and on it the rules, listeners, Services and names. */
export class Lab {
  readonly network: Network;
  readonly voices: LabVoices;
  readonly #folder: LabFolder;
  readonly #listener: LabListener;
  readonly #agents: Map<string, NodeAgent>;
  #input: LabInput;
  #cluster: LabCluster;
  /** False when a change went wrong half-way, so that what is there must be looked at before the next. */
  #settled = true;

  private constructor(
    folder: LabFolder,
    listener: LabListener,
    state: { input: LabInput; cluster: LabCluster; network: Network },
    agents: Map<string, NodeAgent>,
    voices: LabVoices,
  ) {
    this.#folder = folder;
    this.#listener = listener;
    this.#input = state.input;
    this.#cluster = state.cluster;
    this.network = state.network;
    this.#agents = agents;
    this.voices = voices;
  }

  /**
   * Makes the lab of an input, or takes up the one that another process left. The rules of all pods are in
   * force before the first of them has a link.
   */
  static async open(folder: LabFolder, given: LabInput, listener: LabListener): Promise<Lab> {
    const cluster = readLab(given);
    const input = { ...given, kept: cluster.kept };
    const network = new Network(folder.name);
    const { nodes, pods } = cluster;
    if (!network.stands(cluster)) {
      listener.said(`${nodes.length} nodes`);
      await network.addNodes(cluster);
    }
    listener.said('rules');
    const started = nodes.map((node) =>
      NodeAgent.start(node, cluster, network.nodePath(node.node.name), listener.denied),
    );
    const agents = new Map((await Promise.all(started)).map((agent) => [agent.name, agent]));
    listener.said(`${pods.length} pods`);
    await network.settlePods(cluster);
    listener.said('listeners and names');
    let lab: Lab | undefined;
    const hear: Hear = (answers) => lab?.hear(answers) ?? Promise.resolve();
    const voices = await LabVoices.open(cluster, network, hear);
    folder.writeInput(input);
    lab = new Lab(folder, listener, { input, cluster, network }, agents, voices);
    return lab;
  }

  get cluster(): LabCluster {
    return this.#cluster;
  }

  /** What does not work though it should, one sentence each; of one node, or of everything. */
  faults(node?: string): string[] {
    if (node !== undefined)
      return this.#agents.get(node)?.faults ?? [`node \`${node}\` has no rules`];
    const names = this.#cluster.nodes.map((one) => one.node.name);
    return [...names.flatMap((name) => this.faults(name)), ...this.voices.faults];
  }

  /** Adds and replaces objects; with `prune`, those that are not given any more go. */
  async apply(sources: readonly SourceText[], prune: boolean): Promise<Applied> {
    const began = performance.now();
    if (!this.#settled) await this.#settle();
    const input = changeInput(this.#input, sources, prune);
    const next = readLab({ ...input, kept: this.#cluster.kept });
    const change = new LabChange(
      this.#cluster,
      next,
      changesBetween(this.#cluster.cluster, next.cluster),
    );
    change.check();
    const before = this.#cluster;
    this.#input = { ...input, kept: next.kept };
    this.#cluster = next;
    // From here on a process that takes the lab up after us aims at the new cluster.
    this.#folder.writeInput(this.#input);
    this.#settled = false;
    await this.#addNodes(change, next);
    const inForceMs = await this.#enforce(change);
    this.voices.silence(change.removedPods);
    await this.network.removePods(change.removedPods, before);
    await this.network.addPods(change.addedPods, next);
    await this.#eachAgent((agent) => agent.setServices(next.cluster));
    this.voices.update(next, this.network);
    this.#settled = true;
    const totalMs = performance.now() - began;
    return { changes: change.words(), inForceMs, totalMs, notes: next.notes };
  }

  /** Makes everything beside the rules, which their enforcers see to, as the cluster says. */
  async #settle(): Promise<void> {
    const lab = this.#cluster;
    await this.network.settlePods(lab);
    await this.#eachAgent((agent) => agent.setServices(lab.cluster));
    this.voices.update(lab, this.network);
    this.#settled = true;
  }

  async #addNodes({ addedNodes }: LabChange, next: LabCluster): Promise<void> {
    for (const node of addedNodes) {
      const { name } = node.node;
      const others = next.nodes.filter((one) => one !== node && this.#agents.has(one.node.name));
      await this.network.addNode(node, others);
      const agent = await NodeAgent.start(
        node,
        next,
        this.network.nodePath(name),
        this.#listener.denied,
      );
      this.#agents.set(name, agent);
    }
  }

  /** Tells the nodes which addresses a name has, if a policy asks for it; resolves when all know. */
  async hear(answers: readonly DnsAnswer[]): Promise<void> {
    const { cluster } = this.#cluster;
    const entries = [...domainEntries(cluster)];
    const asked = answers.filter(({ name }) => entries.some((entry) => isNameOf(entry, name)));
    if (asked.length === 0) return;
    await this.#eachAgent((agent) => agent.update({ ...NOTHING, answers: asked }, this.#cluster));
  }

  /** Milliseconds until every node has the change; undefined when no node needed one. */
  async #enforce(change: LabChange): Promise<number | undefined> {
    if (!change.concernsRules) return undefined;
    const began = performance.now();
    await this.#eachAgent((agent) => agent.update(change.cluster, this.#cluster));
    return performance.now() - began;
  }

  async #eachAgent(f: (agent: NodeAgent) => Promise<void>): Promise<void> {
    await Promise.all([...this.#agents.values()].map(f));
  }

  /** Ends what runs in this process; the network and its rules stay. */
  async close(): Promise<void> {
    this.voices.close();
    await this.#eachAgent((agent) => agent.close());
  }
}
