import { changesBetween } from '../../src/compile/matrix/change.ts';
import type { ClusterChange } from '../../src/compile/matrix/change.ts';
import type { DnsAnswer } from '../../src/compile/matrix/learned-names.ts';
import type { NodeOptions } from '../../src/compile/ruleset/node.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import { addressRange, unionAddresses } from '../../src/model/address-set.ts';
import type { AddressSet } from '../../src/model/address-set.ts';
import type { Address } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Pod } from '../../src/model/workload.ts';
import { POD_LINKS, linkGroup } from './link-group.ts';
import type { Nat } from './nat.ts';
import { Network } from './network.ts';
import { NodeStack } from './node-stack.ts';
import { table } from './rules.ts';

/** What is not said by the cluster. */
export interface EnforcedOptions {
  /** Addresses that each node may give to pods; just those that its pods have when absent. */
  readonly podCidrs?: (node: string) => AddressSet;
  readonly nat?: (node: string) => Nat;
  /** Whether each link has the sources it may send from; true when absent (N12). */
  readonly checksSources?: boolean;
  readonly allowEgressToLocalNode?: boolean;
  /** Addresses of a node that its Node object does not tell, such as those of a bridge or a tunnel. */
  readonly moreAddresses?: (node: string) => readonly Address[];
  /** Which of the nodes, by their number, are under attack. */
  readonly isStrained?: (index: number) => boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Nodes begin without any rules; `enforce` comes later. */
  readonly isLate?: boolean;
}

/** A pod that runs somewhere, and the link of its node that leads to it. */
interface Running {
  readonly key: string;
  readonly pod: Pod;
  readonly node: string;
}

/** The network of a cluster, the ruleset of each node compiled and in force. */
export class EnforcedNetwork {
  readonly network: Network;
  #cluster: Cluster;
  readonly #options: EnforcedOptions;
  readonly #links = new Map<string, string>();
  readonly #compilers = new Map<string, NodeCompiler>();
  #epoch = 0;
  #started = 0;

  /** Every node of the cluster needs an address; pods without a node or an address take no part. */
  constructor(cluster: Cluster, options: EnforcedOptions = {}) {
    this.#cluster = cluster;
    this.#options = options;
    const { nat = () => ({}), moreAddresses = () => [], isStrained = () => false } = options;
    this.network = new Network(
      [...cluster.nodes.values()].map(
        ({ name, addresses }, i) =>
          new NodeStack({
            name,
            addresses: [...addresses, ...moreAddresses(name)],
            ruleset: table([]),
            nat: nat(name),
            strained: isStrained(i),
          }),
      ),
    );
    for (const one of runningIn(cluster)) this.#start(one);
    if (!options.isLate) this.enforce();
  }

  /** The agents of all nodes start, or start again: everything is compiled anew. */
  enforce(): void {
    this.#epoch++;
    for (const name of this.#cluster.nodes.keys()) {
      const generation = this.#compilers.get(name)?.generation ?? 0;
      const start = { epoch: this.#epoch, generation };
      const compiler = new NodeCompiler(this.#optionsOf(name), start);
      compiler.load(this.#cluster);
      this.#compilers.set(name, compiler);
      this.network.node(name).apply(compiler.ruleset());
    }
  }

  /** Nodes hear DNS answers; without any, they look at their rules once more. */
  tell(answers: readonly DnsAnswer[]): void {
    this.#update({ ...changesBetween(this.#cluster, this.#cluster), answers });
  }

  /** Nodes have just what their rules say now: what has ended meanwhile is gone, as it is in a kernel. */
  enforceKnown(): void {
    for (const [name, compiler] of this.#compilers)
      this.network.node(name).apply(compiler.ruleset());
  }

  /** The cluster becomes another; connections stay as they are, new pods start before the rules know. */
  change(next: Cluster): void {
    const [before, after] = [runningIn(this.#cluster), runningIn(next)];
    for (const one of before) {
      if (!after.some((other) => isSame(one, other))) this.network.removePod(one.pod.addresses);
    }
    for (const one of after) {
      if (!before.some((other) => isSame(one, other))) this.#start(one);
    }
    const change = changesBetween(this.#cluster, next);
    this.#cluster = next;
    this.#update(change);
  }

  #update(change: ClusterChange): void {
    for (const [name, compiler] of this.#compilers) {
      if (compiler.update(change) !== undefined) this.network.node(name).apply(compiler.ruleset());
    }
  }

  #start({ key, pod, node }: Running): void {
    const link = `${POD_LINKS}${this.#started++}`;
    this.#links.set(key, link);
    this.network.addPod(pod.addresses, node, link);
  }

  #optionsOf(name: string): NodeOptions {
    const { podCidrs, allowEgressToLocalNode = false, checksSources = true } = this.#options;
    const own = runningIn(this.#cluster).filter(({ node }) => node === name);
    const addresses = own.flatMap(({ pod }) => pod.addresses);
    return {
      name,
      podCidrs:
        podCidrs?.(name) ??
        unionAddresses(addresses.map(({ family, value }) => addressRange(family, value, value))),
      ...(checksSources && { podLinks: POD_LINKS }),
      linkGroupOf: (key) => {
        const link = this.#links.get(key);
        return link === undefined ? undefined : linkGroup(link);
      },
      allowEgressToLocalNode,
      ...(this.#options.now !== undefined && { now: this.#options.now }),
    };
  }
}

function runningIn(cluster: Cluster): Running[] {
  return cluster.workloads.flatMap(({ namespace, pods }) =>
    pods.flatMap((pod) => {
      const { name, node, hostNetwork, addresses } = pod;
      const isRunning = !hostNetwork && name !== undefined && addresses.length > 0;
      return isRunning && node !== undefined ? [{ key: `${namespace}/${name}`, pod, node }] : [];
    }),
  );
}

function isSame(a: Running, b: Running): boolean {
  const addresses = ({ pod }: Running): string => pod.addresses.map(({ value }) => value).join();
  return a.key === b.key && a.node === b.node && addresses(a) === addresses(b);
}
