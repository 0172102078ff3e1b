import type { ElementType, Field } from '../../src/compile/ruleset/ruleset.ts';
import { parseAddress, parseV6, bits } from '../../src/model/address.ts';
import type { Family } from '../../src/model/address.ts';

/** What a field or a part of a key holds; beyond those of sets, the ones only rules compare. */
export type ValueType =
  | ElementType
  | 'icmpv6_type'
  | 'tcp_flag'
  | 'fib_addrtype'
  | 'ct_state'
  | 'ct_dir'
  | 'mark';

/** The values from `low` to `high`, both included, as the numbers the kernel compares. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** The type of what each field loads (nft(8), "Payload expressions", "Meta", "Conntrack", "Fib"). */
export const TYPES: Readonly<Record<Field, ValueType>> = {
  'meta nfproto': 'nf_proto',
  'meta l4proto': 'inet_proto',
  'meta priority': 'classid',
  iifname: 'ifname',
  iifgroup: 'devgroup',
  'ip saddr': 'ipv4_addr',
  'ip daddr': 'ipv4_addr',
  'ip6 saddr': 'ipv6_addr',
  'ip6 daddr': 'ipv6_addr',
  'icmpv6 type': 'icmpv6_type',
  'tcp flags': 'tcp_flag',
  'fib saddr type': 'fib_addrtype',
  'ct state': 'ct_state',
  'ct direction': 'ct_dir',
  'ct mark': 'mark',
  'ct original ip saddr': 'ipv4_addr',
  'ct original ip6 saddr': 'ipv6_addr',
  'ct reply ip saddr': 'ipv4_addr',
  'ct reply ip6 saddr': 'ipv6_addr',
  'ct reply proto-src': 'inet_service',
};

/** Names nft gives to numbers, by type; the states and flags are bits. */
const NAMES: Readonly<Partial<Record<ValueType, Readonly<Record<string, bigint>>>>> = {
  inet_proto: { icmp: 1n, tcp: 6n, udp: 17n, 'ipv6-icmp': 58n, sctp: 132n },
  nf_proto: { ipv4: 2n, ipv6: 10n },
  ct_state: { invalid: 1n, established: 2n, related: 4n, new: 8n, untracked: 64n },
  ct_dir: { original: 0n, reply: 1n },
  tcp_flag: { fin: 1n, syn: 2n, rst: 4n, psh: 8n, ack: 16n, urg: 32n, ecn: 64n, cwr: 128n },
  fib_addrtype: { unicast: 1n, local: 2n, broadcast: 3n, anycast: 4n, multicast: 5n },
};

/** The number a name stands for: `numberOf('ct_state', 'new')`. Throws for a name that nft has not. */
export function numberOf(type: ValueType, name: string): bigint {
  const value = NAMES[type]?.[name];
  if (value === undefined) throw new SyntaxError(`\`${name}\` is no ${type}`);
  return value;
}

/** How many bits a value of each type has. */
const WIDTHS: Readonly<Record<ValueType, bigint>> = {
  ipv4_addr: 32n,
  ipv6_addr: 128n,
  inet_proto: 8n,
  inet_service: 16n,
  classid: 32n,
  ifname: 128n,
  devgroup: 32n,
  nf_proto: 8n,
  icmpv6_type: 8n,
  tcp_flag: 8n,
  fib_addrtype: 32n,
  ct_state: 32n,
  ct_dir: 8n,
  mark: 32n,
};

/**
 * Reads one value as nft does: a single one, a range `LOW-HIGH`, a block `ADDRESS/PREFIX`, or a link
 * name that ends in `*`. Throws for everything else, so that no new construct is taken for another.
 */
export function parseRange(type: ValueType, text: string): Range {
  const range = rangeOf(type, text);
  if (range.low > range.high) throw new SyntaxError(`\`${text}\` ends before it begins`);
  if (range.high >> WIDTHS[type] !== 0n) throw new SyntaxError(`\`${text}\` is too large: ${type}`);
  return range;
}

