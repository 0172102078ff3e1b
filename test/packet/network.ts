import type { Address } from '../../src/model/address.ts';
import type { NodeStack } from './node-stack.ts';
import type { Packet } from './packet.ts';

/** Who holds an address: a pod behind a link of a node, or a node; everyone else is outside. */
export type Holder =
  | { readonly kind: 'pod'; readonly node: string; readonly link: string }
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'outside' };

/** What became of a packet: who got it, or where it was dropped. */
export type Delivery =
  | {
      readonly arrived: true;
      readonly packet: Packet;
      readonly at: Holder;
      readonly trace: readonly string[];
    }
  | { readonly arrived: false; readonly trace: readonly string[] };

/** The link by which nodes and the outside reach each other. */
export const UNDERLAY = 'eth0';

/** The link by which a node reaches itself. */
const LOOPBACK = 'lo';

const OUTSIDE: Holder = { kind: 'outside' };

/** How many nodes a packet may cross before it is said to run in a circle. */
const MOST_HOPS = 4;

/** Nodes joined by an underlay that carries pods' packets with the addresses they have. */
export class Network {
  readonly #nodes = new Map<string, NodeStack>();
  readonly #holders = new Map<string, Holder>();

  constructor(nodes: Iterable<NodeStack>) {
    for (const node of nodes) {
      this.#nodes.set(node.name, node);
      for (const address of node.addresses) {
        this.#hold(address, { kind: 'node', node: node.name });
      }
    }
  }

  /** Starts a pod: its addresses are reached by a link of its node. */
  addPod(addresses: readonly Address[], node: string, link: string): Holder {
    const holder: Holder = { kind: 'pod', node, link };
    for (const address of addresses) this.#hold(address, holder);
    return holder;
  }

  /** Ends a pod: nobody has its addresses. */
  removePod(addresses: readonly Address[]): void {
    for (const { family, value } of addresses) this.#holders.delete(`${family} ${value}`);
  }

  node(name: string): NodeStack {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new RangeError(`there is no node \`${name}\``);
    return node;
  }

  /** Every node forgets its connections. */
  flush(): void {
    for (const { conntrack } of this.#nodes.values()) conntrack.flush();
  }

  /** Who holds an address. */
  holderOf({ family, value }: Address): Holder {
    return this.#holders.get(`${family} ${value}`) ?? OUTSIDE;
  }

  /** Sends a packet from where somebody is, whatever its source says, to whoever has its destination. */
  send(packet: Packet, from: Holder): Delivery {
    const trace: string[] = [];
    let current = packet;
    let at = from.kind === 'outside' ? this.#entry(current) : from;
    let link = from.kind === 'pod' ? from.link : UNDERLAY;
    for (let hop = 0; at.kind !== 'outside'; hop++) {
      if (hop > MOST_HOPS) throw new Error(`a packet runs in a circle: ${trace.join(', ')}`);
      const node = this.node(at.node);
      const isOwn = hop === 0 && from.kind === 'node';
      const passage = isOwn ? node.send(current) : node.receive(current, link);
      trace.push(...passage.trace);
      if (passage.fate === 'dropped') return { arrived: false, trace };
      current = passage.packet;
      const to = this.#entry(current);
      const stays = to.kind !== 'outside' && to.node === at.node;
      if (passage.fate === 'in' || (stays && to.kind === 'pod')) {
        return { arrived: true, packet: current, at: to, trace };
      }
      link = stays ? LOOPBACK : UNDERLAY;
      at = to;
    }
    return { arrived: true, packet: current, at: OUTSIDE, trace };
  }

  #entry({ family, destination }: Packet): Holder {
    return this.holderOf({ family, value: destination });
  }

  #hold({ family, value }: Address, holder: Holder): void {
    const key = `${family} ${value}`;
    if (this.#holders.has(key)) throw new Error(`two hold the address ${value}`);
    this.#holders.set(key, holder);
  }
}
