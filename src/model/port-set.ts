/** The protocols a NetworkPolicy can name. */
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** The lowest and highest port a connection can have. */
export const LOWEST_PORT = 1;
export const HIGHEST_PORT = 65_535;

/** Inclusive bounds, ascending, neither touching nor overlapping: `[low, high, low, high, …]`. */
export type PortBounds = readonly number[];

/**
 * An exact set of (protocol, port) pairs. `other` stands for all traffic that is none of the three
 * protocols (ICMP and the rest), which has no ports (semantics P17).
 */
export interface PortSet {
  readonly TCP: PortBounds;
  readonly UDP: PortBounds;
  readonly SCTP: PortBounds;
  readonly other: boolean;
}

const EVERY: PortBounds = [LOWEST_PORT, HIGHEST_PORT];

export const NO_PORTS: PortSet = { TCP: [], UDP: [], SCTP: [], other: false };
export const ALL_PORTS: PortSet = { TCP: EVERY, UDP: EVERY, SCTP: EVERY, other: true };

/** The ports from `low` to `high`, both included, of one protocol. */
export function portRange(protocol: Protocol, low: number, high: number): PortSet {
  return { ...NO_PORTS, [protocol]: [low, high] };
}

/** Every port of one protocol. */
export function allPortsOf(protocol: Protocol): PortSet {
  return { ...NO_PORTS, [protocol]: EVERY };
}

export function unionPorts(a: PortSet, b: PortSet): PortSet {
  return {
    TCP: unionBounds(a.TCP, b.TCP),
    UDP: unionBounds(a.UDP, b.UDP),
    SCTP: unionBounds(a.SCTP, b.SCTP),
    other: a.other || b.other,
  };
}

export function intersectPorts(a: PortSet, b: PortSet): PortSet {
  return {
    TCP: intersectBounds(a.TCP, b.TCP),
    UDP: intersectBounds(a.UDP, b.UDP),
    SCTP: intersectBounds(a.SCTP, b.SCTP),
    other: a.other && b.other,
  };
}

export function subtractPorts(a: PortSet, b: PortSet): PortSet {
  return {
    TCP: intersectBounds(a.TCP, complement(b.TCP)),
    UDP: intersectBounds(a.UDP, complement(b.UDP)),
    SCTP: intersectBounds(a.SCTP, complement(b.SCTP)),
    other: a.other && !b.other,
  };
}

function unionBounds(a: PortBounds, b: PortBounds): PortBounds {
  if (a.length === 0 || a === b) return b;
  if (b.length === 0) return a;
  const bounds: number[] = [];
  let i = 0;
  let k = 0;
  while (i < a.length || k < b.length) {
    const fromA = k >= b.length || (i < a.length && a[i]! <= b[k]!);
    const low = fromA ? a[i]! : b[k]!;
    const high = fromA ? a[i + 1]! : b[k + 1]!;
    if (fromA) i += 2;
    else k += 2;
    const last = bounds.length - 1;
    if (last > 0 && low <= bounds[last]! + 1) bounds[last] = Math.max(bounds[last]!, high);
    else bounds.push(low, high);
  }
  return bounds;
}

function intersectBounds(a: PortBounds, b: PortBounds): PortBounds {
  if (a.length === 0 || b.length === 0) return [];
  if (a === b) return a;
  const bounds: number[] = [];
  for (let i = 0, k = 0; i < a.length && k < b.length;) {
    const low = Math.max(a[i]!, b[k]!);
    const high = Math.min(a[i + 1]!, b[k + 1]!);
    if (low <= high) bounds.push(low, high);
    if (a[i + 1]! < b[k + 1]!) i += 2;
    else k += 2;
  }
  return bounds;
}

function complement(a: PortBounds): PortBounds {
  const bounds: number[] = [];
  let low = LOWEST_PORT;
  for (let i = 0; i < a.length; i += 2) {
    if (a[i]! > low) bounds.push(low, a[i]! - 1);
    low = a[i + 1]! + 1;
  }
  if (low <= HIGHEST_PORT) bounds.push(low, HIGHEST_PORT);
  return bounds;
}

export function hasPort(set: PortSet, protocol: Protocol | 'other', port: number): boolean {
  if (protocol === 'other') return set.other;
  const bounds = set[protocol];
  for (let i = 0; i < bounds.length; i += 2) {
    if (port < bounds[i]!) return false;
    if (port <= bounds[i + 1]!) return true;
  }
  return false;
}

export function isNoPorts(set: PortSet): boolean {
  return !set.other && set.TCP.length === 0 && set.UDP.length === 0 && set.SCTP.length === 0;
}

export function isAllPorts(set: PortSet): boolean {
  return set.other && PROTOCOLS.every((protocol) => isEvery(set[protocol]));
}

export function samePorts(a: PortSet, b: PortSet): boolean {
  return a.other === b.other && PROTOCOLS.every((protocol) => sameBounds(a[protocol], b[protocol]));
}

function sameBounds(a: PortBounds, b: PortBounds): boolean {
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}

/** Whether the bounds hold every port there is. */
export function isEvery(bounds: PortBounds): boolean {
  return bounds.length === 2 && bounds[0] === LOWEST_PORT && bounds[1] === HIGHEST_PORT;
}

/** A text equal for equal sets and different for different ones. */
export function portSetKey(set: PortSet): string {
  return `${set.TCP.join()}/${set.UDP.join()}/${set.SCTP.join()}/${set.other ? 1 : 0}`;
}

/** The ports as people write them: `TCP 80, 443; UDP 53`, `all ports`, `no ports`. */
export function formatPorts(set: PortSet): string {
  if (isAllPorts(set)) return 'all ports';
  const parts: string[] = [];
  for (const protocol of PROTOCOLS) {
    const bounds = set[protocol];
    if (bounds.length === 0) continue;
    if (isEvery(bounds)) {
      parts.push(`all ${protocol}`);
      continue;
    }
    const ranges: string[] = [];
    for (let i = 0; i < bounds.length; i += 2) {
      ranges.push(bounds[i] === bounds[i + 1] ? `${bounds[i]}` : `${bounds[i]}-${bounds[i + 1]}`);
    }
    parts.push(`${protocol} ${ranges.join(', ')}`);
  }
  if (set.other) parts.push('other protocols');
  return parts.length === 0 ? 'no ports' : parts.join('; ');
}
