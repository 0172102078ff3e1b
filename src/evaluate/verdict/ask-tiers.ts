import type { Cluster } from '../../model/cluster.ts';
import type { Attempt } from './attempt.ts';
import { metIn } from './cluster-rules.ts';
import { isNodeTraffic } from './endpoint.ts';
import { sameNode } from './match.ts';
import { askNetworkPolicies } from './network-policies.ts';
import type { NetworkPolicyRuling } from './network-policies.ts';
import type { ClusterRuleRef, Met, Side, Tier } from './side.ts';

type JudgedSide = Exclude<Side, { state: 'exempt' }>;

/** One way a side may come out; without a tier, by no policy. */
interface Outcome {
  readonly passes: boolean;
  readonly tier: Tier | undefined;
}

/**
 * Asks the tiers one after the other: Admin, NetworkPolicy, Baseline, then the default, which is open (C1
 * to C9). A rule that may match leaves two outcomes, its own and that of what follows it; all are collected
 * (decision D15).
 */
export function askTiers(cluster: Cluster, attempt: Attempt): JudgedSide {
  const admin = metIn(cluster, 'Admin', attempt);
  const asked = untilSure(admin);
  const side = askAfter(cluster, attempt, asked);
  const last = asked.at(-1);
  const isFinal = last !== undefined && last.on === undefined && last.effect !== 'Pass';
  if (!isFinal || side.state === 'open') return side;
  const next = askAfter(cluster, attempt, untilSure(admin.slice(asked.length)));
  return { ...side, next };
}

/** The rules as far as they are asked: the first that surely matches is the last of its tier. */
function untilSure(met: readonly Met[]): readonly Met[] {
  const last = met.findIndex(({ on }) => on === undefined);
  return last === -1 ? met : met.slice(0, last + 1);
}

/** Whether a tier may leave the decision to the next one: by silence, or by a Pass (C8). */
function goesOn(asked: readonly Met[]): boolean {
  const last = asked.at(-1);
  return (
    last === undefined || last.on !== undefined || asked.some(({ effect }) => effect === 'Pass')
  );
}

/** The side, given what the Admin tier says. */
function askAfter(cluster: Cluster, attempt: Attempt, admin: readonly Met[]): JudgedSide {
  const outcomes = admin.flatMap(outcomesOf);
  let ruling: NetworkPolicyRuling | undefined;
  let baseline: readonly Met[] = [];
  if (goesOn(admin)) {
    ruling = askNetworkPolicies(cluster, attempt);
    if (ruling === undefined) {
      baseline = untilSure(metIn(cluster, 'Baseline', attempt));
      outcomes.push(...baseline.flatMap(outcomesOf));
      if (goesOn(baseline)) outcomes.push({ passes: true, tier: undefined });
    } else {
      const tier = 'NetworkPolicy';
      if (ruling.answer !== 'denied') outcomes.push({ passes: true, tier });
      if (ruling.answer !== 'allowed') outcomes.push({ passes: false, tier });
    }
  }
  const isDenied = outcomes.some(({ passes }) => !passes);
  if (isDenied && mayBeExempt(attempt)) outcomes.push({ passes: true, tier: undefined });
  return sideOf([...admin, ...baseline], outcomes, ruling);
}

function outcomesOf({ effect, ref }: Met): Outcome[] {
  return effect === 'Pass' ? [] : [{ passes: effect === 'Accept', tier: ref.tier }];
}

/** What comes from the pod's own node is exempt (N1, D26); whether it does may not be known (D4). */
function mayBeExempt({ direction, subject, peer }: Attempt): boolean {
  const { endpoint } = peer;
  if (direction !== 'ingress' || !isNodeTraffic(endpoint)) return false;
  return sameNode(endpoint, subject) === 'depends';
}

function sideOf(
  met: readonly Met[],
  outcomes: readonly Outcome[],
  ruling: NetworkPolicyRuling | undefined,
): JudgedSide {
  const passed = refsOf(met, 'Pass');
  const tiers = new Set(outcomes.map(({ tier }) => tier));
  const [tier] = tiers;
  if (tiers.size === 1 && tier === undefined) return { state: 'open', met, passed };
  const accepted = refsOf(met, 'Accept');
  const decision = {
    tier: tiers.size === 1 ? tier : ('depends' as const),
    networkPolicies: ruling?.answer,
    isolatedBy: ruling?.isolatedBy ?? [],
    allowedBy: [
      ...accepted.filter((ref) => ref.tier === 'Admin'),
      ...(ruling?.allowedBy ?? []),
      ...accepted.filter((ref) => ref.tier === 'Baseline'),
    ],
    deniedBy: refsOf(met, 'Deny'),
    passed,
    met,
    next: undefined,
  };
  if (outcomes.every(({ passes }) => passes)) return { state: 'allowed', ...decision };
  const missed = ruling?.missed ?? [];
  if (!outcomes.some(({ passes }) => passes)) return { state: 'denied', ...decision, missed };
  const on =
    met.find((one) => one.on !== undefined)?.on ??
    (ruling?.answer === 'depends' ? ruling.on : 'node-placement');
  return { state: 'depends', ...decision, missed, on };
}

function refsOf(met: readonly Met[], effect: Met['effect']): readonly ClusterRuleRef[] {
  return met.filter((one) => one.effect === effect).map(({ ref }) => ref);
}
