import type { ClassSet } from '../../evaluate/population/class-set.ts';
import { podOf } from '../../evaluate/verdict/endpoint.ts';
import type { WorkloadEndpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Severity } from '../../model/problem.ts';
import type { Pod } from '../../model/workload.ts';
import type { Remedy } from '../fixes/finding.ts';
import { bearsName, isOfProtocol, portManifest, portRulings } from '../rule/port-rulings.ts';
import type { AnyNamedPort, PortRuling } from '../rule/port-rulings.ts';
import type { LintRule } from '../rule/rule.ts';
import { MatchedClasses } from '../survey/matched-classes.ts';
import { targetOn } from '../survey/service-target.ts';
import type { Survey } from '../survey/survey.ts';
import { meantName } from '../words/meant-label.ts';
import { policySubject, quoteNames, quoteWorkloads } from '../words/wording.ts';

/**
 * A port name that no pod the rule is about gives to a container port, so it opens nothing (P9), or
 * denies nothing (C28).
 *
 * Evidence: the rule is about at least one pod (the selected ones for ingress, the peers for egress)
 * and none has a container port of that name and protocol; or it is an egress rule for addresses
 * only, which have no port names (P7), and no pod whose address they surely hold has it either. A rule of
 * another tier for pods that no label chooses is for those to come as well, and so an info unless some name is
 * near; its names are of any protocol.
 */
export const namedPortUnserved: LintRule = {
  code: 'named-port-unserved',
  severities: ['warning', 'info'],
  summary:
    'no pod concerned has a container port of the name that a rule gives, so it opens or denies nothing',
  evidence:
    'pods that the rule is about, none of which has the name with that protocol; an info when a rule of another tier is for all pods and no name is near',
  remedy: 'correct the name or the protocol, name the port in the pods, or write its number',
  explains: ['one-side-only', 'rule-unreachable', 'port-unserved'],
  *find(survey) {
    const matched = new MatchedClasses(survey);
    for (const ruling of portRulings(survey)) {
      const { policy, ports, does, about } = ruling;
      for (const port of ports) {
        if (port.kind !== 'named') continue;
        const unserved = unservedBy(survey, matched, ruling, port);
        if (unserved === undefined) continue;
        const { severity, because, fix } = unserved;
        const finding = {
          code: this.code,
          severity,
          message: `port \`${port.name}\` ${does} nothing: ${because}`,
          place: port.place,
          subject: policySubject(policy),
          ...(fix !== undefined && { fix }),
        };
        yield {
          finding,
          ignored: survey.ignores(this.code, policy),
          ...about(),
        };
      }
    }
  },
};

interface Unserved {
  readonly severity: Severity;
  readonly because: string;
  readonly fix?: Remedy;
}

function unservedBy(
  survey: Survey,
  matched: MatchedClasses,
  ruling: PortRuling,
  port: AnyNamedPort,
): Unserved | undefined {
  const { classes, alone } = ruling.targets();
  if (classes.count === 0) {
    const { counting } = ruling;
    if (alone || counting === undefined || counting.rule.peers === 'all') return undefined;
    const addresses = counting.rule.peers.every((one) => one.kind === 'block');
    if (!addresses || isServedWithin(survey, matched.podsOf(counting), port)) return undefined;
    return {
      severity: 'warning',
      because: 'a port name is looked up on pods, and this rule is for addresses',
      fix: { summary: 'write the number of the port' },
    };
  }
  const pods: Pod[] = [];
  for (const index of classes.toArray()) {
    // pods of one class have the same numbers for every name that policies use
    const pod = podOf(survey.reachability.classes[index]!.endpoints[0] as WorkloadEndpoint);
    if (bearsName(pod, port)) return undefined;
    pods.push(pod);
  }
  return explain(survey, classes.toArray(), pods, ruling, port);
}

/** Whether a pod of the classes has a port of the name. */
function isServedWithin({ reachability }: Survey, classes: ClassSet, port: AnyNamedPort): boolean {
  return classes
    .toArray()
    .some((index) =>
      bearsName(podOf(reachability.classes[index]!.endpoints[0] as WorkloadEndpoint), port),
    );
}

function explain(
  survey: Survey,
  classes: Iterable<number>,
  pods: readonly Pod[],
  { policy, isForAll }: PortRuling,
  port: AnyNamedPort,
): Unserved {
  const { name } = port;
  const who = quoteWorkloads(survey.workloadsOf(classes));
  const none = `no ${'protocol' in port ? `${port.protocol} port` : 'port'} of ${who} has that name`;
  const warning = (because: string, summary: string, manifest?: string): Unserved => ({
    severity: 'warning',
    because: `${none}; ${because}`,
    fix: { summary, ...(manifest !== undefined && { manifest }) },
  });
  const ports = pods.flatMap((pod) => pod.ports);
  const other = ports.find((one) => one.name === name);
  if (other !== undefined) {
    const { protocol } = other;
    return warning(`it is the name of a ${protocol} port there`, `write \`protocol: ${protocol}\``);
  }
  const ofService = pods.flatMap((pod) =>
    survey.services.inFrontOf(pod).flatMap((service) =>
      service.ports.flatMap((one) => {
        if (one.name !== name || !isOfProtocol(one, port)) return [];
        const number = targetOn(pod, one);
        return number === undefined ? [] : [{ service, number, protocol: one.protocol }];
      }),
    ),
  )[0];
  if (ofService !== undefined) {
    const { service, number, protocol } = ofService;
    const because = `it is the name of a port of Service \`${service.namespace}/${service.name}\`, which policies do not look at`;
    if (policy.kind === 'NetworkPolicy') return warning(because, `write \`port: ${number}\``);
    const element = { kind: 'numbered', protocol, low: number, high: number } as const;
    return warning(because, 'write the port of the pods', portManifest(policy, element));
  }
  const names = ports.flatMap((one) => (isOfProtocol(one, port) && one.name ? [one.name] : []));
  const meant = meantName(name, names);
  if (meant !== undefined)
    return warning(`did you mean \`${meant}\`?`, `write \`${nameField(policy)}: ${meant}\``);
  return {
    severity: isForAll ? 'info' : 'warning',
    because: names.length === 0 ? none : `${none}; the names there are ${quoteNames(names)}`,
  };
}

/** What a policy of the kind calls a port by name. */
function nameField({ kind }: PortRuling['policy']): string {
  if (kind === 'NetworkPolicy') return 'port';
  return kind === 'ClusterNetworkPolicy' ? 'destinationNamedPort' : 'namedPort';
}
