import { readFileSync, readdirSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { populationOf } from '../../src/evaluate/population/population.ts';
import { INTERNET, findParty } from '../../src/evaluate/question/party.ts';
import type { AddressEndpoint } from '../../src/evaluate/verdict/endpoint.ts';
import type { WayIn } from '../../src/evaluate/ways-in/way-in.ts';
import { waysIn } from '../../src/evaluate/ways-in/ways-in.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import {
  backendWords,
  causeWords,
  targetsWords,
  throughWords,
  wayAsks,
  wayName,
} from '../../src/report/ways-in/words.ts';

/** What a case file begins with; the manifests follow. */
interface Header {
  readonly kind: 'WaysInCase';
  readonly title: string;
  /** The rows of the semantics it turns on, if any. */
  readonly rows?: readonly string[];
  /** Who connects; the internet when left out. */
  readonly from?: string;
  /** Every way in, in order: `NAME, ASKED: PATH: ANSWER`, and after `because` what the reason holds. */
  readonly expect: readonly string[];
  /** Codes of the errors and warnings that the manifests give. */
  readonly problems?: readonly string[];
}

const FOLDER = new URL('cases/', import.meta.url);

function readCase(file: string): { readonly header: Header; readonly manifests: string } {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  const end = text.indexOf('\n---\n');
  const header = load(text.slice(0, end)) as Header;
  // the lines of the header stay, so that places are those of the file
  const manifests = text.slice(0, end).replaceAll(/[^\n]/g, '') + text.slice(end);
  return { header, manifests };
}

function lineOf(way: WayIn): string {
  const path = [throughWords(way.through), backendWords(way), targetsWords(way.targets)]
    .filter((step) => step !== '')
    .join(' → ');
  return `${wayName(way)}, ${wayAsks(way)}: ${path}: ${way.answer}`;
}

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const { header, manifests } = readCase(file);

  test(header.title, () => {
    const cluster = readCluster([new Source(file, manifests)]);
    const told = cluster.problems.filter(({ severity }) => severity !== 'info');
    expect(told.map(({ code }) => code)).toEqual(header.problems ?? []);
    const population = populationOf(cluster);
    const party = findParty(cluster, population, header.from ?? INTERNET);
    if (party.kind !== 'endpoints') throw new Error(`${header.from} is nobody`);
    const ways = waysIn(cluster, population, party.endpoints as AddressEndpoint[]);
    const wanted = header.expect.map((line) => line.split(' because '));
    expect(ways.map(lineOf)).toEqual(wanted.map(([line]) => line));
    ways.forEach((way, i) => {
      const because = way.cause && causeWords(way.cause, way);
      const [, part] = wanted[i]!;
      if (part === undefined) expect(because, lineOf(way)).toBeUndefined();
      else expect(because).toContain(part);
    });
  });
});
