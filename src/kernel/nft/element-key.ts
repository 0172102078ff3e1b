import type { ElementType } from '../../compile/ruleset/ruleset.ts';
import { parseBlock } from '../../model/address-set.ts';
import { formatAddress, parseAddress } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';

/** One field of an element's key: the values it covers, both ends included. */
export interface Range {
  readonly low: bigint;
  readonly high: bigint;
}

/** A key: a range for each field; in a set without intervals each holds one value. */
export type Key = readonly Range[];

/** What nft calls address families: NFPROTO_IPV4 and NFPROTO_IPV6. */
export const FAMILIES: Readonly<Record<string, number>> = { ipv4: 2, ipv6: 10 };

/** What nft calls protocols, by their IANA numbers. */
export const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  'ipv6-icmp': 58,
  icmpv6: 58,
  sctp: 132,
};

/** Reads a key as nft does (`0:2 . tcp . 80-90`). Throws an Error that says which field is wrong. */
export function parseKey(text: string, types: readonly ElementType[]): Key {
  const fields = text.split(' . ').map((field) => field.trim());
  if (fields.length !== types.length) {
    throw new Error(`\`${text}\` has ${fields.length} fields where ${types.length} are due`);
  }
  return fields.map((field, i) => parseField(field, types[i]!));
}

/** The same for equal keys however they are written, and different for all others. */
export function keyText(key: Key): string {
  return key
    .map(({ low, high }) =>
      low === high ? low.toString(16) : `${low.toString(16)}-${high.toString(16)}`,
    )
    .join('.');
}

/** Whether the key covers exactly one value in each field. */
export function isSingle(key: Key): boolean {
  return key.every(({ low, high }) => low === high);
}

export function overlaps(a: Key, b: Key): boolean {
  return a.every(({ low, high }, i) => low <= b[i]!.high && b[i]!.low <= high);
}

function parseField(text: string, type: ElementType): Range {
  const range = parseRange(text, type);
  if (range === undefined || range.low > range.high) {
    throw new Error(`\`${text}\` is not of type ${type}`);
  }
  return range;
}

function parseRange(text: string, type: ElementType): Range | undefined {
  if (type === 'ifname') {
    const name = /^"?([^"\s]{1,15})"?$/.exec(text)?.[1];
    return name === undefined ? undefined : single(BigInt(`0x${hex(name)}`));
  }
  if (type === 'ipv4_addr' || type === 'ipv6_addr') {
    const block = parseBlock(text);
    const family = type === 'ipv4_addr' ? 4 : 6;
    if (block !== undefined) return block.family === family ? block : undefined;
  }
  const dash = text.indexOf('-', 1);
  const one = parseValue(text, type);
  if (one !== undefined || dash === -1) return one === undefined ? undefined : single(one);
  const low = parseValue(text.slice(0, dash), type);
  const high = parseValue(text.slice(dash + 1), type);
  return low === undefined || high === undefined ? undefined : { low, high };
}

function single(value: bigint): Range {
  return { low: value, high: value };
}

function hex(name: string): string {
  return Array.from(name, (sign) => sign.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

function parseValue(text: string, type: ElementType): bigint | undefined {
  switch (type) {
    case 'ipv4_addr':
      return addressValue(text, 4);
    case 'ipv6_addr':
      return addressValue(text, 6);
    case 'inet_proto':
      return PROTOCOLS[text] === undefined ? number(text, 255) : BigInt(PROTOCOLS[text]);
    case 'inet_service':
      return number(text, 65_535);
    case 'classid': {
      const parts = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text);
      if (parts === null) return undefined;
      return BigInt(Number.parseInt(parts[1]!, 16) * 65_536 + Number.parseInt(parts[2]!, 16));
    }
    case 'nf_proto':
      return FAMILIES[text] === undefined ? number(text, 255) : BigInt(FAMILIES[text]);
    case 'devgroup':
      return number(text, 0xffff_ffff);
    case 'ifname':
      return undefined;
    default:
      return type satisfies never;
  }
}

function addressValue(text: string, family: Family): bigint | undefined {
  const address = parseAddress(text);
  return address?.family === family ? address.value : undefined;
}

function number(text: string, highest: number): bigint | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= highest ? BigInt(text) : undefined;
}

/** A field as `nft -j` writes it. */
export function fieldJson({ low, high }: Range, type: ElementType): unknown {
  if (low === high) return valueJson(low, type);
  const family = type === 'ipv4_addr' ? 4 : type === 'ipv6_addr' ? 6 : undefined;
  if (family !== undefined) {
    const bits = family === 4 ? 32 : 128;
    const free = (high - low + 1n).toString(2).length - 1;
    const whole = 1n << BigInt(free);
    if (high - low + 1n === whole && low % whole === 0n) {
      return { prefix: { addr: formatAddress({ family, value: low }), len: bits - free } };
    }
  }
  return { range: [valueJson(low, type), valueJson(high, type)] };
}

function valueJson(value: bigint, type: ElementType): string | number {
  switch (type) {
    case 'ipv4_addr':
      return formatAddress({ family: 4, value });
    case 'ipv6_addr':
      return formatAddress({ family: 6, value });
    case 'inet_proto':
      return (
        Object.keys(PROTOCOLS).find((name) => PROTOCOLS[name] === Number(value)) ?? Number(value)
      );
    case 'nf_proto':
      return (
        Object.keys(FAMILIES).find((name) => FAMILIES[name] === Number(value)) ?? Number(value)
      );
    case 'inet_service':
    case 'devgroup':
      return Number(value);
    case 'classid':
      return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
    case 'ifname':
      return Buffer.from(value.toString(16), 'hex').toString('latin1');
    default:
      return type satisfies never;
  }
}
