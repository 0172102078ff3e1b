import { ALL_PORTS, NO_PORTS, PROTOCOLS, isAllPorts, isNoPorts } from '../../model/port-set.ts';
import { hasPort, portSetKey, subtractPorts } from '../../model/port-set.ts';
import type { PortSet, Protocol } from '../../model/port-set.ts';
import { formatId } from '../ruleset/id-source.ts';
import type { IdSource } from '../ruleset/id-source.ts';
import { ACCEPTED, DENIED, SILENT } from '../ruleset/ruling-words.ts';
import { RULINGS, RULING_OTHERS } from '../ruleset/set-names.ts';

/** What the tiers around NetworkPolicy say of a pair: the ports that neither holds are left to NetworkPolicy. */
export class Ruling {
  readonly accept: PortSet;
  readonly deny: PortSet;
  /** How many elements lead to it. */
  uses = 0;
  /** The kernel's name for it; undefined while nothing there leads to it. One that is the same on all ports keeps its word. */
  id: number | undefined;
  readonly isUniform: boolean;

  constructor(accept: PortSet, deny: PortSet) {
    this.accept = accept;
    this.deny = deny;
    if (isAllPorts(deny)) this.id = DENIED;
    else if (isAllPorts(accept)) this.id = ACCEPTED;
    else if (isNoPorts(accept) && isNoPorts(deny)) this.id = SILENT;
    this.isUniform = this.id !== undefined;
  }

  /** The id as nft writes it. */
  get text(): string {
    return formatId(this.id!);
  }
}

/** Whether `next` lets anything through, or leaves it to NetworkPolicy, more than `before` did. */
export function isWider(next: Ruling, before: Ruling): boolean {
  return (
    !isNoPorts(subtractPorts(next.accept, before.accept)) ||
    !isNoPorts(subtractPorts(before.deny, next.deny))
  );
}

/** Every ruling that occurs, each kept once. */
export class RulingTable {
  readonly silent: Ruling;
  readonly #byKey = new Map<string, Ruling>();
  readonly #ids: IdSource;
  readonly #fresh = new Set<Ruling>();
  readonly #idle = new Set<Ruling>();

  constructor(ids: IdSource) {
    this.#ids = ids;
    this.silent = this.intern(NO_PORTS, NO_PORTS);
    this.intern(ALL_PORTS, NO_PORTS);
    this.intern(NO_PORTS, ALL_PORTS);
  }

  intern(accept: PortSet, deny: PortSet): Ruling {
    const key = `${portSetKey(accept)} ${portSetKey(deny)}`;
    let ruling = this.#byKey.get(key);
    if (ruling === undefined) this.#byKey.set(key, (ruling = new Ruling(accept, deny)));
    return ruling;
  }

  /** Counts an element that leads to it, and names it when it has no name. */
  use(ruling: Ruling): Ruling {
    if (ruling.uses++ === 0 && ruling.id === undefined) {
      do ruling.id = this.#ids.take();
      while (ruling.id === SILENT);
      this.#fresh.add(ruling);
    }
    return ruling;
  }

  unuse(ruling: Ruling): void {
    if (--ruling.uses === 0 && !ruling.isUniform) this.#idle.add(ruling);
  }

  /** The rulings named since the last call, and those nobody uses any more, which lose their names. */
  settle(): { readonly added: Ruling[]; readonly dropped: { ruling: Ruling; id: number }[] } {
    const added = [...this.#fresh];
    const dropped: { ruling: Ruling; id: number }[] = [];
    for (const ruling of this.#idle) {
      if (ruling.uses > 0) continue;
      dropped.push({ ruling, id: ruling.id! });
      ruling.id = undefined;
    }
    this.#fresh.clear();
    this.#idle.clear();
    return { added, dropped };
  }

  /** The rulings the kernel knows by elements. */
  *named(): Generator<Ruling> {
    for (const ruling of this.#byKey.values())
      if (ruling.uses > 0 && !ruling.isUniform) yield ruling;
  }
}

const NFT_NAMES: Readonly<Record<Protocol, string>> = { TCP: 'tcp', UDP: 'udp', SCTP: 'sctp' };

/** Told of each element that spells a ruling out, and the map it belongs to. */
type VisitRuling = (map: string, key: string, value: string) => void;

/**
 * Visits what spells a ruling out: each port of the three protocols is in one range, so that what is not found
 * is not there yet, and denied. Port 0, which nobody can name, goes with port 1.
 */
export function eachRulingElement(ruling: Ruling, id: number, visit: VisitRuling): void {
  for (const protocol of PROTOCOLS) {
    for (const [low, high] of rangesOf(ruling, protocol)) {
      const key = `${formatId(id)} . ${NFT_NAMES[protocol]} . ${low === 1 ? 0 : low}-${high}`;
      visit(RULINGS, key, formatId(saidOf(ruling, protocol, low)));
    }
  }
  visit(RULING_OTHERS, formatId(id), formatId(saidOf(ruling, 'other', 0)));
}

function saidOf({ accept, deny }: Ruling, protocol: Protocol | 'other', port: number): number {
  if (hasPort(deny, protocol, port)) return DENIED;
  return hasPort(accept, protocol, port) ? ACCEPTED : SILENT;
}

/** All ports of a protocol, cut where what is said of them changes. */
function rangesOf({ accept, deny }: Ruling, protocol: Protocol): [low: number, high: number][] {
  const cuts = new Set([1]);
  for (const bounds of [accept[protocol], deny[protocol]]) {
    for (let i = 0; i < bounds.length; i += 2) cuts.add(bounds[i]!).add(bounds[i + 1]! + 1);
  }
  cuts.delete(65_536);
  const lows = [...cuts].sort((a, b) => a - b);
  return lows.map((low, i) => [low, (lows[i + 1] ?? 65_536) - 1]);
}
