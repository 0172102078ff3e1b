import { isSubject } from '../evaluate/verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../evaluate/verdict/endpoint.ts';
import type { ClusterRuleRef, DeniedSide, DependingSide } from '../evaluate/verdict/side.ts';
import type { Connection, Port, Verdict } from '../evaluate/verdict/verdict.ts';
import type { ClusterPolicy, ClusterTier } from '../model/cluster-policy.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Direction, NetworkPolicy } from '../model/policy.ts';
import type { Candidate } from './candidate.ts';
import { proposeClusterPolicy } from './cluster-proposal.ts';
import { peersFor, portRuleFor, proposePolicy } from './proposal.ts';
import { placeBefore, shortName, sidesOf, told } from './sides.ts';

type ClosedSide = DeniedSide | DependingSide;

/** A side that does not surely pass, and who is at its two ends. */
interface Closed {
  readonly direction: Direction;
  readonly side: ClosedSide;
  readonly subject: WorkloadEndpoint;
  readonly peer: Endpoint;
  readonly port: Port;
}

/** One thing that may open a side. */
interface Opening {
  readonly policy: NetworkPolicy | ClusterPolicy | undefined;
  readonly without: readonly ClusterRuleRef[];
  /** What must be said of it beside whom it is for. */
  readonly note: string | undefined;
}

/** Changes that may allow a connection: NetworkPolicies first, then policies of the tiers around them. */
export function* allowing(
  cluster: Cluster,
  { from, to, port }: Connection,
  verdict: Verdict,
): Generator<Candidate> {
  const closed: Closed[] = [];
  for (const [direction, side] of sidesOf(verdict)) {
    if (side.state !== 'denied' && side.state !== 'depends') continue;
    const [subject, peer] = direction === 'egress' ? [from, to] : [to, from];
    if (isSubject(subject)) closed.push({ direction, side, subject, peer, port });
  }
  if (closed.length === 0) return;
  const [first, second] = closed.map((one) => openingsOf(cluster, one));
  for (const one of first!) {
    if (second === undefined) yield candidateOf(closed, [one]);
    else for (const other of second) yield candidateOf(closed, [one, other]);
  }
}

function openingsOf(cluster: Cluster, closed: Closed): Opening[] {
  const { direction, side, subject, peer, port } = closed;
  const openings: Opening[] = [];
  const element = portRuleFor(port);
  const name = `allow-${shortName(subject)}-${direction === 'egress' ? 'to' : 'from'}-${shortName(peer)}`;
  const peers = peersFor(cluster, subject.workload.namespace, peer);
  if (peers.length > 0) {
    const rule = { peers, ports: element === undefined ? ('all' as const) : [element] };
    const policy = proposePolicy(cluster, subject, direction, name, [rule]);
    openings.push({ policy, without: [], note: isolationNote(closed) });
  }
  for (const tier of tiersFor(cluster, closed)) {
    const place = placeBefore(side, tier);
    const policy = proposeClusterPolicy(cluster, 'Accept', name, closed, place);
    if (policy !== undefined)
      openings.push({ policy, without: [], note: placeNote(policy, direction, place.before) });
  }
  if (side.deniedBy.length > 0) {
    const rules = side.deniedBy.map(told).join(' and ');
    const note = `nothing that one could add allows it, so ${rules} must go, or be mended`;
    openings.push({ policy: undefined, without: side.deniedBy, note });
  }
  return openings;
}

/** The tiers a policy may stand in to allow it: one that has a say, or where NetworkPolicies know no names. */
function tiersFor({ clusterPolicies }: Cluster, { side, peer }: Closed): readonly ClusterTier[] {
  if (clusterPolicies.length === 0) return [];
  if (side.met.some(({ ref }) => ref.tier === 'Baseline')) return ['Baseline', 'Admin'];
  return side.met.length > 0 || peer.kind === 'domain' ? ['Admin'] : [];
}

/** A first policy closes what it does not allow: the default was open, and so was the rest of Baseline. */
function isolationNote({ direction, side, subject }: Closed): string | undefined {
  if (side.networkPolicies !== undefined || side.tier !== 'Baseline') return undefined;
  return `it isolates \`${subject.workload.namespace}/${subject.workload.name}\` for ${direction}, so the Baseline tier is no longer asked and whatever else it needs must be allowed too`;
}

function placeNote(
  { kind, name, tier }: ClusterPolicy,
  direction: Direction,
  before: ClusterPolicy | undefined,
): string {
  const where = before === undefined ? '' : `, before \`${before.name}\``;
  return `for ${direction} no NetworkPolicy can do it: ${kind} \`${name}\` stands in the ${tier} tier${where}, and is for whoever administers the cluster`;
}

function candidateOf(closed: readonly Closed[], openings: readonly Opening[]): Candidate {
  const policies = openings.flatMap(({ policy }) => (policy === undefined ? [] : [policy]));
  const ends = closed.flatMap(({ direction, subject }, i) =>
    openings[i]!.policy === undefined
      ? []
      : [`${direction} of \`${subject.workload.namespace}/${subject.workload.name}\``],
  );
  const what = policies.length === 1 ? 'add this policy' : 'add these policies';
  const added = ends.length === 0 ? [] : [`${what}, for the ${ends.join(' and the ')}`];
  const notes = openings.flatMap(({ note }) => (note === undefined ? [] : [note]));
  return {
    summary: [...added, ...new Set(notes)].join('; '),
    policies,
    without: openings.flatMap(({ without }) => without),
  };
}
