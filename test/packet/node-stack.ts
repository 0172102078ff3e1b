import type { Hook, Ruleset } from '../../src/compile/ruleset/ruleset.ts';
import type { Address } from '../../src/model/address.ts';
import { ConntrackTable } from './conntrack.ts';
import type { Setting, Skb } from './field.ts';
import { restoreSource, rewriteDestination, rewriteSource } from './nat.ts';
import type { Nat } from './nat.ts';
import type { Packet } from './packet.ts';
import { Program } from './program.ts';
import { walk } from './walk.ts';

/** What became of a packet at a node: delivered to the node itself, sent on, or dropped by a rule. */
export type Passage =
  | { readonly fate: 'in' | 'out'; readonly packet: Packet; readonly trace: readonly string[] }
  | { readonly fate: 'dropped'; readonly hook: Hook; readonly trace: readonly string[] };

/**
 * Where conntrack and NAT stand among the chains of a hook (nft(8), "Priorities"; netfilter_ipv4.h).
 * Measured on Linux 6.18: at 95 of postrouting an answer still has the server's own address, and at 101
 * of input an answer to the node has the Service's again.
 */
const CONNTRACK = -200;
const DNAT = -100;
const SNAT = 100;

/** A rule that reads `meta priority` before it set it reads this. */
const STRANGE_PRIORITY = 0xdead_beefn;

/** How a node is made. */
export interface NodeStackOptions {
  readonly name: string;
  /** The addresses of the node itself. */
  readonly addresses: readonly Address[];
  readonly ruleset: Ruleset;
  readonly nat?: Nat;
  /** See {@link Program}. */
  readonly strained?: boolean;
}

/** The hooks of one node, its ruleset in force, and the connections it knows. */
export class NodeStack {
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly conntrack = new ConntrackTable();
  readonly #nat: Nat;
  readonly #strained: boolean;
  #program: Program;

  constructor({ name, addresses, ruleset, nat = {}, strained = false }: NodeStackOptions) {
    this.name = name;
    this.addresses = addresses;
    this.#nat = nat;
    this.#strained = strained;
    this.#program = new Program(ruleset, strained);
  }

  /** Puts another ruleset in force, as one transaction would; connections stay. */
  apply(ruleset: Ruleset): void {
    this.#program = new Program(ruleset, this.#strained);
  }

  /** How many packets were counted in a dynamic set since the ruleset came into force. */
  counted(set: string, key: bigint): number {
    return this.#program.counted(set, key);
  }

  isLocal(family: Address['family'], value: bigint): boolean {
    return this.addresses.some((one) => one.family === family && one.value === value);
  }

  /** A packet comes in by a link: to the node itself, or to be sent on. */
  receive(packet: Packet, link: string): Passage {
    const skb: Skb = { packet, link, priority: STRANGE_PRIORITY, tracking: undefined };
    const trace: string[] = [];
    const dropped =
      this.#chains('prerouting', skb, trace, -Infinity, CONNTRACK) ??
      this.#track(skb) ??
      this.#chains('prerouting', skb, trace, CONNTRACK, DNAT) ??
      this.#rewriteDestination(skb) ??
      this.#chains('prerouting', skb, trace, DNAT, Infinity);
    if (dropped !== undefined) return dropped;
    if (!this.isLocal(skb.packet.family, skb.packet.destination)) {
      return this.#chains('forward', skb, trace, -Infinity, Infinity) ?? this.#leave(skb, trace);
    }
    const refused =
      this.#chains('input', skb, trace, -Infinity, SNAT) ??
      this.#restoreSource(skb) ??
      this.#chains('input', skb, trace, SNAT, Infinity);
    if (refused !== undefined) return refused;
    this.#confirm(skb);
    return { fate: 'in', packet: skb.packet, trace };
  }

  /** The node itself sends a packet. */
  send(packet: Packet): Passage {
    const skb: Skb = { packet, link: undefined, priority: STRANGE_PRIORITY, tracking: undefined };
    const trace: string[] = [];
    return (
      this.#chains('output', skb, trace, -Infinity, CONNTRACK) ??
      this.#track(skb) ??
      this.#chains('output', skb, trace, CONNTRACK, DNAT) ??
      this.#rewriteDestination(skb) ??
      this.#chains('output', skb, trace, DNAT, Infinity) ??
      this.#leave(skb, trace)
    );
  }

  #leave(skb: Skb, trace: string[]): Passage {
    const dropped = this.#chains('postrouting', skb, trace, -Infinity, SNAT);
    if (dropped !== undefined) return dropped;
    skb.packet = rewriteSource(skb.packet, skb.tracking!, this.#nat);
    const late = this.#chains('postrouting', skb, trace, SNAT, Infinity);
    if (late !== undefined) return late;
    this.#confirm(skb);
    return { fate: 'out', packet: skb.packet, trace };
  }

  /** Runs the chains of a hook between two priorities; the passage if one of them drops. */
  #chains(
    hook: Hook,
    skb: Skb,
    trace: string[],
    after: number,
    before: number,
  ): Passage | undefined {
    for (const chain of this.#program.at(hook)) {
      if ([CONNTRACK, DNAT, SNAT].includes(chain.priority)) {
        throw new Error(`${chain.name} has the priority of conntrack or NAT`);
      }
      if (chain.priority < after || chain.priority > before) continue;
      const setting: Setting = { hook, isLocal: (family, value) => this.isLocal(family, value) };
      const { verdict, trace: own } = walk(chain, skb, setting);
      trace.push(...own.map((line) => `${this.name} ${hook} ${line}`));
      if (verdict === 'drop') return { fate: 'dropped', hook, trace };
    }
    return undefined;
  }

  #track(skb: Skb): undefined {
    skb.tracking = this.conntrack.track(skb.packet);
  }

  #rewriteDestination(skb: Skb): undefined {
    skb.packet = rewriteDestination(skb.packet, skb.tracking!, this.#nat);
  }

  #restoreSource(skb: Skb): undefined {
    skb.packet = restoreSource(skb.packet, skb.tracking!);
  }

  #confirm({ tracking }: Skb): void {
    if (tracking !== undefined && 'entry' in tracking) this.conntrack.confirm(tracking.entry);
  }
}
