import { Schema, Type, YAMLException, loadAll } from 'js-yaml';
import type { LoadOptions } from 'js-yaml';
import { TreeBuilder } from './builder.ts';
import type { ScannerState } from './builder.ts';
import type { YamlTrees } from './fault.ts';
import { fillHoles, unfilled, withoutFilling } from './holes.ts';
import { resolvePlain, resolveTagged } from './scalar.ts';
import { readSimpleYaml } from './simple-yaml.ts';

/** Documents nested deeper than this are refused: no object of the API comes near it. */
export const DEEPEST = 400;

// One implicit type instead of js-yaml's five: `resolvePlain` decides at a glance. The types named ''
// take every tag, for go-yaml accepts any on a collection and most on a scalar.
const PLAIN = new Type('tag:sluice.dev,2026:plain', {
  kind: 'scalar',
  resolve: (text: string) => resolvePlain(text) !== text,
  construct: resolvePlain,
});
const TAGGED = new Type('', {
  kind: 'scalar',
  multi: true,
  // js-yaml gives both the tag too, and null for a tag with nothing after it; its types know neither
  resolve: (text: string | null, tag?: string) => resolveTagged(tag!, text ?? '') !== undefined,
  construct: (text: string | null, tag?: string) => resolveTagged(tag!, text ?? ''),
});
const collection = (kind: 'sequence' | 'mapping'): Type =>
  new Type('', { kind, multi: true, construct: (value: unknown) => value });
const SCHEMA = new Schema({
  implicit: [PLAIN],
  explicit: [TAGGED, collection('sequence'), collection('mapping')],
});

// files that begin with one, put together with `---` between, have one in each document
const BYTE_ORDER_MARK = /^(?:---[ \t]*\r?\n)?\uFEFF/;

/** How many empty list items that js-yaml misreads are filled; each costs reading the text again. */
const MOST_HOLES = 20;

/**
 * Parses one document as kubectl would and keeps where every value stands: `start` of a node is an
 * offset into `text` plus `base`. Never throws for what the text says; what kubectl would not accept is
 * a fault. js-yaml does the reading of all but simple texts; its node events are collected into a tree.
 */
export function parseYaml(text: string, base: number): YamlTrees {
  const skipped = BYTE_ORDER_MARK.exec(text)?.[0].length ?? 0;
  if (skipped > 0) return parseYaml(text.slice(skipped), base + skipped);
  const simple = readSimpleYaml(text, base);
  return simple === undefined ? parseAnyYaml(text, base) : { roots: [simple], faults: [] };
}

/** As {@link parseYaml}, for any text without a byte order mark: js-yaml reads it. */
export function parseAnyYaml(text: string, base: number): YamlTrees {
  let holes: readonly number[] = [];
  for (let i = 0; i < MOST_HOLES; i++) {
    const { trees, holes: found } = readOnce(fillHoles(text, holes), base);
    if (found.length === 0) return withoutFilling(trees, holes, base);
    // what stands after the first was read wrongly, and so may be no hole
    const first = unfilled(Math.min(...found), holes);
    holes = [...holes, first].sort((a, b) => a - b);
  }
  const message = 'a list item is empty here; take its `-` away, or write `null` after it';
  return { roots: [], faults: [{ code: 'yaml-syntax', message, offset: base + holes[0]! }] };
}

function readOnce(text: string, base: number): { trees: YamlTrees; holes: readonly number[] } {
  const builder = new TreeBuilder(text, base);
  try {
    loadAll(text, null, {
      schema: SCHEMA,
      json: true, // duplicate keys: the last wins, as for kubectl
      maxDepth: DEEPEST,
      maxTotalMergeKeys: -1, // the builder merges, and counts
      // @types/js-yaml types the state as its own partial view of it
      listener: (event: string, state: unknown) => builder.on(event, state as ScannerState),
    } as LoadOptions);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const offset = base + Math.min(error.mark?.position ?? 0, text.length);
    const place = pointTo(error.reason, offset, builder.stand());
    const fault = { code: 'yaml-syntax', message: error.reason, offset: place } as const;
    return { trees: { roots: [], faults: [fault] }, holes: builder.holes };
  }
  return { trees: builder.finish(), holes: builder.holes };
}

const ABOUT_WHOLE_VALUE = /unexpected end of the|cannot resolve a node|unidentified alias/;
const ABOUT_KEY = /implicit mapping pair|implicit key/;

/** Where one would begin to mend: js-yaml stands behind what it complains of. */
function pointTo(
  reason: string,
  offset: number,
  { opened, finished }: { opened: number; finished: number },
): number {
  if (ABOUT_WHOLE_VALUE.test(reason)) return opened;
  return ABOUT_KEY.test(reason) ? finished : offset;
}
