import type { NamedPort } from '../../model/policy.ts';
import { resolveNamedPort } from '../../model/workload.ts';
import type { Pod } from '../../model/workload.ts';
import type { ClassSet } from '../../evaluate/class-set.ts';
import { podOf } from '../../evaluate/endpoint.ts';
import type { WorkloadEndpoint } from '../../evaluate/endpoint.ts';
import { meantName } from '../meant-label.ts';
import { hopsOf, targetsOf } from '../rule-ends.ts';
import type { LintRule } from '../rule.ts';
import { targetOn } from '../service-target.ts';
import { MatchedClasses } from '../matched-classes.ts';
import type { CountingRule, Survey } from '../survey.ts';
import { policySubject, quoteNames, quoteWorkloads } from '../wording.ts';

/**
 * A port name that no pod the rule is about gives to a container port, so it opens nothing (P9).
 *
 * Evidence: the rule is about at least one pod (the selected ones for ingress, the peers for egress)
 * and none has a container port of that name and protocol; or it is an egress rule for addresses
 * only, which have no port names (P7), and no pod whose address they surely hold has it either.
 */
export const namedPortUnserved: LintRule = {
  code: 'named-port-unserved',
  severities: ['warning'],
  summary:
    'no pod concerned has a container port of the name that a rule gives, so it opens nothing',
  evidence: 'pods that the rule is about, none of which has the name with that protocol',
  remedy: 'correct the name or the protocol, name the port in the pods, or write its number',
  explains: ['one-side-only', 'rule-unreachable', 'port-unserved'],
  *find(survey) {
    const matched = new MatchedClasses(survey);
    for (const counting of survey.rules()) {
      const { policy, rule } = counting;
      if (rule.ports === 'all') continue;
      for (const port of rule.ports) {
        if (port.kind !== 'named') continue;
        const unserved = unservedBy(survey, matched, counting, port);
        if (unserved === undefined) continue;
        const { because, fix } = unserved;
        const finding = {
          code: this.code,
          severity: 'warning' as const,
          message: `port \`${port.name}\` opens nothing: ${because}`,
          place: port.place,
          subject: policySubject(policy),
          ...(fix !== undefined && { fix: { summary: fix } }),
        };
        yield {
          finding,
          ignored: survey.ignores(this.code, policy),
          hops: hopsOf(survey, counting),
        };
      }
    }
  },
};

interface Unserved {
  readonly because: string;
  readonly fix?: string;
}

function unservedBy(
  survey: Survey,
  matched: MatchedClasses,
  counting: CountingRule,
  port: NamedPort,
): Unserved | undefined {
  const { rule } = counting;
  const { classes, alone } = targetsOf(survey, counting);
  if (classes.count === 0) {
    const addresses =
      !alone && rule.peers !== 'all' && rule.peers.every((one) => one.kind === 'block');
    if (!addresses || isServedWithin(survey, matched.podsOf(counting), port)) return undefined;
    const because = 'a port name is looked up on pods, and this rule is for addresses';
    return { because, fix: 'write the number of the port' };
  }
  const pods: Pod[] = [];
  for (const index of classes.toArray()) {
    // pods of one class have the same numbers for every name that policies use
    const pod = podOf(survey.reachability.classes[index]!.endpoints[0] as WorkloadEndpoint);
    if (resolveNamedPort(pod.ports, port.name, port.protocol).length > 0) return undefined;
    pods.push(pod);
  }
  return explain(survey, classes.toArray(), pods, port);
}

/** Whether a pod of the classes has a port of the name. */
function isServedWithin(
  { reachability }: Survey,
  classes: ClassSet,
  { name, protocol }: NamedPort,
): boolean {
  return classes.toArray().some((index) => {
    const { ports } = podOf(reachability.classes[index]!.endpoints[0] as WorkloadEndpoint);
    return resolveNamedPort(ports, name, protocol).length > 0;
  });
}

function explain(
  survey: Survey,
  classes: Iterable<number>,
  pods: readonly Pod[],
  { name, protocol }: NamedPort,
): Unserved {
  const who = quoteWorkloads(survey.workloadsOf(classes));
  const none = `no ${protocol} port of ${who} has that name`;
  const ports = pods.flatMap((pod) => pod.ports);
  const other = ports.find((one) => one.name === name);
  if (other !== undefined) {
    const because = `${none}; it is the name of a ${other.protocol} port there`;
    return { because, fix: `write \`protocol: ${other.protocol}\`` };
  }
  const ofService = pods.flatMap((pod) =>
    survey.services.inFrontOf(pod).flatMap((service) =>
      service.ports.flatMap((one) => {
        if (one.name !== name || one.protocol !== protocol) return [];
        const number = targetOn(pod, one);
        return number === undefined ? [] : [{ service, number }];
      }),
    ),
  )[0];
  if (ofService !== undefined) {
    const { service, number } = ofService;
    const because = `${none}; it is the name of a port of Service \`${service.namespace}/${service.name}\`, which policies do not look at`;
    return { because, fix: `write \`port: ${number}\`` };
  }
  const names = ports.flatMap((one) => (one.protocol === protocol && one.name ? [one.name] : []));
  const meant = meantName(name, names);
  if (meant !== undefined)
    return { because: `${none}; did you mean \`${meant}\`?`, fix: `write \`port: ${meant}\`` };
  return {
    because: names.length === 0 ? none : `${none}; the names there are ${quoteNames(names)}`,
  };
}
