/**
 * The executable specification of NetworkPolicy v1 and of the tiers around it: from raw API objects
 * to an answer.
 *
 * Slow on purpose: `judge` reads everything anew for every question. See README.md.
 *
 * @module
 */
import { readAddress, readBlock, type Address, type Family } from './address.ts';
import type { Attempt, Setting } from './attempt.ts';
import { domainsOf } from './cluster-policy.ts';
import { OUTSIDE, readCluster, type Cluster, type Endpoint } from './cluster.ts';
import { readDomain } from './domain.ts';
import { outcomes, type Outcome, type Tier } from './tiers.ts';

/** May the connection be made; `depends` when the manifests leave it open. */
export type Answer = 'allowed' | 'denied' | 'depends';

/** What the policies say at one end (Z2): only the last two can keep a connection from passing. */
export type Side = 'exempt' | 'open' | 'allowed' | 'depends' | 'denied';

/**
 * One connection attempt. `from` and `to` are `ns/name`, `ns/Kind/name`, `node/NAME` or an address,
 * and `to` may be `domain/NAME`, or `domain/*.NAME` for all names below (D19); `protocol` is `TCP`,
 * `UDP`, `SCTP` (with a port), `ICMP` or `other` (without).
 */
export interface Question {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly port?: number | undefined;
}

/** Raw manifests, no default applied, and the CIDRs pods get their addresses from, if known. */
export interface World {
  readonly objects: readonly unknown[];
  readonly podNetwork?: readonly string[] | undefined;
}

/** The tier that decided a side: `none` if no policy did, `depends` if it may be one or another. */
export type Decider = Tier | 'none' | 'depends';

/** An answer with the two sides it was made from, and the tiers that decided them. */
export interface Judgement {
  readonly answer: Answer;
  readonly egress: Side;
  readonly ingress: Side;
  readonly egressTier: Decider;
  readonly ingressTier: Decider;
}

/** Answers a question; throws a RangeError for an endpoint the world does not have, never else. */
export function decide(world: World, question: Question): Answer {
  return judge(world, question).answer;
}

/** One id, in its long form, for every workload, pod and node of the world. */
export function endpoints(world: World): string[] {
  const { workloads, pods, nodes } = readCluster(world.objects);
  return [...new Set([...workloads.keys(), ...pods.keys(), ...nodes.keys()])];
}

/** The domains the policies speak of, as `domain/NAME` or `domain/*.NAME`: ends as well (D19). */
export function domains(world: World): string[] {
  const names = readCluster(world.objects).clusterPolicies.flatMap(domainsOf);
  return [...new Set(names.map((name) => `domain/${name}`))];
}

/** Like `decide`, with the state of both sides; `depends` where several pairs differ. */
export function judge(world: World, question: Question): Judgement {
  return judgeIn(readSetting(world), question);
}

/** What questions are judged in, read from a world; only to spare many questions the reading. */
export function readSetting(world: World): Setting {
  const podNetwork = world.podNetwork?.map(readBlock).filter((block) => block !== undefined);
  const cluster = readCluster(world.objects);
  return { cluster, podNetwork: podNetwork?.length ? podNetwork : undefined };
}

/** Like `judge`, of a world that has been read. */
export function judgeIn(setting: Setting, question: Question): Judgement {
  const { cluster } = setting;
  if (domainOf(question.from) !== undefined) {
    throw new RangeError(
      `\`${question.from}\` cannot connect: a name says where to, not from where`,
    );
  }
  const from = resolve(question.from, cluster);
  const to = resolve(question.to, cluster);

  const pairs = from.ends.flatMap((source) =>
    to.ends.map((destination) => ({ source, destination })),
  );
  const different = pairs.filter(({ source, destination }) => source.id !== destination.id);
  if (different.length === 0 && !from.isWorkload && !to.isWorkload) {
    return judgementOf(EXEMPT, EXEMPT); // N4, C31, D5: a pod to itself
  }
  // D5: a workload to itself means two different pods of it, alike where the input has only one.
  return common(
    (different.length > 0 ? different : pairs).map(({ source, destination }) =>
      judgePair(source, destination, question, setting),
    ),
  );
}

/** D1: the best over the address families both ends have; none in common is no connection. */
function judgePair(
  source: Endpoint,
  destination: Endpoint,
  { protocol, port }: Question,
  setting: Setting,
): Judgement {
  const shared = families(source, setting).filter((f) =>
    families(destination, setting).includes(f),
  );
  const judgements = shared.map((family) => {
    const attempt = { family, protocol, port };
    return judgementOf(
      ruleOn({ ...attempt, direction: 'egress', subject: source, peer: destination }, setting),
      ruleOn({ ...attempt, direction: 'ingress', subject: destination, peer: source }, setting),
    );
  });
  const first = (['allowed', 'depends', 'denied'] as const)
    .map((answer) => judgements.find((judgement) => judgement.answer === answer))
    .find((judgement) => judgement !== undefined);
  const cut: Ruling = { side: 'denied', tier: 'none' };
  return first ?? judgementOf(cut, cut);
}

