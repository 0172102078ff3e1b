import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVERYTHING, GrantTable } from '../../src/evaluate/grants/grant.ts';
import { MOST_ATOMS } from '../../src/evaluate/grants/port-atoms.ts';
import { PortTable } from '../../src/evaluate/grants/port-table.ts';
import {
  ALL_PORTS,
  NO_PORTS,
  PROTOCOLS,
  allPortsOf,
  intersectPorts,
  portRange,
  portSetKey,
  subtractPorts,
  unionPorts,
} from '../../src/model/port-set.ts';
import type { PortSet } from '../../src/model/port-set.ts';
import { SEED } from '../generators/seed.ts';

/** Few ports, so that sets meet; some at the ends. */
const range = fc
  .tuple(
    fc.constantFrom(...PROTOCOLS),
    fc.constantFrom(1, 2, 53, 80, 81, 8000, 65_534, 65_535),
    fc.nat(9000),
  )
  .map(([protocol, low, more]) => portRange(protocol, low, Math.min(65_535, low + more)));
const portSet: fc.Arbitrary<PortSet> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(range, { maxLength: 4 }).map((all) => all.reduce(unionPorts, NO_PORTS)),
  },
  fc.constantFrom(ALL_PORTS, NO_PORTS, ...PROTOCOLS.map(allPortsOf), { ...NO_PORTS, other: true }),
);

/** Sets that cut all ports into more atoms than there are bits. */
const MANY = Array.from({ length: MOST_ATOMS }, (_, i) =>
  portRange('TCP', 100 * i + 1, 100 * i + 1),
);

describe('port sets by id', () => {
  test('are what the sets themselves come to, as bits and without', () => {
    fc.assert(
      fc.property(fc.array(portSet, { minLength: 1, maxLength: 24 }), fc.nat(23), (sets, late) => {
        const table = new PortTable();
        const known = new Map<number, string>();
        const check = (id: number, set: PortSet): void => {
          expect(portSetKey(table.get(id))).toBe(portSetKey(set));
          // an id means the same set for ever, and no other id does
          expect(known.get(id) ?? portSetKey(set)).toBe(portSetKey(set));
          known.set(id, portSetKey(set));
          expect(new Set(known.values()).size).toBe(known.size);
        };
        sets.forEach((set, i) => {
          if (i === late) for (const one of MANY) check(table.add(one), one);
          const a = table.add(set);
          const before = sets[i >> 1]!;
          const b = table.add(before);
          check(a, set);
          check(table.union(a, b), unionPorts(set, before));
          check(table.intersect(a, b), intersectPorts(set, before));
          check(table.subtract(a, b), subtractPorts(set, before));
          check(table.subtract(b, a), subtractPorts(before, set));
        });
        expect(table.bits === undefined).toBe(late < sets.length);
        for (const [id, text] of known) expect(portSetKey(table.get(id))).toBe(text);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('what two grants come to', () => {
  const grant = fc.record({
    four: portSet,
    fourAtMost: portSet,
    six: portSet,
    sixAtMost: portSet,
    unknowns: fc.nat(31),
  });
  test('is the same as bits and without', () => {
    fc.assert(
      fc.property(fc.array(grant, { minLength: 2, maxLength: 8 }), (all) => {
        const [bits, plain] = [new GrantTable(), new GrantTable()];
        for (const one of MANY) plain.ports.add(one);
        expect(plain.ports.bits).toBeUndefined();
        const idsIn = (table: GrantTable): number[] => [
          EVERYTHING,
          ...all.map(({ four, fourAtMost, six, sixAtMost, unknowns }) => {
            const leave = (sure: PortSet, most: PortSet): number =>
              table.leaves.add(table.ports.add(sure), table.ports.add(unionPorts(sure, most)));
            return table.ofLeaves(leave(four, fourAtMost), leave(six, sixAtMost), unknowns);
          }),
        ];
        const [ofBits, ofPlain] = [idsIn(bits), idsIn(plain)];
        expect(bits.ports.bits).toBeDefined();
        const reaches = (table: GrantTable, ids: number[]): object[] => {
          const met = ids.flatMap((a) => ids.map((b) => table.meet(a, b)));
          return [...met, ...met.map((reach, i) => table.reaches.join(reach, met[i >> 1]!))].map(
            (id) => ({
              ...table.reaches.get(id),
              certain: portSetKey(table.reaches.get(id).certain),
              depends: portSetKey(table.reaches.get(id).depends),
            }),
          );
        };
        const expected = reaches(plain, ofPlain);
        expect(reaches(bits, ofBits)).toEqual(expected);
        // sets that come later cut atoms, and at last are too many
        bits.ports.add(portRange('UDP', 53, 53));
        expect(reaches(bits, ofBits)).toEqual(expected);
        for (const one of MANY) bits.ports.add(one);
        expect(reaches(bits, ofBits)).toEqual(expected);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});
