import type { LintRule } from '../rule/rule.ts';
import { andMeant } from '../rules/and-meant.ts';
import { dnsUnreachable } from '../rules/dns-unreachable.ts';
import { dnsWithoutTcp } from '../rules/dns-without-tcp.ts';
import { equalPriorities } from '../rules/equal-priorities.ts';
import { hostnetworkSubject } from '../rules/hostnetwork-subject.ts';
import { idleSection } from '../rules/idle-section.ts';
import { ingressBlocked } from '../rules/ingress-blocked.ts';
import { ingressByDefault } from '../rules/ingress-by-default.ts';
import { isolationOverridden } from '../rules/isolation-overridden.ts';
import { metadataReachable } from '../rules/metadata-reachable.ts';
import { namedPortUnserved } from '../rules/named-port-unserved.ts';
import { noDefaultDeny } from '../rules/no-default-deny.ts';
import { notEnforced } from '../rules/not-enforced.ts';
import { notIsolated } from '../rules/not-isolated.ts';
import { oldPolicyKind } from '../rules/old-policy-kind.ts';
import { oneSideOnly } from '../rules/one-side-only.ts';
import { openedAnyway } from '../rules/opened-anyway.ts';
import { orMeant } from '../rules/or-meant.ts';
import { peerMatchesNothing } from '../rules/peer-matches-nothing.ts';
import { peerTooWide } from '../rules/peer-too-wide.ts';
import { policyAddsNothing } from '../rules/policy-adds-nothing.ts';
import { policySelectsNothing } from '../rules/policy-selects-nothing.ts';
import { portUnserved } from '../rules/port-unserved.ts';
import { routeDeadEnd } from '../rules/route-dead-end.ts';
import { ruleAddsNothing } from '../rules/rule-adds-nothing.ts';
import { ruleOverridden } from '../rules/rule-overridden.ts';
import { ruleShadowed } from '../rules/rule-shadowed.ts';
import { ruleUnreachable } from '../rules/rule-unreachable.ts';
import { serviceAddress } from '../rules/service-address.ts';
import { servicePort } from '../rules/service-port.ts';
import { serviceWithoutPods } from '../rules/service-without-pods.ts';
import { targetPortUnserved } from '../rules/target-port-unserved.ts';

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
  serviceAddress,
  namedPortUnserved,
  portUnserved,
  oneSideOnly,
  ruleUnreachable,
  openedAnyway,
  policyAddsNothing,
  ruleAddsNothing,
  peerTooWide,
  dnsUnreachable,
  dnsWithoutTcp,
  metadataReachable,
  notIsolated,
  noDefaultDeny,
  ruleOverridden,
  isolationOverridden,
  ruleShadowed,
  equalPriorities,
  oldPolicyKind,
  serviceWithoutPods,
  targetPortUnserved,
  ingressBlocked,
  routeDeadEnd,
];
