import { dnsPodsOf, openDns } from '../dns/dns.ts';
import type { DnsOptions, DnsServer } from '../dns/dns.ts';
import type { Network } from '../network/network.ts';
import { standsOf } from '../questions/stands.ts';
import type { Stand } from '../sockets/attempt.ts';
import type { LabCluster } from '../state/cluster.ts';
import type { LabPod } from '../state/pods.ts';
import { openTraffic } from '../traffic/traffic.ts';
import type { Traffic } from '../traffic/traffic.ts';

/** Told of what a DNS answer says. */
export type Hear = NonNullable<DnsOptions['hear']>;

/** Everything in a lab that answers: the listeners of all pods, and the cluster's DNS. */
export class LabVoices {
  readonly traffic: Traffic;
  readonly #stands = new Map<string, Stand>();
  readonly #dns = new Map<string, DnsServer>();
  /** What could not be opened, by stand. */
  readonly #refused = new Map<string, readonly string[]>();

  readonly #hear: Hear;

  private constructor(traffic: Traffic, hear: Hear) {
    this.traffic = traffic;
    this.#hear = hear;
  }

  /** `hear` is told of each answer of the DNS before it is sent. */
  static async open(lab: LabCluster, network: Network, hear: Hear): Promise<LabVoices> {
    const voices = new LabVoices(await openTraffic([]), hear);
    voices.update(lab, network);
    return voices;
  }

  /** Opens and closes what is different now; who stays the same never notices. */
  update(lab: LabCluster, network: Network): void {
    const next = new Map(standsOf(lab, network).map((stand) => [stand.id, stand]));
    for (const [id, stand] of this.#stands) {
      if (!isAlike(stand, next.get(id))) this.#close(id);
    }
    for (const [id, stand] of next) {
      if (this.#stands.has(id)) continue;
      this.#stands.set(id, stand);
      this.#refused.set(id, this.traffic.add(stand));
    }
    this.#updateNames(lab, next);
  }

  #updateNames({ cluster }: LabCluster, stands: ReadonlyMap<string, Stand>): void {
    for (const { pod, port } of dnsPodsOf(cluster)) {
      const key = `${pod} ${port}`;
      const open = this.#dns.get(key);
      if (open === undefined)
        this.#dns.set(key, openDns(stands.get(pod)!, cluster, { port, hear: this.#hear }));
      else open.update(cluster);
    }
  }

  /** Closes everything of pods that are about to go. */
  silence(pods: readonly LabPod[]): void {
    for (const { key } of pods) this.#close(key);
  }

  #close(id: string): void {
    this.traffic.remove(id);
    for (const [key, server] of this.#dns) {
      if (!key.startsWith(`${id} `)) continue;
      server.close();
      this.#dns.delete(key);
    }
    this.#stands.delete(id);
    this.#refused.delete(id);
  }

  /** What should listen and does not, one sentence each. */
  get faults(): string[] {
    return [...this.#refused.values()].flat();
  }

  close(): void {
    for (const server of this.#dns.values()) server.close();
    this.traffic.close();
  }
}

function isAlike(a: Stand, b: Stand | undefined): boolean {
  return b !== undefined && textOf(a) === textOf(b);
}

function textOf(stand: Stand): string {
  return JSON.stringify(stand, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}
