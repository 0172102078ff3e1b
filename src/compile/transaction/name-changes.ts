import { formatAddress } from '../../model/address.ts';
import { LASTING } from '../matrix/learned-names.ts';
import * as names from '../ruleset/set-names.ts';
import type { Ending, NamedElements } from '../tiers/named-elements.ts';
import type { TierRow } from '../tiers/row.ts';
import { isWider } from '../tiers/ruling.ts';
import type { TierTable } from '../tiers/table.ts';
import type { Delta } from './element-changes.ts';

/**
 * Writes what rules by domain name open for addresses that DNS answers told of. Elements end by themselves, so
 * that none is ever deleted: one that ended meanwhile would make nft refuse it. Says whether it narrows.
 */
export function writeNames(
  table: TierTable,
  now: number,
  apply: Delta['apply'],
): { readonly narrows: boolean } {
  const before = table.named;
  const after = namedElements(table, now);
  let narrows = false;
  for (const [map, elements] of before) {
    const next = after.get(map);
    let isLess = false;
    for (const [key, { ruling, until }] of elements) {
      const then = next?.get(key);
      if (then?.ruling === ruling && then.until === until) continue;
      isLess = true;
      if (until > now && (then === undefined || isWider(ruling, then.ruling))) narrows = true;
    }
    if (!isLess) continue;
    apply.flush(map);
    for (const [key, one] of next ?? []) apply.add(map, elementOf(key, one, now), one.ruling.text);
  }
  for (const [map, elements] of after) {
    const old = before.get(map);
    if (apply.flushes(map)) continue;
    for (const [key, one] of elements) {
      if (old?.has(key) !== true) apply.add(map, elementOf(key, one, now), one.ruling.text);
    }
  }
  for (const elements of before.values())
    for (const { ruling } of elements.values()) table.rulings.unuse(ruling);
  table.named = after;
  return { narrows };
}

/** The key of an element, with what is left of its time. */
export function elementOf(key: string, { until }: Ending, now: number): string {
  return `${key} timeout ${Math.max(1, Math.ceil((until - now) / 1000))}s`;
}

function namedElements(table: TierTable, now: number): NamedElements {
  const found = new Map<string, Map<string, Ending>>();
  const rows = [...table.rows.egress].filter(({ profile }) => profile.asksForNames);
  if (rows.length === 0 || table.names.size === 0) return found;
  table.names.forget(now);
  for (const { address, names: own } of table.names.all()) {
    const last = Math.max(...own.values());
    const alive = [...own].filter(([, until]) => until > now);
    const text = formatAddress(address);
    const add = (map: string, row: TierRow, said: readonly string[], until: number): void => {
      const ruling = row.profile.rulingOf(table.namedKind(address, said));
      const plain = row.profile.rulingOf(table.namedKind(address, []));
      if (ruling === plain) return;
      const elements = found.get(map) ?? new Map<string, Ending>();
      elements.set(`${row.text} . ${text}`, { ruling: table.rulings.use(ruling), until });
      found.set(map, elements);
    };
    for (const row of rows) {
      // of several names the one that ends first ends all: the next answer tells of the others again
      const until = Math.min(...alive.map(([, end]) => end));
      if (alive.length > 0) {
        const map = names.namedOf(address.family);
        add(
          map,
          row,
          alive.map(([name]) => name),
          until,
        );
      }
      add(names.lastingOf(address.family), row, [...own.keys()], last + LASTING);
    }
  }
  return found;
}
