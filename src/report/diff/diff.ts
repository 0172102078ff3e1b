import { JSON_NOTATION, YAML_NOTATION } from '../words/notation.ts';
import { diffCsv } from './csv.ts';
import { diffDocument } from './document.ts';
import type { DiffGrouping } from './lines.ts';
import { diffMarkdown } from './markdown.ts';
import type { DifferenceResult } from './result.ts';
import { diffSarif } from './sarif.ts';
import { diffTable } from './table.ts';
import { viewOf } from './view.ts';

/** How `sluice diff` can write what it found. */
export const DIFF_FORMATS = ['table', 'json', 'yaml', 'csv', 'markdown', 'sarif'] as const;

export type DiffFormat = (typeof DIFF_FORMATS)[number];

export interface DiffRequest {
  readonly result: DifferenceResult;
  readonly format: DiffFormat;
  readonly by: DiffGrouping;
  /** ANSI colours, and columns of the terminal; table only. */
  readonly colour: boolean;
  readonly width: number;
}

/** Writes a difference, piece by piece. */
export function* reportDiff(request: DiffRequest): Generator<string> {
  const { result, by, colour, width } = request;
  switch (request.format) {
    case 'json':
      return yield* diffDocument(result, JSON_NOTATION);
    case 'yaml':
      return yield* diffDocument(result, YAML_NOTATION);
    case 'csv':
      return yield* diffCsv(result);
    case 'table':
      return yield* diffTable(viewOf(result, by), colour, width);
    case 'markdown':
      return yield* diffMarkdown(viewOf(result, by));
    case 'sarif':
      yield diffSarif(viewOf(result, by, 'exact'));
  }
}
