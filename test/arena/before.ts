import { formatAddress, parseAddress } from '../../src/model/address.ts';
import type { Family } from '../../src/model/address.ts';
import type { Judge } from '../conformance/implementation.ts';
import { SPEC } from '../conformance/spec.ts';
import type { Asked } from './attempts.ts';
import type { ConcreteWorld } from './concrete.ts';
import { ALL_SLOTS } from './slots.ts';

/**
 * Whether a connection between the same addresses was allowed in an earlier world, by the specification. A
 * slot in which nobody played is closed.
 */
export function allowedBefore(before: ConcreteWorld | undefined): (asked: Asked) => boolean {
  if (before === undefined) return () => false;
  const judges = new Map<Family, Judge>();
  const judgeOf = (family: Family): Judge => {
    const judge = judges.get(family) ?? SPEC.judgeOf(before.ofFamily[family]);
    judges.set(family, judge);
    return judge;
  };
  const empty = new Set(
    ([4, 6] as const).flatMap((family) =>
      ALL_SLOTS.filter(
        (slot) => !before.players.some((one) => one.slot === slot && one.families.includes(family)),
      ).map(({ addresses }) => formatAddress(parseAddress(addresses[family])!)),
    ),
  );
  return ({ question: { protocol, port }, family, source, attempt }) => {
    const [from, to] = [formatAddress(source), formatAddress(attempt.to)];
    if (empty.has(from) || empty.has(to)) return false;
    return judgeOf(family)({ from, to, protocol, port })?.answer === 'allowed';
  };
}
