import { clusterPortsOf } from '../../evaluate/verdict/cluster-ports.ts';
import { portsOfRule } from '../../evaluate/verdict/match.ts';
import type { ClusterNamedPort, ClusterPolicy } from '../../model/cluster-policy.ts';
import type { NamedPort, NetworkPolicy, NumberedPorts, PortRule } from '../../model/policy.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { ContainerPort, Pod } from '../../model/workload.ts';
import { clusterPortsManifest } from '../fixes/cluster-manifest.ts';
import { portsManifest } from '../fixes/manifest.ts';
import { namesLabels } from '../survey/selector-logic.ts';
import type { CountingRule, Survey } from '../survey/survey.ts';
import type { ClusterCounting } from '../survey/tier-survey.ts';
import { doesWord } from '../words/wording.ts';
import { clusterTargetsOf, hopsOf, targetsOf } from './rule-ends.ts';
import type { Targets } from './rule-ends.ts';
import type { Remark } from './rule.ts';

/** A port by name: of one protocol in a NetworkPolicy (P8), of any in the other tiers (C28). */
export type AnyNamedPort = NamedPort | ClusterNamedPort;

/** A rule that lists ports, of whatever tier, as the findings about ports look at it. */
export interface PortRuling {
  readonly policy: NetworkPolicy | ClusterPolicy;
  readonly ports: readonly (PortRule | ClusterNamedPort)[];
  /** What it does with its ports. */
  readonly does: ReturnType<typeof doesWord>;
  /** Whether no label chooses the pods it is about, in a tier where it is for all that may ever come. */
  readonly isForAll: boolean;
  /** The rule itself where it is one of a NetworkPolicy. */
  readonly counting: CountingRule | undefined;
  /** The connections it is about; of another tier none, for what is found there explains nothing here. */
  readonly about: () => Pick<Remark, 'hops'>;
  /** The pods that its ports are about. */
  readonly targets: () => Targets;
  readonly portsOn: (destination: readonly ContainerPort[]) => PortSet;
}

/**
 * The rules that list ports: those of NetworkPolicies that count, then those of the other tiers. Of the latter
 * only such as were understood, in a cluster whose labels can all be read: the rest are problems already.
 */
export function* portRulings(survey: Survey): Generator<PortRuling> {
  for (const counting of survey.rules()) {
    const { policy, rule } = counting;
    if (rule.ports === 'all') continue;
    yield {
      policy,
      ports: rule.ports,
      does: doesWord(),
      isForAll: false,
      counting,
      about: () => ({ hops: hopsOf(survey, counting) }),
      targets: () => targetsOf(survey, counting),
      portsOn: (destination) => portsOfRule(rule, destination),
    };
  }
  if (survey.tiers.isEmpty || !survey.tiers.isReadable) return;
  for (const counting of survey.tiers.rules()) {
    const { policy, rule } = counting;
    const isUnderstood = policy.isSure && rule.peers !== 'all' && rule.peers.length > 0;
    if (rule.ports === 'all' || !isUnderstood) continue;
    yield {
      policy,
      ports: rule.ports,
      does: doesWord(rule.action),
      isForAll: isForAll(counting),
      counting: undefined,
      about: () => ({}),
      targets: () => clusterTargetsOf(survey, counting),
      portsOn: (destination) => clusterPortsOf(rule, destination),
    };
  }
}

/** Whether a port of the pod has the name, and the protocol where one is asked for. */
export function bearsName({ ports }: Pod, port: AnyNamedPort): boolean {
  return ports.some((one) => one.name === port.name && isOfProtocol(one, port));
}

/** Whether something is of the protocol that a port by name asks for. */
export function isOfProtocol(
  { protocol }: Pick<ContainerPort, 'protocol'>,
  port: AnyNamedPort,
): boolean {
  return !('protocol' in port) || port.protocol === protocol;
}

/** One element of a rule's list of ports, as its policy writes it. */
export function portManifest(
  { kind }: NetworkPolicy | ClusterPolicy,
  port: Omit<NumberedPorts, 'place'> | Omit<NamedPort, 'place'>,
): string {
  return kind === 'NetworkPolicy' ? portsManifest([port]) : clusterPortsManifest(kind, [port]);
}

function isForAll({ policy, direction, rule }: ClusterCounting): boolean {
  const about = direction === 'ingress' ? [policy.subject] : rule.peers === 'all' ? [] : rule.peers;
  return about.some(
    (one) => 'namespaces' in one && !namesLabels(one.namespaces) && !namesLabels(one.pods ?? []),
  );
}
