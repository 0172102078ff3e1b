import { Enforcer } from '../../src/agent/enforcer.ts';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import { standsOf } from '../../src/lab/questions/stands.ts';
import { serviceRuleset } from '../../src/lab/services/ruleset.ts';
import type { Attempt, Outcome, Stand } from '../../src/lab/sockets/attempt.ts';
import { openStream } from '../../src/lab/sockets/stream.ts';
import type { Stream, StreamMode } from '../../src/lab/sockets/stream.ts';
import { labCluster, podCidrsOf } from '../../src/lab/state/cluster.ts';
import type { LabCluster } from '../../src/lab/state/cluster.ts';
import { POD_LINKS } from '../../src/lab/state/names.ts';
import type { LabPod } from '../../src/lab/state/pods.ts';
import type { Address, Family } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { openSmallLab } from './small-lab.ts';
import type { SmallLab } from './small-lab.ts';

/** What is tried; words instead of addresses. */
export type Try = Omit<Attempt, 'to' | 'from'> & { readonly family?: Family };

export interface EnforcedLabOptions {
  /** Whether policies are in force at once; else when {@link EnforcedLab.enforce} is called. */
  readonly enforced?: boolean;
  /** Adds to each concrete cluster what manifests cannot say. */
  readonly alter?: (lab: LabCluster) => Cluster;
}

/** Nodes and pods whose policies are enforced, and Services led, as in a lab. */
export class EnforcedLab {
  readonly net: SmallLab;
  #lab: LabCluster;
  #enforcers = new Map<string, Enforcer>();

  readonly #alter: (lab: LabCluster) => Cluster;

  private constructor(net: SmallLab, alter: (lab: LabCluster) => Cluster) {
    this.net = net;
    this.#alter = alter;
    this.#lab = this.#altered(net.lab);
  }

  #altered(lab: LabCluster): LabCluster {
    return { ...lab, cluster: this.#alter(lab) };
  }

  static async open(cluster: Cluster, options: EnforcedLabOptions = {}): Promise<EnforcedLab> {
    const { enforced = true, alter = (own) => own.cluster } = options;
    const lab = new EnforcedLab(await openSmallLab(cluster), alter);
    try {
      await lab.#serve();
      if (enforced) await lab.enforce();
      return lab;
    } catch (error) {
      await lab.close();
      throw error;
    }
  }

  /** Brings the policies into force, as an agent that begins. */
  async enforce(): Promise<void> {
    const { cluster, nodes } = this.#lab;
    for (const one of nodes) {
      const { name } = one.node;
      const podCidrs = podCidrsOf(this.#lab, one);
      const linkGroupOf = (key: string): number | undefined =>
        this.#lab.pods.find((one) => one.key === key)?.linkGroup;
      const options = { name, podCidrs, podLinks: POD_LINKS, linkGroupOf };
      const enforcer = new Enforcer(options, this.net.nft.get(name)!);
      this.#enforcers.set(name, enforcer);
      await enforcer.start(cluster);
    }
  }

  /** Ends what brings policies into force, and begins it again over the rules that it left. */
  async restart(): Promise<void> {
    for (const enforcer of this.#enforcers.values()) await enforcer.close();
    await this.enforce();
  }

  /** The concrete cluster as it is now. */
  get cluster(): LabCluster {
    return this.#lab;
  }

  /** Brings another cluster of the same pods into force; resolves when it is on every node. */
  async become(next: Cluster): Promise<void> {
    await this.tell(next);
    await this.#serve();
  }

  /** As {@link become}, without the Services: what is measured is the policy alone. */
  async tell(next: Cluster): Promise<void> {
    const before = this.#lab;
    this.#lab = this.#altered(labCluster(next, { kept: before.kept }));
    const change = changesBetween(before.cluster, this.#lab.cluster);
    await Promise.all([...this.#enforcers.values()].map((one) => one.update(change)));
  }

  #served: Cluster | undefined;

  async #serve(): Promise<void> {
    const { cluster } = this.#lab;
    for (const [node, nft] of this.net.nft) {
      const text = serviceRuleset(cluster, node, this.#served);
      if (text !== '') await nft.run(text);
    }
    this.#served = cluster;
  }

  pod(key: string): LabPod {
    const found = this.#lab.pods.find((one) => one.key === key);
    if (found === undefined) throw new RangeError(`there is no pod \`${key}\``);
    return found;
  }

  /** Where a pod, a node (`node/n1`) or the outside lives. */
  netns(id: string): string {
    if (id === 'outside') return this.net.network.outsidePath();
    if (id.startsWith('node/')) return this.net.network.nodePath(id.slice('node/'.length));
    return this.net.network.podPath(this.pod(id));
  }

  /** The address of a pod, of a node, of a Service (`svc/x/web`), or a text that is one. */
  address(id: string, family: Family = 4): Address {
    const { cluster, nodes } = this.#lab;
    const [kind, ...rest] = id.split('/');
    const name = rest.at(-1)!;
    const own =
      kind === 'node'
        ? nodes.find(({ node }) => node.name === name)!.node.addresses
        : kind === 'svc'
          ? cluster.services.find((one) => `${one.namespace}/${one.name}` === rest.join('/'))!
              .addresses
          : this.pod(id).pod.addresses;
    return own.find((one) => one.family === family)!;
  }

  /** Tries one connection; `to` as {@link address} takes it, or an address. */
  async try(from: string, to: string | Address, attempt: Try): Promise<Outcome> {
    const { family = 4, ...rest } = attempt;
    const target = typeof to === 'string' ? this.address(to, family) : to;
    const [outcome] = await this.net.traffic.probe([{ ...rest, from, to: target }], {
      patienceMs: 400,
    });
    return outcome!;
  }

  /** Whether it passes, over each family and each of the protocols; those that differ are named. */
  async passes(
    from: string,
    to: string,
    ports: readonly { readonly protocol: Attempt['protocol']; readonly port?: number }[],
  ): Promise<string[]> {
    const tries = ([4, 6] as const).flatMap((family) =>
      ports.map(({ protocol, port = 0 }) => ({ protocol, port, family })),
    );
    const outcomes = await this.net.traffic.probe(
      tries.map(({ family, protocol, port }) => ({
        from,
        to: this.address(to, family),
        protocol,
        port,
      })),
      { patienceMs: 400 },
    );
    return tries.flatMap(({ protocol, port, family }, i) =>
      outcomes[i]!.reached ? [`${protocol}/${port} over IPv${family}`] : [],
    );
  }

  /** A stream between two of {@link netns}, to the server's own address. */
  stream(
    client: string,
    server: string,
    mode: StreamMode,
    { family = 4, port = 7000 }: { readonly family?: Family; readonly port?: number } = {},
  ): Promise<Stream> {
    return openStream({
      mode,
      client: this.netns(client),
      server: this.netns(server),
      address: this.address(server, family),
      port,
    });
  }

  /** The stand of a pod as the lab would have it now. */
  stand(key: string): Stand {
    return standsOf(this.#lab, this.net.network).find(({ id }) => id === key)!;
  }

  async close(): Promise<void> {
    for (const enforcer of this.#enforcers.values()) await enforcer.close();
    await this.net.close();
  }
}
