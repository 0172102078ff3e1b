import { domains, endpoints } from '../../spec/spec.ts';
import { addressRange, parseBlock } from '../../src/model/address-set.ts';
import { FAMILIES, formatAddress, highest, parseAddress } from '../../src/model/address.ts';
import type { Family } from '../../src/model/address.ts';
import type { Question, World } from '../conformance/implementation.ts';
import { PROTOCOLS } from './vocabulary.ts';

/** Addresses that are in no block of the vocabulary, but for the largest. */
const ELSEWHERE: readonly string[] = ['198.51.100.7', '3fff::7'];

/** How many addresses a world is asked about at most: all pairs with them cost. */
const MOST_ADDRESSES = 8;

/**
 * Questions about every pair of ends of a world, itself included: pods, workloads, nodes, and the
 * addresses where blocks begin and end. Each pair is asked `perPair` of the interesting ports, others
 * from pair to pair, so that a world asks each of them often. Where rules name domains, they are asked for
 * as well, and what is above and below them.
 */
export function questionsOf(world: World, perPair: number): Question[] {
  const ids = endpoints(world);
  const ports = portsOf(world.objects);
  const ends = [...ids, ...addressesOf(world.objects)];
  const destinations = [...ends, ...domainsOf(world)];
  const questions: Question[] = [];
  ends.forEach((from, i) => {
    destinations.forEach((to, k) => {
      if (i >= ids.length && k >= ids.length && (i + k) % 3 !== 0) return;
      for (let n = 0; n < perPair; n++) {
        const port = ports[(i * 7 + k * 3 + n * 5) % ports.length]!;
        questions.push({ from, to, ...port });
      }
    });
  });
  return questions;
}

/** The names and wildcards that rules have, a name below each wildcard, the one above, and a stranger. */
function domainsOf(world: World): string[] {
  const named = domains(world);
  if (named.length === 0) return [];
  const near = named.flatMap((text) => {
    const name = text.slice('domain/'.length);
    if (!name.startsWith('*.')) return [`domain/*.${name}`];
    return [`domain/any.of${name.slice(1)}`, `domain/${name.slice(2)}`];
  });
  return [...new Set([...named, ...near, 'domain/stranger.example'])].filter(isAskable);
}

/** `cluster.local` alone is a name, `local` is none: two labels at least. */
function isAskable(text: string): boolean {
  return text.replace('*.', '').includes('.');
}

type Port = Pick<Question, 'protocol' | 'port'>;

/**
 * The ports where answers may change: each number the objects name and its neighbours, 53, and what
 * has no ports. Every number over TCP, and over each other protocol that is named.
 */
export function portsOf(objects: readonly unknown[]): Port[] {
  const numbers = new Set([53]);
  const protocols = new Set<Question['protocol']>(['TCP']);
  eachField(objects, (key, value) => {
    if (PORT_FIELDS.has(key) && typeof value === 'number') {
      for (const near of [value - 1, value, value + 1]) {
        if (Number.isInteger(near) && near >= 1 && near <= 65535) numbers.add(near);
      }
    }
    for (const one of PROTOCOLS) {
      if ((key === 'protocol' && value === one) || key === one.toLowerCase()) protocols.add(one);
    }
  });
  const ports = [...numbers].flatMap((port) =>
    [...protocols].map((protocol) => ({ protocol, port })),
  );
  return [...ports, { protocol: 'other' }];
}

const PORT_FIELDS: ReadonlySet<string> = new Set(
  'port endPort containerPort number start end'.split(' '),
);

/** Addresses inside, at the edges of and outside every block and address the objects name. */
export function addressesOf(objects: readonly unknown[]): string[] {
  const values: Record<Family, Set<bigint>> = { 4: new Set(), 6: new Set() };
  eachField(objects, (_, value) => {
    if (typeof value !== 'string') return;
    const address = parseAddress(value);
    const block = parseBlock(value);
    if (address !== undefined) values[address.family].add(address.value);
    if (block === undefined) return;
    const { family, low, high } = block;
    for (const edge of [low - 1n, low, high, high + 1n]) {
      if (addressRange(family, 0n, highest(family))[family][1]! >= edge && edge >= 0n)
        values[family].add(edge);
    }
  });
  const all = FAMILIES.flatMap((family) =>
    [...values[family]].map((value) => formatAddress({ family, value })),
  );
  const step = Math.max(1, Math.ceil(all.length / MOST_ADDRESSES));
  return [...new Set([...all.filter((_, i) => i % step === 0), ...ELSEWHERE])];
}

function eachField(value: unknown, visit: (key: string, value: unknown) => void, key = ''): void {
  visit(key, value);
  if (typeof value !== 'object' || value === null) return;
  for (const [own, child] of Object.entries(value)) {
    eachField(child, visit, Array.isArray(value) ? key : own);
  }
}
