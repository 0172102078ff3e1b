import { andMeant } from './rules/and-meant.ts';
import { dnsUnreachable } from './rules/dns-unreachable.ts';
import { dnsWithoutTcp } from './rules/dns-without-tcp.ts';
import { hostnetworkSubject } from './rules/hostnetwork-subject.ts';
import { idleSection } from './rules/idle-section.ts';
import { ingressBlocked } from './rules/ingress-blocked.ts';
import { ingressByDefault } from './rules/ingress-by-default.ts';
import { metadataReachable } from './rules/metadata-reachable.ts';
import { namedPortUnserved } from './rules/named-port-unserved.ts';
import { notEnforced } from './rules/not-enforced.ts';
import { notIsolated } from './rules/not-isolated.ts';
import { oneSideOnly } from './rules/one-side-only.ts';
import { orMeant } from './rules/or-meant.ts';
import { peerMatchesNothing } from './rules/peer-matches-nothing.ts';
import { policySelectsNothing } from './rules/policy-selects-nothing.ts';
import { routeDeadEnd } from './rules/route-dead-end.ts';
import { ruleAddsNothing } from './rules/rule-adds-nothing.ts';
import { servicePort } from './rules/service-port.ts';
import { serviceWithoutPods } from './rules/service-without-pods.ts';
import { targetPortUnserved } from './rules/target-port-unserved.ts';
import type { LintRule } from './rule.ts';

/** All that `sluice check` looks for, in the order of docs/findings.md. */
export const LINT_RULES: readonly LintRule[] = [
  notEnforced,
  policySelectsNothing,
  hostnetworkSubject,
  idleSection,
  ingressByDefault,
  peerMatchesNothing,
  andMeant,
  orMeant,
  servicePort,
  namedPortUnserved,
  oneSideOnly,
  ruleAddsNothing,
  dnsUnreachable,
  dnsWithoutTcp,
  metadataReachable,
  notIsolated,
  serviceWithoutPods,
  targetPortUnserved,
  ingressBlocked,
  routeDeadEnd,
];
