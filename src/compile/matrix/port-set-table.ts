import { portsOfRule } from '../../evaluate/verdict/match.ts';
import type { Rule } from '../../model/policy.ts';
import { ALL_PORTS, NO_PORTS, isEvery, portSetKey, unionPorts } from '../../model/port-set.ts';
import type { PortSet, Protocol } from '../../model/port-set.ts';
import { PROTOCOLS } from '../../model/port-set.ts';
import { formatId } from '../ruleset/id-source.ts';
import type { IdSource } from '../ruleset/id-source.ts';
import { PORTS, PORT_RANGES } from '../ruleset/set-names.ts';

/** One distinct set of ports. Equal sets are the same object, so `===` compares them. */
export class Ports {
  readonly set: PortSet;
  /** The place among all sets ever seen. */
  readonly number: number;
  /** How many rows lead to it: once for a default and once for each cell. */
  uses = 0;

  #id: number | undefined;
  #text = '';

  constructor(set: PortSet, number: number, id: number | undefined) {
    this.set = set;
    this.number = number;
    this.id = id;
  }

  /** The kernel's name for it; undefined while nothing there leads to it. */
  get id(): number | undefined {
    return this.#id;
  }

  set id(id: number | undefined) {
    this.#id = id;
    if (id !== undefined) this.#text = formatId(id);
  }

  /** The id as nft writes it; of a set that went out of use in this change, the one it had. */
  get text(): string {
    return this.#text;
  }
}

/**
 * How many sets that nobody uses keep their id, if they have ranges: to delete one takes the kernel a
 * millisecond, and a set means the same whoever uses it next.
 */
const IDLE_SETS = 256;

/** How many unions are remembered before all are forgotten. */
const MOST_UNIONS = 200_000;

/** Every set of ports that occurs, each kept once. */
export class PortSetTable {
  readonly nothing: Ports;
  readonly everything: Ports;
  readonly #byKey = new Map<string, Ports>();
  /** By the numbered ports of a rule as they are written. */
  readonly #byRule = new Map<string, Ports>();
  readonly #unions = new Map<number, Ports>();
  readonly #touched = new Set<Ports>();
  /** Sets that nobody uses but that still have their id, the longest unused first. */
  readonly #idle = new Set<Ports>();
  #surplus = 0;
  readonly #ids: IdSource;

  constructor(ids: IdSource) {
    this.#ids = ids;
    this.nothing = this.#add(NO_PORTS, 0);
    this.everything = this.#add(ALL_PORTS, 1);
  }

  /** The ports a rule opens on whoever serves no port name. */
  ofRule(rule: Rule): Ports {
    if (rule.ports === 'all') return this.everything;
    let key = '';
    for (const one of rule.ports) {
      if (one.kind === 'numbered') key += `${one.protocol}${one.low}-${one.high},`;
    }
    let ports = this.#byRule.get(key);
    if (ports === undefined) {
      ports = this.intern(portsOfRule(rule, []));
      this.#byRule.set(key, ports);
    }
    return ports;
  }

  intern(set: PortSet): Ports {
    return this.#byKey.get(portSetKey(set)) ?? this.#add(set, undefined);
  }

  union(a: Ports, b: Ports): Ports {
    if (a === b || b === this.nothing || a === this.everything) return a;
    if (a === this.nothing || b === this.everything) return b;
    const key =
      a.number < b.number ? a.number * 0x400_0000 + b.number : b.number * 0x400_0000 + a.number;
    let union = this.#unions.get(key);
    if (union === undefined) {
      if (this.#unions.size >= MOST_UNIONS) this.#unions.clear();
      union = this.intern(unionPorts(a.set, b.set));
      this.#unions.set(key, union);
    }
    return union;
  }

  /** Whether `b` opens all that `a` opens. */
  isWithin(a: Ports, b: Ports): boolean {
    return this.union(a, b) === b;
  }

  use(ports: Ports): void {
    if (ports.uses++ === 0) this.#touched.add(ports);
  }

  unuse(ports: Ports): void {
    if (--ports.uses === 0) this.#touched.add(ports);
  }

  /** Names the sets that came into use since the last call, and unnames some that nobody uses. */
  settle(): { added: Ports[]; dropped: { ports: Ports; id: number }[] } {
    const added: Ports[] = [];
    const dropped: { ports: Ports; id: number }[] = [];
    const drop = (ports: Ports): void => {
      dropped.push({ ports, id: ports.id! });
      ports.id = undefined;
    };
    for (const ports of this.#touched) {
      if (ports === this.nothing || ports === this.everything) continue;
      if (ports.uses === 0) {
        if (ports.id === undefined) continue;
        if (hasRanges(ports.set)) this.#idle.add(ports);
        else drop(ports);
        continue;
      }
      this.#idle.delete(ports);
      if (ports.id !== undefined) continue;
      ports.id = this.#ids.take();
      added.push(ports);
    }
    this.#touched.clear();
    let surplus = Math.max(this.#idle.size - IDLE_SETS, this.#surplus);
    this.#surplus = 0;
    for (const ports of this.#idle) {
      if (surplus-- <= 0) break;
      this.#idle.delete(ports);
      drop(ports);
    }
    return { added, dropped };
  }

  /** Whether there are sets that have an id and that nobody uses. */
  get hasIdle(): boolean {
    return this.#idle.size > 0;
  }

  /** Makes the next {@link settle} unname so many of the sets that nobody uses. */
  dropIdle(count: number): void {
    this.#surplus = count;
  }

  /** The sets the kernel knows by an id and by elements: all that have one but nothing and everything. */
  *named(): Generator<Ports> {
    for (const ports of this.#byKey.values()) {
      if (ports.id === undefined || ports === this.nothing || ports === this.everything) continue;
      yield ports;
    }
  }

  #add(set: PortSet, id: number | undefined): Ports {
    const ports = new Ports(set, this.#byKey.size, id);
    this.#byKey.set(portSetKey(set), ports);
    return ports;
  }
}

/** Whether elements of a set of ranges are needed to spell it out. */
function hasRanges(set: PortSet): boolean {
  return PROTOCOLS.some((protocol) =>
    set[protocol].some((bound, i) => i % 2 === 0 && bound !== set[protocol][i + 1]),
  );
}

const NFT_NAMES: Readonly<Record<Protocol, string>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' };

/** Told of each element that spells a port set out, and the set it belongs to. */
type VisitPorts = (set: string, element: string) => void;

/**
 * Visits what spells a port set out: `10:1 . tcp . 80` of set `ports`, and `10:1 . tcp . 80-90` of set
 * `port_ranges`, disjoint by themselves. Single ports are apart because a hash table finds them in half the
 * time, and because nft 1.0.6 cannot delete an element without any range from a set of ranges.
 */
export function eachPortElement({ TCP, UDP, SCTP }: PortSet, id: number, visit: VisitPorts): void {
  const bounds = { TCP, UDP, SCTP };
  for (const protocol of PROTOCOLS) {
    const own = bounds[protocol];
    const start = `${formatId(id)} . ${NFT_NAMES[protocol]} . `;
    // a rule for all of a protocol is for port 0 too, which nobody can name
    if (isEvery(own)) {
      visit(PORT_RANGES, `${start}0-65535`);
      continue;
    }
    for (let i = 0; i < own.length; i += 2) {
      const [low, high] = [own[i]!, own[i + 1]!];
      if (low === high) visit(PORTS, `${start}${low}`);
      else visit(PORT_RANGES, `${start}${low}-${high}`);
    }
  }
}