/** S3, C10: both sides must allow it. */
function judgementOf(egress: Ruling, ingress: Ruling): Judgement {
  const sides = new Set<Side>([egress.side, ingress.side]);
  const answer = (['denied', 'depends'] as const).find((side) => sides.has(side)) ?? 'allowed';
  const tiers = { egressTier: egress.tier, ingressTier: ingress.tier };
  return { answer, egress: egress.side, ingress: ingress.side, ...tiers };
}

/** One direction: what its side is, and who decided it. */
interface Ruling {
  readonly side: Side;
  readonly tier: Decider;
}

const EXEMPT: Ruling = { side: 'exempt', tier: 'none' };

/** One direction: exempt, or what the tiers say of it. */
function ruleOn(attempt: Attempt, setting: Setting): Ruling {
  const { direction, subject, peer } = attempt;
  if (subject.kind !== 'pod') return EXEMPT; // N6, C13, D3, D11
  const node = direction === 'ingress' && peer.kind === 'node' ? onSameNode(subject, peer) : 'no';
  if (node === 'yes') return EXEMPT; // N1, C32
  const found: (Ruling | Outcome)[] = [...outcomes(attempt, setting)];
  const denied = found.filter(({ side }) => side === 'denied');
  if (node === 'maybe' && denied.length > 0) found.push(EXEMPT); // D4
  const passing = denied.length === 0 ? 'allowed' : 'depends';
  const sides = new Set(found.map(({ side }) => side));
  const [only] = sides;
  return {
    side: sides.size === 1 && only ? only : passing,
    tier: same(found.map(({ tier }) => tier)),
  };
}

/** D4: whether N1, "the traffic source is the pod's local node", applies. */
function onSameNode(pod: Endpoint, node: Endpoint): 'yes' | 'maybe' | 'no' {
  if (pod.node === undefined || node.node === undefined) return 'maybe';
  return pod.node === node.node ? 'yes' : 'no';
}

/** D1: those of its known addresses; a pod without has those of the pod network. */
function families(end: Endpoint, { podNetwork }: Setting): Family[] {
  const known =
    end.addresses.length > 0 ? end.addresses : end.kind === 'pod' ? podNetwork : undefined;
  const all: Family[] = ['IPv4', 'IPv6'];
  return known ? all.filter((family) => known.some((one) => one.family === family)) : all;
}

/** D6: the common answer of all pairs, `depends` where they differ; the sides likewise. */
function common(judgements: readonly Judgement[]): Judgement {
  return {
    answer: same(judgements.map((judgement) => judgement.answer)),
    egress: same(judgements.map((judgement) => judgement.egress)),
    ingress: same(judgements.map((judgement) => judgement.ingress)),
    egressTier: same(judgements.map((judgement) => judgement.egressTier)),
    ingressTier: same(judgements.map((judgement) => judgement.ingressTier)),
  };
}

function same<T>(values: readonly T[]): T | 'depends' {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : 'depends';
}

interface Ends {
  readonly ends: readonly Endpoint[];
  /** Whether a workload was asked for as a whole, rather than one pod, node or address. */
  readonly isWorkload: boolean;
}

/** The ends an endpoint string stands for. */
function resolve(text: string, cluster: Cluster): Ends {
  const { workloads, pods, nodes } = cluster;
  const address = readAddress(text);
  if (address) return { ends: endsAt(text, address, cluster), isWorkload: false };
  const domain = domainOf(text);
  if (domain !== undefined) {
    const end: Endpoint = { ...OUTSIDE, id: `domain/${domain}`, kind: 'domain', domain };
    return { ends: [end], isWorkload: false };
  }
  const single = nodes.get(text) ?? pods.get(text);
  if (single) return { ends: [single], isWorkload: false };
  const ids = [...workloads.keys()].filter((id) => [id, id.replace(/\/.*\//, '/')].includes(text));
  const [id = ''] = ids;
  const ends = workloads.get(id);
  if (ids.length !== 1 || !ends) {
    throw new RangeError(
      ids.length > 1
        ? `\`${text}\` may be ${ids.map((one) => `\`${one}\``).join(' or ')}; use one of these`
        : `there is no \`${text}\`; give ns/name, ns/Kind/name, node/NAME, domain/NAME or an address`,
    );
  }
  return { ends, isWorkload: !pods.has(id) };
}

/** D19: the name in `domain/NAME`. */
function domainOf(text: string): string | undefined {
  return text.startsWith('domain/') ? readDomain(text.slice('domain/'.length)) : undefined;
}

/** D11: an address is the pod that has it, else the node, else the outside. */
function endsAt(text: string, address: Address, { pods, nodes }: Cluster): readonly Endpoint[] {
  const has = ({ addresses }: Endpoint): boolean =>
    addresses.some((one) => one.family === address.family && one.value === address.value);
  const owners = [...pods.values()].filter((pod) => pod.kind === 'pod' && has(pod));
  const found = owners.length > 0 ? owners : [...nodes.values()].filter(has);
  return found.length > 0 ? found : [{ ...OUTSIDE, id: text, addresses: [address] }];
}
