import type { Place } from '../../model/place.ts';
import { evaluate } from '../verdict/verdict.ts';
import type { Side } from '../verdict/verdict.ts';
import type { ChangedConnections, Difference } from './difference.ts';
import { changedPorts } from './ports.ts';

/** A rule of a changed policy, where it stands in one of the inputs. */
export interface RulePlace {
  readonly in: 'old' | 'new';
  readonly place: Place;
}

/** How many ports a group is asked about. */
const MOST_PORTS = 12;

/**
 * The rules that made the difference: those of the policies to blame that let through, or denied, what the
 * other cluster does not; of a connection that speaks for its group. None where a policy as a whole did it.
 */
export function rulesToBlame(
  { old, new: current, objects }: Pick<Difference, 'old' | 'new' | 'objects'>,
  { from, to, before, after, causes }: ChangedConnections,
): RulePlace[] {
  const [source, destination] = [from[0]!, to.find((end) => end !== from[0]) ?? to[0]!];
  const [one, other] = [
    source.members[0]!,
    destination.members[source === destination ? 1 : 0] ?? destination.members[0]!,
  ];
  const places = new Map<string, RulePlace>();
  for (const port of changedPorts(before, after).slice(0, MOST_PORTS)) {
    for (const side of ['old', 'new'] as const) {
      const { cluster } = side === 'old' ? old : current;
      const verdict = evaluate(cluster, { from: one[side]!, to: other[side]!, port });
      const opposite = side === 'old' ? 'new' : 'old';
      const against = evaluate((side === 'old' ? current : old).cluster, {
        from: one[opposite]!,
        to: other[opposite]!,
        port,
      });
      if (verdict.answer === against.answer) continue;
      for (const rule of rulesOfSides(
        verdict.answer !== 'denied',
        verdict.egress,
        verdict.ingress,
      )) {
        const isToBlame = causes.some((cause) => objects[cause]![side] === rule.policy);
        if (isToBlame) places.set(rule.place.toString() + side, { in: side, place: rule.place });
      }
    }
  }
  return [...places.values()];
}

/** The rules that let through where the answer lets through, else those that deny. */
function rulesOfSides(lets: boolean, ...sides: Side[]): { policy: object; place: Place }[] {
  return sides.flatMap((side) => {
    if (side.state === 'exempt' || side.state === 'open') return [];
    const refs = lets ? side.allowedBy : side.deniedBy;
    return refs.map(({ policy, rule }) => ({ policy, place: rule.place }));
  });
}
