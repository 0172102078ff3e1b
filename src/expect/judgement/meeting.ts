import { headCount } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Pod } from '../../model/workload.ts';

/** Endpoints of two classes, or of one, that connections can run between. */
export interface Meeting {
  readonly from: readonly Endpoint[];
  readonly to: readonly Endpoint[];
  /** How many pairs of different ends there are; 0 when policies have nothing to say of any. */
  readonly pairs: number;
}

/** Who meets whom; `alike` when all are of one class, where some may be on both sides. */
export function meeting(
  from: readonly Endpoint[],
  to: readonly Endpoint[],
  alike: boolean,
): Meeting {
  if (from[0]!.kind === 'addresses' && to[0]!.kind === 'addresses') return { from, to, pairs: 0 };
  if (!alike) return { from, to, pairs: from.length * to.length };
  // a pod alone is no pair with itself, and is not told of as one
  const others = from.length === 1 ? withoutLone(to, from[0]!) : to;
  const sources = to.length === 1 ? withoutLone(from, to[0]!) : from;
  const alone = new Set(others.map(loneId));
  const selves = sources.filter((one) => loneId(one) !== undefined && alone.has(loneId(one)));
  return { from: sources, to: others, pairs: sources.length * others.length - selves.length };
}

function withoutLone(endpoints: readonly Endpoint[], lone: Endpoint): readonly Endpoint[] {
  const own = loneId(lone);
  return own === undefined ? endpoints : endpoints.filter((one) => loneId(one) !== own);
}

/** What is the same for equal single pods or hosts; undefined for endpoints that stand for several. */
function loneId(endpoint: Endpoint): Pod | string | undefined {
  if (headCount(endpoint) !== 1) return undefined;
  return endpoint.kind === 'workload' ? endpoint.pods[0]! : endpoint.id;
}
