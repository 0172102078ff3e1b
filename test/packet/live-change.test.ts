import * as fc from 'fast-check';
import { FAMILIES, formatAddress, parseAddress } from '../../src/model/address.ts';
import type { Address } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { withAddresses } from '../conformance/addresses.ts';
import type { Question, World } from '../conformance/implementation.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { plausible } from '../generators/cluster.ts';
import { addressesOf, portsOf } from '../generators/questions.ts';
import { law } from '../laws/law.ts';
import type { Violation } from '../laws/law.ts';
import { converse, flowsOf } from './conversation.ts';
import type { Conversation } from './conversation.ts';
import { EnforcedNetwork } from './enforced-network.ts';
import type { Way } from './packet.ts';

/** How many connections are open at once while the cluster changes. */
const CONNECTIONS = 60;

/** A cluster before and after: some policies stay, some come, some go; two objects swap their labels. */
const CHANGES = fc.record({
  cluster: plausible(),
  policies: fc.array(fc.constantFrom('stays', 'comes', 'goes'), { minLength: 5, maxLength: 5 }),
  kind: fc.constantFrom('Pod', 'Namespace', 'nothing'),
  swap: fc.tuple(fc.nat(9), fc.nat(9)),
});

law('L6 after any change an old connection fares as a new one does', CHANGES, (change) => {
  const world = withAddresses(change.cluster);
  const fateOf = policyFates(world, change.policies);
  const without = (fate: string): World => ({
    ...world,
    objects: world.objects.filter((object) => fateOf.get(object) !== fate),
  });
  const after = swapped(without('goes'), change.kind, change.swap);
  const cluster = clusterOf(without('comes'));
  const enforced = new EnforcedNetwork(cluster);
  const open = attemptsIn(world, cluster).flatMap((attempt, i) => {
    const { way, question } = attempt;
    const { protocol, port = 0 } = question;
    const one = converse(enforced.network, way, protocol, port, 20_000 + i);
    return one.open().lost === undefined ? [{ ...attempt, one }] : [];
  });
  enforced.change(clusterOf(after));
  for (const [i, { one, way, question }] of open.entries()) {
    const { protocol, port = 0 } = question;
    const old = flowsOf(one);
    const { lost } = converse(enforced.network, way, protocol, port, 30_000 + i).open();
    const because = faultOf(enforced, one, old, lost);
    if (because !== undefined) {
      const violation: Violation = {
        world: after,
        question,
        is: lost ? 'denied' : 'allowed',
        because,
      };
      return violation;
    }
  }
  return undefined;
});

/** What is wrong with how the old connection fares, given what a new one loses. */
function faultOf(
  { network }: EnforcedNetwork,
  one: Conversation,
  { fromServer, fromClient }: ReturnType<typeof flowsOf>,
  lost: string | undefined,
): string | undefined {
  if (lost === undefined) {
    return fromServer && fromClient ? undefined : 'an old connection stopped, a new one may begin';
  }
  if (lost !== 'first') return `a new connection loses its ${lost}`;
  if (fromClient) return 'the client of an old connection goes on, a new one may not begin';
  // what a node sends to its pods always passes (N1)
  const { family, destination } = one.heard;
  const isNode = network.holderOf({ family, value: destination }).kind === 'node';
  return fromServer && !isNode ? 'the server of an old connection goes on' : undefined;
}

function policyFates(world: World, fates: readonly string[]): Map<unknown, string> {
  const policies = world.objects.filter((object) => kindOf(object) === 'NetworkPolicy');
  return new Map(policies.map((policy, i) => [policy, fates[i % fates.length]!]));
}

function kindOf(object: unknown): string {
  return (object as { kind: string }).kind;
}

/** The world in which two objects of a kind have each other's labels. */
function swapped(world: World, kind: string, [i, k]: readonly [number, number]): World {
  const some = world.objects.filter((object) => kindOf(object) === kind) as {
    metadata: { labels?: object };
  }[];
  const [one, other] = [some[i % some.length], some[k % some.length]];
  if (one === undefined || other === undefined) return world;
  const labelled = (object: typeof one, { metadata }: typeof one): object => ({
    ...object,
    metadata: { ...object.metadata, labels: metadata.labels ?? {} },
  });
  return {
    ...world,
    objects: world.objects.map((object) =>
      object === one ? labelled(one, other) : object === other ? labelled(other, one) : object,
    ),
  };
}

interface Attempt {
  readonly way: Way;
  readonly question: Question;
}

/** Connections between pods, nodes and the outside, on ports that matter. */
function attemptsIn(world: World, cluster: Cluster): Attempt[] {
  const pods = cluster.workloads.flatMap((workload) => workload.pods);
  const nodes = [...cluster.nodes.values()];
  const inside = [...pods, ...nodes].flatMap(({ addresses }) => addresses);
  const outside = addressesOf(world.objects).flatMap((text) => parseAddress(text) ?? []);
  const isNew = (one: Address): boolean => !inside.some((other) => isSame(one, other));
  const ends = [...inside, ...outside.filter(isNew)];
  const ports = portsOf(world.objects);
  const all = FAMILIES.flatMap((family) => {
    const own = ends.filter((end) => end.family === family);
    return own.flatMap((from, i) =>
      own.flatMap((to, k): Attempt[] => {
        const passesNoNode = isNew(from) && isNew(to);
        if (isSame(from, to) || passesNoNode) return [];
        const question = { from: formatAddress(from), to: formatAddress(to) };
        const way = { family, source: from.value, destination: to.value };
        return [{ way, question: { ...question, ...ports[(i * 7 + k * 3) % ports.length]! } }];
      }),
    );
  });
  const step = Math.max(1, Math.floor(all.length / CONNECTIONS));
  return all.filter((_, i) => i % step === 0);
}

function isSame(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}
