import { isSubject } from '../../src/evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import type { Address } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Conversation, converse } from '../packet/conversation.ts';
import type { Exchange } from '../packet/conversation.ts';
import { EnforcedNetwork } from '../packet/enforced-network.ts';
import type { Network } from '../packet/network.ts';
import { unknownProtocol } from '../packet/packet.ts';
import type { Way } from '../packet/packet.ts';
import { withAddresses } from './addresses.ts';
import { EndIndex, pairsOf } from './ends.ts';
import type { Pair } from './ends.ts';
import { common } from './implementation.ts';
import type { Implementation, Judge, Judgement, Question } from './implementation.ts';
import { clusterOf, namesDomains } from './manifests.ts';

/** The compiled rulesets: every node's is walked by the packets of a real connection. */
export const PACKET: Implementation = {
  name: 'packet',
  seen: withAddresses,
  judgeOf: (world) => judgeIn(clusterOf(withAddresses(world))),
};

/** As {@link PACKET}, of a cluster in which every pod has a node and addresses. */
export function judgeIn(cluster: Cluster): Judge {
  const index = new EndIndex(cluster);
  const { network } = enforcedBySteps(cluster);
  const hasNames = namesDomains(cluster);
  /** Nobody looked a name up yet, so what depends on that must be closed (C23). */
  const isNamed = ({ from, to }: Pair, { protocol, port = 0 }: Question): boolean =>
    hasNames &&
    evaluate(cluster, { from: from.endpoint, to: to.endpoint, port: { protocol, number: port } })
      .answer === 'depends';
  return (question) => {
    const pairs = pairsOf(index.find(question.from), index.find(question.to));
    if (pairs === 'itself') return { answer: 'allowed' };
    const judgements = pairs.map((pair): Judgement | undefined => {
      const found = judgePair(cluster, network, pair, question);
      const isOpen = found?.answer === 'denied' && isNamed(pair, question);
      return isOpen ? { ...found, answer: 'depends' } : found;
    });
    const known = judgements.filter((judgement) => judgement !== undefined);
    if (known.length < judgements.length) return undefined;
    return {
      answer: common(known.map(({ answer }) => answer)),
      because: known.map(({ because }) => because).join('; '),
    };
  };
}

/**
 * The network of a cluster, whose rules came at once or by changes: in some clusters half of the policies
 * comes later, in some half of the workloads. Every other node is under attack. No answer may differ
 * for any of that.
 */
function enforcedBySteps(cluster: Cluster): EnforcedNetwork {
  const { policies, clusterPolicies, workloads } = cluster;
  const isEven = (_: unknown, i: number): boolean => i % 2 === 0;
  const first: Cluster[] = [
    cluster,
    {
      ...cluster,
      policies: policies.filter(isEven),
      clusterPolicies: clusterPolicies.filter(isEven),
    },
    { ...cluster, workloads: workloads.filter(isEven) },
  ];
  const start =
    first[(policies.length + clusterPolicies.length + workloads.length) % first.length]!;
  const enforced = new EnforcedNetwork(start, { isStrained: (i) => i % 2 === 1 });
  if (start !== cluster) enforced.change(cluster);
  return enforced;
}

/** The best over the families both ends have (D1). */
function judgePair(
  cluster: Cluster,
  network: Network,
  { from, to }: Pair,
  question: Question,
): Judgement | undefined {
  // another pod of a workload that has one alone, or nothing that passes a node
  if (from.id === to.id) return undefined;
  if (from.endpoint.kind === 'addresses' && to.endpoint.kind === 'addresses') return undefined;
  const [sources, destinations] = [from, to].map(({ endpoint }) => addressesAt(cluster, endpoint));
  if (sources!.length === 0 || destinations!.length === 0) return undefined;
  let because = 'no family in common';
  for (const { family, value: source } of sources!) {
    const destination = destinations!.find((one) => one.family === family)?.value;
    if (destination === undefined) continue;
    const { lost, trace } = play(network, { family, source, destination }, question);
    because = trace.join(', ');
    if (lost === undefined) return { answer: 'allowed', because };
    if (lost !== 'first') throw new Error(`${lost} was lost: ${because}`);
  }
  return { answer: 'denied', because };
}

/** What has no ports is played as an echo and as a protocol nobody knows, which must fare alike (P17). */
function play(network: Network, way: Way, { protocol, port = 0 }: Question): Exchange {
  network.flush();
  const exchange = converse(network, way, protocol, port).open();
  if (protocol !== 'other') return exchange;
  network.flush();
  const client = network.holderOf({ family: way.family, value: way.source });
  const { lost, trace } = new Conversation(network, client, unknownProtocol(way)).open();
  if (lost === exchange.lost) return exchange;
  throw new Error(`an echo fares otherwise: ${exchange.trace.join(', ')}; ${trace.join(', ')}`);
}

function addressesAt(cluster: Cluster, endpoint: Endpoint): readonly Address[] {
  switch (endpoint.kind) {
    case 'addresses':
      return [{ family: endpoint.family, value: endpoint.bounds[0]! }];
    case 'node':
      return endpoint.node.addresses;
    case 'domain':
      return [];
    case 'workload': {
      const pod = endpoint.pods[0]!;
      if (isSubject(endpoint)) return pod.addresses;
      return pod.node === undefined ? [] : (cluster.nodes.get(pod.node)?.addresses ?? []);
    }
  }
}
