import { changeOf, placesOf } from '../../evaluate/difference/objects.ts';
import type { ChangedObject } from '../../evaluate/difference/objects.ts';
import { WAY_CHANGES } from '../../evaluate/ways-in/way-changes.ts';
import type { WayChange, WayChangeKind } from '../../evaluate/ways-in/way-changes.ts';
import { counted, grouped } from '../words/counted.ts';
import { visible } from '../words/visible.ts';
import type { ConnectionChange } from './change.ts';
import type { DiffLine, DiffView, Presence } from './result.ts';
import { cutList, listed, objectName, objectWords, passingText } from './words.ts';

const VERBS: Readonly<Record<ConnectionChange, string>> = {
  opened: 'opened',
  widened: 'widened',
  certain: 'now certain',
  changed: 'with other ports',
  uncertain: 'now uncertain',
  narrowed: 'narrowed',
  closed: 'closed',
};

/** All of it in one line: `2 connections opened, 1 closed; 1 Deployment added`. */
export function headline({ counts, presences, ways }: DiffView): string {
  const parts = [...counts].map(
    ([change, count], i) =>
      `${i === 0 ? counted(count, 'connection') : grouped(count)} ${VERBS[change]}`,
  );
  const connections = parts.length > 0 ? [parts.join(', ')] : [];
  const changes = [...connections, ...(ways.length > 0 ? [wayCounts(ways)] : [])];
  if (changes.length === 0) changes.push('no connection changes');
  return [...changes, ...presences.map(countedThings)].join('; ');
}

/** `1 way in from outside opened, 2 closed`. */
export function wayCounts(ways: readonly WayChange[]): string {
  return WAY_CHANGES.map((change) => [change, ways.filter((way) => way.change === change)] as const)
    .filter(([, own]) => own.length > 0)
    .map(([change, { length }], i) => {
      const count =
        i === 0 ? counted(length, 'way in from outside', 'ways in from outside') : grouped(length);
      return `${count} ${WAY_VERBS[change]}`;
    })
    .join(', ');
}

const WAY_VERBS: Readonly<Record<WayChangeKind, string>> = {
  opened: 'opened',
  certain: 'now certain',
  redirected: 'redirected',
  uncertain: 'now uncertain',
  closed: 'closed',
};

function countedThings({ change, things }: Presence): string {
  const kinds = new Map<string, number>();
  for (const { kind } of things) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const words = [...kinds].map(([kind, count]) => counted(count, kind));
  return `${listed(words)} ${change}`;
}

const MOST_THINGS = 12;

/** `added: shop/cache (Deployment, cache.yaml:1)`. */
export function presenceWords({ change, things }: Presence): string {
  const words = things.map(({ name, kind, place }) =>
    visible(`${name} (${kind}${place === undefined ? '' : `, ${place.file}:${place.line}`})`),
  );
  return `${change}: ${cutList(words, MOST_THINGS).join(', ')}`;
}

const MOST_IDLE = 8;

/** The objects that changed and made no difference. */
export function idleWords({ idle, presences, isNarrow }: DiffView): string {
  const words = idle.map((object) =>
    changeOf(object) === 'changed' &&
    (object.is === 'policy' || object.is === 'cluster-policy' || object.is === 'service')
      ? objectName(object)
      : objectWords(object),
  );
  const whom = isNarrow
    ? 'the connections asked about'
    : presences.some(({ lines }) => lines === undefined || lines.length > 0)
      ? 'what was there before'
      : 'connections';
  return `changed, with no effect on ${whom}: ${cutList(words, MOST_IDLE).join(', ')}`;
}

/** The ports of a line: what opened or closed, else before and after; and of how many pairs it speaks. */
export function portsWords({ change, before, after, pairs, of }: DiffLine): string {
  const some =
    of === undefined || of === pairs ? '' : ` (${grouped(pairs)} of ${grouped(of)} pairs)`;
  if (change === 'opened') return `${passingText(after)}${some}`;
  if (change === 'closed') return `${passingText(before)}${some}`;
  return `${passingText(before)} → ${passingText(after)}${some}`;
}

/** Where the rules of a line stand: `line 14` of the one file it is about, else `db.yaml:14`, `was db.yaml:20`. */
export function ruleWords({ rules }: DiffLine, causes: readonly ChangedObject[]): string {
  return rules
    .map(({ in: side, place: { file, line } }) => {
      const isHere = causes.length === 1 && placesOf(causes[0]!).new?.file === file;
      const where = isHere ? `line ${line}` : visible(`${file}:${line}`);
      return side === 'old' ? `was ${where}` : where;
    })
    .join(', ');
}
