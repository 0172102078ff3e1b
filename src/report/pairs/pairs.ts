import { headCount } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { NOTHING } from './view.ts';
import type { ReachView } from './view.ts';

/** One endpoint reaching another, or another pod of itself. */
export interface EndpointPair {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** The reach id, as a cell of a row has it. */
  readonly id: number;
}

/** Every pair of endpoints that something goes between, by source in the order of the parts. */
export function* pairsOf(view: ReachView): Generator<EndpointPair> {
  // the same row serves all sources of a part, so it is kept and not what is made of it
  const rows = view.fromRows((part, row) => [{ part, row: row.slice() }]);
  for (const { part, row } of rows) {
    for (const from of view.parts[part]!.endpoints) {
      for (let index = 0; index < row.length; index++) {
        const id = row[index]!;
        if (id === NOTHING) continue;
        for (const to of view.parts[index]!.endpoints)
          if (from !== to || headCount(from) > 1) yield { from, to, id };
      }
    }
  }
}
