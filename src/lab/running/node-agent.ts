import type { EnforcerEvent } from '../../agent/enforcer-event.ts';
import { Enforcer } from '../../agent/enforcer.ts';
import type { ClusterChange } from '../../compile/matrix/change.ts';
import { LOG_GROUP } from '../../compile/ruleset/node.ts';
import type { NodeOptions } from '../../compile/ruleset/node.ts';
import { openDenyLog } from '../../kernel/conntrack/deny-log.ts';
import type { DenyLog } from '../../kernel/conntrack/deny-log.ts';
import { NftRefusal } from '../../kernel/nft/nft.ts';
import type { Nft } from '../../kernel/nft/nft.ts';
import { openNft } from '../../kernel/start/open-nft.ts';
import type { Cluster } from '../../model/cluster.ts';
import { serviceRuleset } from '../services/ruleset.ts';
import { podCidrsOf } from '../state/cluster.ts';
import type { LabCluster } from '../state/cluster.ts';
import { POD_LINKS } from '../state/names.ts';
import type { LabNode } from '../state/nodes.ts';
import { deniedConnection } from './denials.ts';
import type { DeniedConnection } from './denials.ts';

/** What a node of the lab has running: its policies, its Services, the reader of its deny log. */
export class NodeAgent {
  readonly name: string;
  readonly #nft: Nft;
  readonly #enforcer: Enforcer;
  readonly #denyLog: DenyLog;
  /** What is wrong with the node's rules, by kind of event. */
  readonly #faults = new Map<string, string>();
  /** The cluster whose Services the node has. */
  #served: Cluster | undefined;
  /** The device groups of the links of all pods, by key. */
  #linkGroups: ReadonlyMap<string, number>;

  private constructor(
    options: Omit<NodeOptions, 'linkGroupOf'>,
    lab: LabCluster,
    nft: Nft,
    denyLog: DenyLog,
  ) {
    this.name = options.name;
    this.#linkGroups = linkGroupsOf(lab);
    this.#nft = nft;
    const whole = { ...options, linkGroupOf: (key: string) => this.#linkGroups.get(key) };
    this.#enforcer = new Enforcer(whole, nft, { onEvent: (event) => this.#heard(event) });
    this.#denyLog = denyLog;
  }

  /** Brings the cluster's rules into force on a node; pods that come up later are closed until then. */
  static async start(
    node: LabNode,
    lab: LabCluster,
    netns: string,
    onDenied: (denied: DeniedConnection) => void,
  ): Promise<NodeAgent> {
    const { name } = node.node;
    const nft = await openNft({ netns });
    const denyLog = openDenyLog({ netns, group: LOG_GROUP }, (event) => {
      const denied = deniedConnection(name, event);
      if (denied !== undefined) onDenied(denied);
    });
    const podCidrs = podCidrsOf(lab, node);
    const options = {
      name,
      podCidrs,
      podLinks: POD_LINKS,
      logGroup: LOG_GROUP,
      now: () => Date.now(),
    };
    const agent = new NodeAgent(options, lab, nft, denyLog);
    await agent.#enforcer.start(lab.cluster);
    await agent.setServices(lab.cluster);
    return agent;
  }

  /** Resolves when the change is in force on this node; `lab`: what it leads to. */
  update(change: ClusterChange, lab: LabCluster): Promise<void> {
    this.#linkGroups = linkGroupsOf(lab);
    return this.#enforcer.update(change);
  }

  /** Makes the node's Services those of the cluster. */
  async setServices(cluster: Cluster): Promise<void> {
    const before = this.#served;
    this.#served = cluster;
    const text = serviceRuleset(cluster, this.name, before);
    try {
      if (text !== '') await this.#nft.run(text);
    } catch (error) {
      if (before === undefined || !(error instanceof NftRefusal)) throw error;
      // Somebody else was at the table; made anew it is right again.
      await this.#nft.run(serviceRuleset(cluster, this.name));
    }
  }

  /** What is wrong with the node's rules, one sentence each; empty when they are as they should be. */
  get faults(): string[] {
    return [...this.#faults.values()].map((fault) => `node \`${this.name}\`: ${fault}`);
  }

  /** The rules stay in force. */
  async close(): Promise<void> {
    this.#denyLog.close();
    await this.#enforcer.close();
    this.#nft.close();
  }

  #heard(event: EnforcerEvent): void {
    switch (event.kind) {
      case 'applied':
        this.#faults.delete('failed');
        return;
      case 'failed':
        this.#faults.set('failed', `its rules are older than the cluster: ${event.reason}`);
        return;
      case 'isolated': {
        const policies = event.policies.join(', ');
        this.#faults.set('isolated', `policies ${policies} only isolate: ${event.reason}`);
        return;
      }
      case 'unwatched':
        this.#faults.set('unwatched', `changes by others are noticed late: ${event.reason}`);
        return;
      case 'repaired':
        this.#restoreServices();
        return;
      case 'refused':
    }
  }

  /** Whoever flushed the policies has flushed the Services, too. */
  #restoreServices(): void {
    const cluster = this.#served;
    if (cluster === undefined) return;
    this.#nft.run(serviceRuleset(cluster, this.name)).catch((error: unknown) => {
      this.#faults.set('services', `its Services cannot be restored: ${String(error)}`);
    });
  }
}

function linkGroupsOf({ pods }: LabCluster): Map<string, number> {
  return new Map(
    pods.flatMap(({ key, linkGroup }) => (linkGroup === undefined ? [] : [[key, linkGroup]])),
  );
}
