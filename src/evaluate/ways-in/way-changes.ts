import type { Answer } from '../verdict/verdict.ts';
import type { WayIn } from './way-in.ts';

/** What became of ways in, in the order they are told in. */
export const WAY_CHANGES = ['opened', 'certain', 'redirected', 'uncertain', 'closed'] as const;

/**
 * `opened`, `closed`: nobody got in that way before; nobody does now. `certain`, `uncertain`: clients got in perhaps,
 * now surely; and the other way round. `redirected`: as before, but to other pods or ports, or by other hands.
 */
export type WayChangeKind = (typeof WAY_CHANGES)[number];

/** A way in that is not what it was; one of the two is undefined where it is not there. */
export interface WayChange {
  readonly change: WayChangeKind;
  readonly before: WayIn | undefined;
  readonly after: WayIn | undefined;
}

/**
 * What is different between the ways in of two clusters. Ways are the same by what clients ask for; those that are
 * asked for alike, by where they lead, and then by their order.
 */
export function wayChanges(before: readonly WayIn[], after: readonly WayIn[]): WayChange[] {
  const changes: WayChange[] = [];
  const note = (was: WayIn | undefined, is: WayIn | undefined): void => {
    const change = changeOf(was, is);
    if (change !== undefined) changes.push({ change, before: was, after: is });
  };
  let [old, current] = [before, after];
  for (const keyOf of [wholeKey, askedKey]) {
    const left = byKey(old, keyOf);
    const rest: WayIn[] = [];
    for (const way of current) {
      const same = left.get(keyOf(way))?.shift();
      if (same === undefined) rest.push(way);
      else note(same, way);
    }
    [old, current] = [[...left.values()].flat(), rest];
  }
  for (const way of current) note(undefined, way);
  for (const way of old) note(way, undefined);
  return changes.sort((a, b) => WAY_CHANGES.indexOf(a.change) - WAY_CHANGES.indexOf(b.change));
}

function changeOf(before: WayIn | undefined, after: WayIn | undefined): WayChangeKind | undefined {
  const [was, is]: Answer[] = [before?.answer ?? 'denied', after?.answer ?? 'denied'];
  if (was !== is) {
    if (was === 'denied') return 'opened';
    if (is === 'denied') return 'closed';
    return is === 'allowed' ? 'certain' : 'uncertain';
  }
  if (was === 'denied' || before === undefined || after === undefined) return undefined;
  return leadsTo(before) === leadsTo(after) ? undefined : 'redirected';
}

function byKey(ways: readonly WayIn[], keyOf: (way: WayIn) => string): Map<string, WayIn[]> {
  const lists = new Map<string, WayIn[]>();
  for (const way of ways) {
    const key = keyOf(way);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [way]);
    else list.push(way);
  }
  return lists;
}

/** What clients ask for. */
function askedKey({ kind, namespace, name, hosts, paths, port }: WayIn): string {
  return JSON.stringify([kind, namespace, name, hosts, paths, port?.protocol, port?.number]);
}

/** And where it leads, by the names that are written. */
function wholeKey(way: WayIn): string {
  const { backend, through } = way;
  const by = 'name' in through ? through.name : undefined;
  return JSON.stringify([askedKey(way), backend, through.kind, by]);
}

/** Who connects to which pods. */
function leadsTo({ through, targets }: WayIn): string {
  const by = through.kind === 'proxy' ? through.endpoints.map(({ id }) => id).sort() : through;
  const to = targets.map(({ endpoint, ports }) => [
    endpoint.id,
    ports.map(({ protocol, number }) => `${protocol} ${number}`).sort(),
  ]);
  return JSON.stringify([by, to.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))]);
}
