import { nameOf, placesOf } from '../../evaluate/difference/objects.ts';
import type { ChangedObject } from '../../evaluate/difference/objects.ts';
import { WAY_CHANGES } from '../../evaluate/ways-in/way-changes.ts';
import type { WayChange, WayChangeKind } from '../../evaluate/ways-in/way-changes.ts';
import type { Place } from '../../model/place.ts';
import { counted } from '../words/counted.ts';
import { sarifLocation, sarifLog } from '../words/sarif.ts';
import { visible } from '../words/visible.ts';
import { CONNECTION_CHANGES } from './change.ts';
import type { ConnectionChange } from './change.ts';
import type { DiffLine, DiffView } from './result.ts';
import { portsWords } from './sentences.ts';
import { wayLine } from './ways.ts';
import { cutList, objectWords } from './words.ts';

const MEANINGS: Readonly<Record<ConnectionChange, string>> = {
  opened: 'Connections that were denied are possible now.',
  widened: 'Connections are possible on more ports than before.',
  certain: 'Connections that depended on something not known are certain now.',
  changed: 'Connections are possible on other ports than before.',
  uncertain: 'Connections that were certain depend on something not known now.',
  narrowed: 'Connections are possible on fewer ports than before.',
  closed: 'Connections that were possible are denied now.',
};

/** What lets more through is for someone to look at; the rest is told. */
const LEVELS: Readonly<Record<ConnectionChange, 'warning' | 'note'>> = {
  opened: 'warning',
  widened: 'warning',
  certain: 'note',
  changed: 'warning',
  uncertain: 'note',
  narrowed: 'note',
  closed: 'note',
};

const MOST_NAMES = 6;
const MOST_LINES = 10;

/** A difference as a SARIF 2.1.0 log: for each object a result for each thing it did, where it stands. */
export function diffSarif(view: DiffView): string {
  const rules = CONNECTION_CHANGES.map((change) => ({
    id: `connections-${change}`,
    shortDescription: { text: MEANINGS[change] },
    defaultConfiguration: { level: LEVELS[change] },
  }));
  const results = [...linesByCause(view)].flatMap(([cause, lines]) =>
    CONNECTION_CHANGES.flatMap((change, ruleIndex) => {
      const own = lines.filter((line) => line.change === change);
      return own.length === 0 ? [] : [resultOf(cause, change, ruleIndex, own)];
    }),
  );
  const wayRules = WAY_CHANGES.map((change) => ({
    id: `way-in-${change}`,
    shortDescription: { text: WAY_MEANINGS[change] },
    defaultConfiguration: { level: WAY_LEVELS[change] },
  }));
  const wayResults = view.ways.map((way) => wayResultOf(way, rules.length));
  return sarifLog([...rules, ...wayRules], [...results, ...wayResults]);
}

const WAY_MEANINGS: Readonly<Record<WayChangeKind, string>> = {
  opened: 'A way in from outside is open that was not.',
  certain: 'A way in from outside that depended on something not known is surely open now.',
  redirected: 'A way in from outside leads elsewhere, or through others, than before.',
  uncertain: 'A way in from outside that was surely open depends on something not known now.',
  closed: 'A way in from outside is open no more.',
};

const WAY_LEVELS: Readonly<Record<WayChangeKind, 'warning' | 'note'>> = {
  opened: 'warning',
  certain: 'note',
  redirected: 'warning',
  uncertain: 'note',
  closed: 'note',
};

/** `first`: how many rules come before those of ways in. */
function wayResultOf(way: WayChange, first: number): object {
  const { change, name, asks, words, place } = wayLine(way);
  const text = [`${name}, ${asks}: ${change}`, ...words].map(visible).join('\n');
  return {
    ruleId: `way-in-${change}`,
    ruleIndex: first + WAY_CHANGES.indexOf(change),
    level: WAY_LEVELS[change],
    message: { text },
    locations: [
      {
        ...sarifLocation(place),
        logicalLocations: [{ fullyQualifiedName: visible(name), kind: 'resource' }],
      },
    ],
    partialFingerprints: { 'sluice/v1': visible([`way-in-${change}`, name, asks].join(' ')) },
  };
}

function linesByCause({ sections }: DiffView): Map<ChangedObject, DiffLine[]> {
  const lines = new Map<ChangedObject, DiffLine[]>();
  for (const section of sections) {
    for (const cause of section.causes) {
      const own = lines.get(cause);
      if (own === undefined) lines.set(cause, [...section.lines]);
      else own.push(...section.lines);
    }
  }
  return lines;
}

/** A result (3.27) stands where the object does now, or stood, and names the rules that did it. */
function resultOf(
  cause: ChangedObject,
  change: ConnectionChange,
  ruleIndex: number,
  lines: readonly DiffLine[],
): object {
  const { old, new: current } = placesOf(cause);
  const rules = new Map<string, Place>();
  for (const line of lines) for (const { place } of line.rules) rules.set(place.toString(), place);
  const place = current ?? old;
  const pairs = lines.reduce((sum, line) => sum + line.pairs, 0);
  const told = cutList(lines.map(lineText), MOST_LINES);
  const { kind, namespace, name } = nameOf(cause);
  const subject = [kind, namespace, name].filter(Boolean).join('/');
  const text = `${objectWords(cause)}: ${counted(pairs, 'connection')} ${change}\n${told.join('\n')}`;
  return {
    ruleId: `connections-${change}`,
    ruleIndex,
    level: LEVELS[change],
    message: { text },
    ...(place && {
      locations: [
        {
          ...sarifLocation(place),
          logicalLocations: [{ fullyQualifiedName: subject, kind: 'resource' }],
        },
      ],
    }),
    ...(rules.size > 0 && {
      relatedLocations: [...rules.values()].map((one, id) => ({
        id,
        ...sarifLocation(one),
        message: { text: 'the rule' },
      })),
    }),
    partialFingerprints: { 'sluice/v1': [`connections-${change}`, subject].join(' ') },
  };
}

function lineText(line: DiffLine): string {
  const [from, to] = [line.from, line.to].map((names) => cutList(names, MOST_NAMES).join(', '));
  return `${from} → ${to}: ${portsWords(line)}`;
}
