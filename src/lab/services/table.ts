import { createHash } from 'node:crypto';
import { FAMILIES, formatAddress } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Service, ServicePort } from '../../model/service.ts';
import { backendsOf } from './backends.ts';
import type { Backend } from './backends.ts';

/** The part of a node's table of Services that depends on the cluster. */
export interface ServiceTable {
  /** Name → rules. */
  readonly chains: ReadonlyMap<string, readonly string[]>;
  /** Set or map → the texts of its elements by their keys. */
  readonly elements: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export const EMPTY_TABLE: ServiceTable = { chains: new Map(), elements: new Map() };

/** As kube-proxy's: packets that came to a node port; only the first of a connection carries it. */
export const FROM_NODE_PORT = '0x4000';

/** nft's word for each family's addresses. */
export const IP: Readonly<Record<Family, string>> = { 4: 'ip', 6: 'ip6' };

/** What the Services of a cluster are on one of its nodes. */
export function serviceTable(cluster: Cluster, node: string): ServiceTable {
  return new Table(cluster, node);
}

/** What the model does not read yet; absent it is `Cluster`, the API's default. */
type Exposed = Service & { readonly externalTrafficPolicy?: 'Cluster' | 'Local' };

class Table implements ServiceTable {
  readonly chains = new Map<string, readonly string[]>();
  /** Of two that want one key, the first has it. */
  readonly elements = new Map<string, Map<string, string>>();
  readonly #cluster: Cluster;
  readonly #node: string;

  constructor(cluster: Cluster, node: string) {
    this.#cluster = cluster;
    this.#node = node;
    for (const { pods } of cluster.workloads) {
      for (const pod of pods) {
        if (pod.hostNetwork) continue;
        for (const { family, value } of pod.addresses) {
          const text = formatAddress({ family, value });
          this.#add(`pods${family}`, text);
          if (pod.node !== node) continue;
          this.#add(`local_pods${family}`, text);
          this.#add(`hairpin${family}`, `${text} . ${text}`);
        }
      }
    }
    for (const service of cluster.services) this.#addService(service);
  }

  #add(collection: string, key: string, chain?: string): void {
    const own = this.elements.get(collection) ?? new Map<string, string>();
    this.elements.set(collection, own);
    if (!own.has(key)) own.set(key, chain === undefined ? key : `${key} : goto ${chain}`);
  }

  #addService(service: Exposed): void {
    if (service.headless || service.type === 'ExternalName') return;
    for (const address of service.addresses) {
      this.#add(`cluster_ips${address.family}`, formatAddress(address));
    }
    for (const port of service.ports) {
      const backends = backendsOf(this.#cluster, service, port);
      const name = chainName('port', service, port);
      if (backends.length > 0) this.chains.set(name, translations(port, backends));
      for (const { family, value } of service.addresses) {
        if (!backends.some(({ address }) => address.family === family)) continue;
        const key = `${formatAddress({ family, value })} . ${protocolWord(port)} . ${port.port}`;
        this.#add(`services${family}`, key, name);
      }
      if (port.nodePort !== undefined) this.#addNodePort(service, port, port.nodePort, backends);
    }
  }

  #addNodePort(
    service: Exposed,
    port: ServicePort,
    nodePort: number,
    backends: readonly Backend[],
  ): void {
    const key = `${protocolWord(port)} . ${nodePort}`;
    if (backends.length === 0) {
      this.#add('dead_node_ports', key);
      return;
    }
    const anywhere = [
      `meta mark set meta mark or ${FROM_NODE_PORT}`,
      `goto ${chainName('port', service, port)}`,
    ];
    const name = chainName('node-port', service, port);
    this.#add('node_ports', key, name);
    if (service.externalTrafficPolicy !== 'Local') {
      this.chains.set(name, anywhere);
      return;
    }
    const here = backends.filter(
      ({ pod, address }) => pod?.node === this.#node || this.#has(address),
    );
    const inner = chainName('inner', service, port);
    this.chains.set(inner, anywhere);
    this.chains.set(name, [
      // from inside the cluster it is as for `Cluster`
      `fib saddr type local goto ${inner}`,
      ...FAMILIES.map((family) => `${IP[family]} saddr @pods${family} goto ${inner}`),
      ...translations(port, here),
      'drop',
    ]);
  }

  /** Whether an address, which only an EndpointSlice names, is of this node or of a pod here. */
  #has(address: Address): boolean {
    const text = formatAddress(address);
    if (this.elements.get(`local_pods${address.family}`)?.has(text)) return true;
    const own = this.#cluster.nodes.get(this.#node)?.addresses ?? [];
    return own.some((one) => formatAddress(one) === text);
  }
}

/**
 * A rule for each endpoint, one after the other: of the two that are left each is taken in half of all cases,
 * and so on, as kube-proxy's iptables mode does. A map of numbers to endpoints would be one rule, but sets
 * of a rule that is exchanged are gone at once for packets that still run through it: 24 of 89,000
 * connections met the Service without its endpoints so, while these changed 1,500 times.
 */
function translations(port: ServicePort, backends: readonly Backend[]): string[] {
  return FAMILIES.flatMap((family) => {
    const targets = backends
      .filter(({ address }) => address.family === family)
      .map(({ address, port: own }) => {
        const host = formatAddress(address);
        return family === 4 ? `${host}:${own}` : `[${host}]:${own}`;
      });
    const unique = [...new Set(targets)];
    return unique.map((target, i) => {
      const left = unique.length - i;
      const chance = left === 1 ? '' : `numgen random mod ${left} 0 `;
      return `meta nfproto ipv${family} meta l4proto ${protocolWord(port)} ${chance}dnat ${IP[family]} to ${target}`;
    });
  });
}

function protocolWord({ protocol }: ServicePort): string {
  return protocol.toLowerCase();
}

/** nft's longest name of a chain, NFT_CHAIN_MAXNAMELEN, is far more; a comment could say no more either. */
const LONGEST_NAME = 100;

/** `port/shop/web/tcp/80`: nft takes slashes and dashes in names (nft(8), "Lexical conventions"). */
function chainName(kind: string, { namespace, name }: Service, port: ServicePort): string {
  const full = `${kind}/${namespace}/${name}/${protocolWord(port)}/${port.port}`;
  if (full.length <= LONGEST_NAME && /^[a-z][a-zA-Z0-9/_.-]*$/.test(full)) return full;
  return `${kind}/${createHash('sha256').update(full).digest('hex').slice(0, 40)}`;
}
