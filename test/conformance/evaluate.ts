import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import type { Side } from '../../src/evaluate/verdict/verdict.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { EndIndex, pairsOf } from './ends.ts';
import { common } from './implementation.ts';
import type { Decider, Implementation, Judge } from './implementation.ts';
import { clusterOf } from './manifests.ts';

/** The engine that explains: reads manifests, asks `evaluate` of every pair of pods. */
export const EVALUATE: Implementation = {
  name: 'evaluate',
  judgeOf: (world) => judgeIn(clusterOf(world)),
};

/** As {@link EVALUATE}, of a cluster that has been read. */
export function judgeIn(cluster: Cluster): Judge {
  const index = new EndIndex(cluster);
  return ({ from, to, protocol, port = 0 }) => {
    const pairs = pairsOf(index.find(from), index.find(to));
    if (pairs === 'itself') {
      const [state, tier] = ['exempt', 'none'] as const;
      return {
        answer: 'allowed',
        egress: state,
        ingress: state,
        egressTier: tier,
        ingressTier: tier,
      };
    }
    const verdicts = pairs.map((pair) =>
      evaluate(cluster, {
        from: pair.from.endpoint,
        to: pair.to.endpoint,
        port: { protocol, number: port },
      }),
    );
    return {
      answer: common(verdicts.map(({ answer }) => answer)),
      egress: common(verdicts.map(({ egress }) => egress.state)),
      ingress: common(verdicts.map(({ ingress }) => ingress.state)),
      egressTier: common(verdicts.map(({ egress }) => tierOf(egress))),
      ingressTier: common(verdicts.map(({ ingress }) => tierOf(ingress))),
    };
  };
}

function tierOf(side: Side): Decider {
  return 'tier' in side ? (side.tier ?? 'none') : 'none';
}
