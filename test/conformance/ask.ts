import { ask } from '../../src/evaluate/ask.ts';
import { findParty } from '../../src/evaluate/party.ts';
import type { Party } from '../../src/evaluate/party.ts';
import { populationOf } from '../../src/evaluate/population.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Implementation, Judge } from './implementation.ts';
import { clusterOf } from './manifests.ts';

/** What the command line answers: names are found and pairs are made by the engine itself. */
export const ASK: Implementation = {
  name: 'ask',
  judgeOf: (world) => judgeIn(clusterOf(world)),
};

/** As {@link ASK}, of a cluster that has been read. */
export function judgeIn(cluster: Cluster): Judge {
  const population = populationOf(cluster);
  const parties = new Map<string, Party>();
  const find = (name: string): Party => {
    let party = parties.get(name);
    if (party !== undefined) return party;
    const found = findParty(cluster, population, name);
    if (found.kind === 'unknown') throw new RangeError(found.message);
    party = found;
    parties.set(name, party);
    return party;
  };
  return ({ from, to, protocol, port = 0 }) => {
    const { answer } = ask(cluster, find(from), find(to), { protocol, number: port });
    return { answer };
  };
}
