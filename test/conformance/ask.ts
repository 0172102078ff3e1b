import { populationOf } from '../../src/evaluate/population/population.ts';
import { ask } from '../../src/evaluate/question/ask.ts';
import { findParty, findSource } from '../../src/evaluate/question/party.ts';
import type { Party } from '../../src/evaluate/question/party.ts';
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
  const finder = (look: typeof findParty): ((name: string) => Party) => {
    const parties = new Map<string, Party>();
    return (name) => {
      let party = parties.get(name);
      if (party !== undefined) return party;
      const found = look(cluster, population, name);
      if (found.kind === 'unknown') throw new RangeError(found.message);
      party = found;
      parties.set(name, party);
      return party;
    };
  };
  const [source, destination] = [finder(findSource), finder(findParty)];
  return ({ from, to, protocol, port = 0 }) => {
    const { answer } = ask(cluster, source(from), destination(to), {
      protocol,
      number: port,
    });
    return { answer };
  };
}
