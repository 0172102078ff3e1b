import type { NumberedPorts } from '../../model/policy.ts';
import type { WorkloadEndpoint } from '../../evaluate/endpoint.ts';
import { hopsOf, targetsOf } from '../rule-ends.ts';
import type { LintRule } from '../rule.ts';
import { targetOn } from '../service-target.ts';
import type { CountingRule, Survey } from '../survey.ts';
import { policySubject, quoteNames, quoteWorkloads } from '../wording.ts';

/** A rule about more kinds of pods than this is about a port wherever it is, not about these pods. */
const MOST_CLASSES = 24;

/**
 * A port number that none of the pods concerned declares, though they declare others.
 *
 * Evidence: the rule is about few kinds of pods (the selected ones for ingress, the peers for egress) and no
 * others; each declares container ports of the protocol, none within the numbers; and no Service in front of
 * any leads there. A pod may listen on what it does not declare, so it is only an info.
 */
export const portUnserved: LintRule = {
  code: 'port-unserved',
  severities: ['info'],
  summary: 'a rule names a port that none of the pods concerned declares, though they declare others',
  evidence:
    'pods concerned that all declare container ports of the protocol, none of which the rule names, and no Service that leads there',
  remedy: 'correct the number, or declare the port in the pods',
  *find(survey) {
    for (const counting of survey.rules()) {
      const { policy, rule } = counting;
      if (rule.ports === 'all') continue;
      for (const port of rule.ports) {
        if (port.kind !== 'numbered') continue;
        const declared = declaredInstead(survey, counting, port);
        if (declared === undefined) continue;
        const { who, numbers } = declared;
        const range = port.low === port.high ? `${port.low}` : `${port.low} to ${port.high}`;
        const finding = {
          code: this.code,
          severity: 'info' as const,
          message: `${port.protocol} ${range} may lead nowhere: ${who} ${numbers.length === 1 ? 'declares' : 'declare'} ${quoteNames(numbers.map(String))} only`,
          place: port.place,
          subject: policySubject(policy),
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

function declaredInstead(
  survey: Survey,
  counting: CountingRule,
  { protocol, low, high }: NumberedPorts,
): { who: string; numbers: readonly number[] } | undefined {
  const { classes, alone } = targetsOf(survey, counting);
  if (!alone || classes.count === 0 || classes.count > MOST_CLASSES) return undefined;
  const isWithin = (number: number): boolean => low <= number && number <= high;
  const numbers = new Set<number>();
  for (const index of classes.toArray()) {
    for (const endpoint of survey.reachability.classes[index]!.endpoints) {
      for (const pod of (endpoint as WorkloadEndpoint).pods) {
        const own = pod.ports.filter((one) => one.protocol === protocol);
        if (own.length === 0 || own.some(({ number }) => isWithin(number))) return undefined;
        for (const { number } of own) numbers.add(number);
        const isLedTo = survey.services
          .inFrontOf(pod)
          .some(({ ports }) =>
            ports.some((one) => one.protocol === protocol && isWithin(targetOn(pod, one) ?? 0)),
          );
        if (isLedTo) return undefined;
      }
    }
  }
  const who = quoteWorkloads(survey.workloadsOf(classes.toArray()));
  return { who, numbers: [...numbers].sort((a, b) => a - b) };
}
