import type { Passing } from '../../evaluate/difference/difference.ts';
import { isNoPorts, subtractPorts, unionPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';

/** What became of connections, in the order they are told in. */
export const CONNECTION_CHANGES = [
  'opened',
  'widened',
  'certain',
  'changed',
  'uncertain',
  'narrowed',
  'closed',
] as const;

/**
 * What became of connections. `opened`, `closed`: nothing passed before, nothing passes now. `widened`,
 * `narrowed`: more ports, fewer ports. `changed`: some ports more and some fewer. `certain`, `uncertain`: the
 * same ports, of which more, or fewer, are open for sure.
 */
export type ConnectionChange = (typeof CONNECTION_CHANGES)[number];

/** Names the change between two passings that are not equal. */
export function connectionChange(before: Passing, after: Passing): ConnectionChange {
  const [was, is] = [whole(before), whole(after)];
  if (isNoPorts(was)) return 'opened';
  if (isNoPorts(is)) return 'closed';
  const [more, fewer] = [isMore(is, was), isMore(was, is)];
  const [surer, lessSure] = [
    isMore(after.certain, before.certain),
    isMore(before.certain, after.certain),
  ];
  if (!more && !fewer) return surer && lessSure ? 'changed' : surer ? 'certain' : 'uncertain';
  if (more && !fewer && !lessSure) return 'widened';
  if (fewer && !more && !surer) return 'narrowed';
  return 'changed';
}

/** Everything that passes, surely or perhaps. */
export function whole({ certain, depends }: Passing): PortSet {
  return unionPorts(certain, depends);
}

function isMore(one: PortSet, than: PortSet): boolean {
  return !isNoPorts(subtractPorts(one, than));
}