/** Reads the key of an element: a part for each type, joined by ` . `. */
export function parseKey(types: readonly ElementType[], text: string): Range[] {
  const parts = text.split(/\s+\.\s+/);
  if (parts.length !== types.length) {
    throw new SyntaxError(`\`${text}\` has ${parts.length} parts, its set ${types.length}`);
  }
  return parts.map((part, i) => parseRange(types[i]!, part));
}

function rangeOf(type: ValueType, text: string): Range {
  if (type === 'ifname') return linkNames(text);
  if (type === 'ipv4_addr' || type === 'ipv6_addr') {
    const family = type === 'ipv4_addr' ? 4 : 6;
    const block = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(text);
    if (block !== null) return blockOf(family, block[1]!, Number(block[2]));
    const [low, high = low, more] = text.split('-');
    if (more === undefined) return { low: address(family, low!), high: address(family, high!) };
  }
  const name = NAMES[type]?.[text];
  if (name !== undefined) return { low: name, high: name };
  const [low, high = low, more] = text.split('-');
  if (more !== undefined) throw new SyntaxError(`\`${text}\` is no ${type}`);
  return { low: number(type, low!), high: number(type, high!) };
}

/** A name as the kernel keeps it: 16 bytes, the rest zero; `slp-*` is every name that begins so. */
function linkNames(text: string): Range {
  const [, quoted, bare = quoted] = /^(?:"([^"]*)"|([A-Za-z0-9._-]+\*?))$/.exec(text) ?? [];
  const name = bare?.replace(/\*$/, '');
  if (bare === undefined || name === '' || name!.length > 15 || name!.includes('*')) {
    throw new SyntaxError(`\`${text}\` is no name of a link`);
  }
  let low = linkNumber(name!);
  if (bare === name) return { low, high: low };
  const open = BigInt(16 - name!.length) * 8n;
  low = (low >> open) << open;
  return { low, high: low | ((1n << open) - 1n) };
}

/** The number that stands for the name of a link, at most 15 ASCII characters. */
export function linkNumber(name: string): bigint {
  let value = 0n;
  for (let i = 0; i < 16; i++) {
    value = (value << 8n) | BigInt(i < name.length ? name.charCodeAt(i) : 0);
  }
  return value;
}

function blockOf(family: Family, text: string, prefix: number): Range {
  if (prefix > bits(family)) throw new SyntaxError(`/${prefix} is too long for \`${text}\``);
  const span = (1n << BigInt(bits(family) - prefix)) - 1n;
  const low = address(family, text);
  if ((low & span) !== 0n) throw new SyntaxError(`\`${text}/${prefix}\` has host bits`);
  return { low, high: low + span };
}

/** Unlike the reader of policies, nft takes an IPv4-mapped address for the IPv6 address it is. */
function address(family: Family, text: string): bigint {
  const four = text.includes(':') ? undefined : parseAddress(text)?.value;
  const value = family === 4 ? four : text.includes(':') ? parseV6(text) : undefined;
  if (value === undefined) throw new SyntaxError(`\`${text}\` is no IPv${family} address`);
  return value;
}

function number(type: ValueType, text: string): bigint {
  if (type === 'classid') {
    // two numbers of 16 bits in hex: a handle of traffic control (tc(8), "CLASSFUL QDISCS")
    const [, major, minor] = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text) ?? [];
    if (major !== undefined) return (BigInt(`0x${major}`) << 16n) | BigInt(`0x${minor}`);
  } else if (type === 'mark' && /^0x[0-9a-f]{1,8}$/.test(text)) {
    return BigInt(text);
  } else if (/^(?:0|[1-9][0-9]{0,9})$/.test(text)) return BigInt(text);
  throw new SyntaxError(`\`${text}\` is no ${type}`);
}
