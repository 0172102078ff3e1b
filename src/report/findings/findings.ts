import { findingsCsv } from './csv.ts';
import type { Findings } from './entry.ts';
import { findingsMarkdown } from './markdown.ts';
import { findingsJson, findingsYaml } from './object.ts';
import { findingsSarif } from './sarif.ts';
import { findingsText } from './text.ts';

/** How `sluice check` can write what it found. */
export const FINDINGS_FORMATS = ['table', 'json', 'yaml', 'csv', 'markdown', 'sarif'] as const;

export type FindingsFormat = (typeof FINDINGS_FORMATS)[number];

export interface FindingsRequest extends Findings {
  readonly format: FindingsFormat;
  /** Colours for a terminal; only `table` has any. */
  readonly colour: boolean;
}

/** What `sluice check` prints, piece by piece. */
export function* reportFindings({ format, colour, ...found }: FindingsRequest): Generator<string> {
  switch (format) {
    case 'table':
      yield* findingsText(found, colour);
      return;
    case 'json':
      yield findingsJson(found);
      return;
    case 'yaml':
      yield findingsYaml(found);
      return;
    case 'csv':
      yield* findingsCsv(found);
      return;
    case 'markdown':
      yield* findingsMarkdown(found);
      return;
    case 'sarif':
      yield findingsSarif(found);
  }
}
