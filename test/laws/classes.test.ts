import * as fc from 'fast-check';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import type { Endpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import { formatPorts } from '../../src/model/port-set.ts';
import type { Answer, Question } from '../conformance/implementation.ts';
import { answerOf } from '../conformance/reachability.ts';
import { plausible } from '../generators/cluster.ts';
import { portsOf } from '../generators/questions.ts';
import { wild } from '../generators/wild.ts';
import { law, read } from './law.ts';
import type { Read, Violation } from './law.ts';

/** Small worlds of both moods and, now and then, one with more classes than fit a word of bits. */
const WORLDS = fc.oneof(
  { weight: 6, arbitrary: plausible() },
  { weight: 6, arbitrary: wild() },
  { weight: 1, arbitrary: plausible({ minWorkloads: 40, workloads: 60, policies: 12 }) },
);

type Port = Pick<Question, 'protocol' | 'port'>;

function verdictOf({ cluster }: Read, from: Endpoint, to: Endpoint, port: Port): Answer {
  const connection = { from, to, port: { protocol: port.protocol, number: port.port ?? 0 } };
  return evaluate(cluster, connection).answer;
}

function violation(
  own: Read,
  from: Endpoint,
  to: Endpoint,
  port: Port,
  is: Answer,
  because: string,
): Violation {
  const question = { from: from.id, to: to.id, ...port };
  return { world: own.world, question, is, because };
}

/** A few ports for each pair, others from pair to pair. */
function somePorts(ports: readonly Port[], n: number): Port[] {
  return [0, 1, 2].map((i) => ports[(n * 5 + i * 7) % ports.length]!);
}

// Z1: the map is not a loop over explain, yet says of every pair of classes the same.
law('reach agrees with evaluate', WORLDS, (world) => {
  const own = read(world);
  const reachability = new Reachability(own.cluster);
  const ports = portsOf(world.objects);
  for (const from of reachability.classes) {
    for (const to of reachability.classes) {
      const [source, destination] = [from.endpoints[0]!, to.endpoints.at(-1)!];
      if (source.kind !== 'workload' && destination.kind !== 'workload') continue; // not listed
      if (from === to && !reachability.hasTwo(from.index)) continue;
      const reach = reachability.reach(reachability.pair(from.index, to.index));
      for (const port of somePorts(ports, from.index * 31 + to.index)) {
        const [told, mapped] = [verdictOf(own, source, destination, port), answerOf(reach, port)];
        if (told !== mapped)
          return violation(own, source, destination, port, told, `the map says ${mapped}`);
      }
    }
  }
  return undefined;
});

// Rows are made another way than single pairs: a template, the source's cells, cells turned round. What
// unknowns a row names may depend on the order grants were joined in; what it lets through may not.
law('every row of the map is its pairs', WORLDS, (world) => {
  const own = read(world);
  const reachability = new Reachability(own.cluster);
  const { subjects } = reachability.population;
  let found: Violation | undefined;
  let rows = 0;
  reachability.forEachRow(({ source, pods, others }) => {
    rows++;
    for (const { index, endpoints } of reachability.classes) {
      const listed = portsOfReach(
        reachability,
        index < subjects ? pods[index]! : others[index - subjects]!,
      );
      const single = portsOfReach(reachability, reachability.pair(source, index));
      if (found !== undefined || listed === single) continue;
      const from = reachability.classes[source]!.endpoints[0]!;
      const port: Port = { protocol: 'other' };
      const because = `the row says ${listed}, the pair ${single}`;
      found = violation(own, from, endpoints[0]!, port, 'depends', because);
    }
  });
  if (rows !== reachability.classes.length) throw new Error('a class has no row');
  return found;
});

function portsOfReach(reachability: Reachability, id: number): string {
  const { certain, depends } = reachability.reach(id);
  return `${formatPorts(certain)}, perhaps ${formatPorts(depends)}`;
}

// A class is what no policy can tell apart: whoever is asked of it, the answer is its first one's.
law('endpoints of one class answer alike', WORLDS, (world) => {
  const own = read(world);
  const { classes } = new Reachability(own.cluster);
  const ports = portsOf(world.objects);
  for (const { endpoints, index } of classes) {
    const [first, ...rest] = endpoints;
    for (const other of classes) {
      const partner = other.endpoints.find((one) => !endpoints.includes(one));
      if (partner === undefined) continue;
      for (const endpoint of rest) {
        for (const port of somePorts(ports, index * 31 + other.index)) {
          for (const isSource of [true, false]) {
            const ask = (one: Endpoint): Answer =>
              isSource ? verdictOf(own, one, partner, port) : verdictOf(own, partner, one, port);
            const [wanted, told] = [ask(first!), ask(endpoint)];
            if (wanted === told) continue;
            const [from, to] = isSource ? [endpoint, partner] : [partner, endpoint];
            return violation(
              own,
              from,
              to,
              port,
              told,
              `its class, with ${first!.id}, is ${wanted}`,
            );
          }
        }
      }
    }
  }
  return undefined;
});
