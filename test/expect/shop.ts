import { withNames } from '../../src/evaluate/difference/names.ts';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { namesAsked } from '../../src/expect/file/names-asked.ts';
import { readExpectations } from '../../src/expect/file/read-expectations.ts';
import { judge } from '../../src/expect/judgement/judge.ts';
import type { Judgement } from '../../src/expect/judgement/judgement.ts';
import { Directory } from '../../src/expect/who/directory.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { example } from '../report/sample.ts';

/** The cluster of examples/three-tier: users → web → api → db, and DNS. */
export const SHOP: Cluster = example('three-tier');

/** What came of the expectations of a text, in a cluster. */
export interface Tried {
  readonly judgements: readonly Judgement[];
  /** `line:column: message` of everything wrong with the text, and of what names nothing. */
  readonly problems: readonly string[];
  readonly reachability: Reachability;
  readonly directory: Directory;
}

/** Holds a text of expectations against a cluster. */
export function tryText(text: string, cluster = SHOP): Tried {
  const read = readExpectations(new Source('expectations.yaml', text));
  const reachability = new Reachability(withNames(cluster, namesAsked(read.expectations)));
  const directory = new Directory(cluster, reachability.population);
  const judgements = judge(read.expectations, reachability, directory);
  const problems = [...read.problems, ...judgements.flatMap((one) => one.problems)].map(
    ({ place, message }) => `${place.line}:${place.column}: ${message}`,
  );
  return { judgements, problems, reachability, directory };
}

/** The states of the expectations of a text, in their order. */
export function statesOf(text: string, cluster = SHOP): string[] {
  return tryText(text, cluster).judgements.map(({ state }) => state);
}
