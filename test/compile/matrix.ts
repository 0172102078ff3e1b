import type { Family } from '../../src/model/address.ts';
import type { Direction } from '../../src/model/policy.ts';
import { NO_PORTS, subtractPorts, unionPorts } from '../../src/model/port-set.ts';
import { addressValue } from './kernel-model.ts';
import type { Sets } from './kernel-model.ts';
import { portSetOf, rulingOf, textOf } from './tier-matrix.ts';
import type { TierView } from './tier-matrix.ts';

/** What an address lets through for a peer: its ports as text, or all of them, or nothing. */
export type Verdict = string;

export const ALL = '0:1';
export const NOTHING = '0:0';

/** In which state each lookup of one packet finds the set it looks in, in the order of the rules. */
export interface View {
  /** Whether the rules it met ask the tiers at all; if they do not, they look last whether they should have. */
  readonly asks: boolean;
  readonly tiered: Sets;
  /** The tiers around NetworkPolicy, before it and after it. */
  readonly first: TierView;
  readonly last: TierView;
  readonly known: Sets;
  readonly isolated: Sets;
  readonly peers: Sets;
  readonly blocks: Sets;
  readonly cells: Sets;
  readonly fallback: Sets;
  readonly ports: Sets;
}

/** A packet that sees one state only. */
export function still(sets: Sets): View {
  const tiers = { tiers: sets, ruled: sets, intervals: sets };
  return {
    asks: asksTiers(sets),
    tiered: sets,
    first: tiers,
    last: tiers,
    known: sets,
    isolated: sets,
    peers: sets,
    blocks: sets,
    cells: sets,
    fallback: sets,
    ports: sets,
  };
}

/** Whether the rules that come with a state of the sets ask the tiers. */
export function asksTiers(sets: Sets): boolean {
  return sets.get('tiered')!.elements.size > 0;
}

/** What the rules say of a peer at an address of the node: nothing passes when the address is not known. */
export function verdictOf(
  view: View,
  direction: Direction,
  family: Family,
  subject: string,
  peer: string,
): Verdict {
  const question = [direction, family, subject, peer] as const;
  if (!view.asks && asksTiers(view.tiered)) return NOTHING;
  const first = view.asks ? rulingOf(view.first, ...question) : undefined;
  const last = view.asks ? rulingOf(view.last, ...question) : undefined;
  const isOpen = first !== undefined || view.known.get(`known${family}`)!.elements.has(subject);
  const granted = isOpen ? policyVerdictOf(view, ...question) : NOTHING;
  if (first === undefined && last === undefined) return granted;
  const passed = unionPorts(
    first?.accept ?? NO_PORTS,
    subtractPorts(portSetOf(granted), first?.deny ?? NO_PORTS),
  );
  return textOf(subtractPorts(passed, last?.deny ?? NO_PORTS));
}

/** What NetworkPolicy says. */
function policyVerdictOf(
  view: View,
  direction: Direction,
  family: Family,
  subject: string,
  peer: string,
): Verdict {
  const short = direction === 'ingress' ? 'in' : 'eg';
  const pods = `${short}_pods${family}`;
  if (!view.isolated.get(pods)!.elements.has(subject)) return ALL;
  const own = view.peers.get(`peers${family}`)!.elements.get(peer);
  const peerClass = own ?? blockOf(view.blocks, family, peer);
  if (peerClass === undefined) return NOTHING;
  const cell = view.cells.get(`${short}_cells${family}`)!.elements.get(`${peerClass} . ${subject}`);
  const id = cell ?? view.fallback.get(pods)!.elements.get(subject);
  if (id === undefined) return NOTHING;
  return id === ALL ? ALL : portsOf(view.ports, id);
}

const spans = new WeakMap<object, (readonly [bigint, bigint, string])[]>();

function blockOf(sets: Sets, family: Family, peer: string): string | undefined {
  const { elements } = sets.get(`blocks${family}`)!;
  let list = spans.get(elements);
  if (list === undefined) {
    list = [...elements].map(([key, value]) => {
      const [low, high = low] = key.split(' . ')[0]!.split('-');
      return [addressValue(low!), addressValue(high!), value];
    });
    spans.set(elements, list);
  }
  const value = addressValue(peer);
  return list.find(([low, high]) => low <= value && value <= high)?.[2];
}

const portTexts = new WeakMap<object, Map<string, string[]>>();

function portsOf(sets: Sets, id: string): Verdict {
  const { elements } = sets.get('ports')!;
  const ranges = sets.get('port_ranges')!.elements;
  let byId = portTexts.get(elements);
  if (byId === undefined) {
    byId = new Map();
    for (const key of [...elements.keys(), ...ranges.keys()]) {
      const [own, protocol, port] = key.split(' . ');
      byId.set(own!, [...(byId.get(own!) ?? []), `${protocol}/${port}`]);
    }
    portTexts.set(elements, byId);
  }
  const ports = [...(byId.get(id) ?? [])];
  if (sets.get('others')!.elements.has(id)) ports.push('other');
  return ports.length === 0 ? NOTHING : [...new Set(ports)].sort().join();
}

/** Whether all that `a` lets through is let through by one of `others`. */
export function isWithin(a: Verdict, ...others: readonly Verdict[]): boolean {
  if (a === NOTHING || others.includes(ALL) || others.includes(a)) return true;
  if (a === ALL) return false;
  const whole = others.flatMap((other) => rangesOf(other));
  return rangesOf(a).every(([protocol, low, high]) => {
    for (let port = low; port <= high; port++) {
      const found = whole.find(([own, from, to]) => own === protocol && from <= port && port <= to);
      if (found === undefined) return false;
      port = found[2];
    }
    return true;
  });
}

function rangesOf(verdict: Verdict): [protocol: string, low: number, high: number][] {
  if (verdict === NOTHING) return [];
  return verdict.split(',').map((text) => {
    const [protocol, ports = '0'] = text.split('/');
    const [low, high = low] = ports.split('-');
    return [protocol!, Number(low), Number(high)];
  });
}
