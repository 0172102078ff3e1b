import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { populationOf } from '../../src/evaluate/population/population.ts';
import { isSubject } from '../../src/evaluate/verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import type { Port } from '../../src/evaluate/verdict/verdict.ts';
import { AnyProxy } from '../../src/evaluate/ways-in/any-proxy.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { plausible } from '../generators/cluster.ts';
import { portsOf } from '../generators/questions.ts';
import { SEED } from '../generators/seed.ts';

/** What the policies of the destination say of each source; undefined where the ends share no family. */
function statesOf(cluster: Cluster, from: readonly Endpoint[], to: WorkloadEndpoint, port: Port) {
  return from.flatMap((source) => {
    const { families, ingress } = evaluate(cluster, { from: source, to, port });
    return families.length === 0 ? [] : [ingress.state];
  });
}

test('a proxy that nobody knows is let in where all are, and shut out where no pod and no address is let in', () => {
  const seen = { allowed: 0, denied: 0, depends: 0 };
  fc.assert(
    fc.property(plausible({ clusterPolicies: 2 }), (generated) => {
      const cluster = clusterOf(generated);
      const { endpoints } = populationOf(cluster);
      const anyone = new AnyProxy(cluster);
      const ports = portsOf(generated.objects).slice(0, 12);
      for (const to of endpoints) {
        if (!isSubject(to)) continue;
        for (const { protocol, port: number = 0 } of ports) {
          const port: Port = { protocol, number };
          const part = { connection: { from: to, to, port } };
          const answer = anyone.answer(part as Parameters<AnyProxy['answer']>[0]);
          seen[answer]++;
          if (answer === 'depends') continue;
          const others = endpoints.filter(
            (one) => one !== to && (isSubject(one) || one.kind === 'addresses'),
          );
          const states = statesOf(cluster, others, to, port);
          const wanted = answer === 'allowed' ? ['open', 'allowed'] : ['denied'];
          for (const state of states) expect(wanted).toContain(state);
        }
      }
    }),
    { numRuns: 200, seed: SEED },
  );
  // a law about nothing would hold as well
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
});
