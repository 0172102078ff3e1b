import type { NumberedPorts } from '../../model/policy.ts';
import type { Protocol } from '../../model/port-set.ts';
import type { Pod } from '../../model/workload.ts';
import { portRulings } from '../rule/port-rulings.ts';
import type { PortRuling } from '../rule/port-rulings.ts';
import type { LintRule } from '../rule/rule.ts';
import { targetOn } from '../survey/service-target.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quoteNames, quoteWorkloads } from '../words/wording.ts';

/** A rule about more kinds of pods than this is about a port wherever it is, not about these pods. */
const MOST_CLASSES = 24;
/** Nobody declares more ports than this one by one: a wider range is for ports that pods open as they go. */
const MOST_DECLARED = 100;

/**
 * A rule for ports of which the pods concerned declare none, though they declare others.
 *
 * Evidence: the rule is about few kinds of pods (the selected ones for ingress, the peers for egress) and no
 * others; its ports are numbers of one protocol; each pod declares container ports of that protocol, none
 * within the numbers; and no Service in front of any leads there. Where one port of several is declared, the
 * others are taken to be meant: a pod may listen on what it does not declare, so it is only an info. A wide
 * range is not judged, nor what is beside it. Of the other tiers neither is a rule that denies, for what it
 * denies need not be there, nor one for pods that no label chooses.
 */
export const portUnserved: LintRule = {
  code: 'port-unserved',
  severities: ['info'],
  summary:
    'a rule is for ports of which the pods concerned declare none, though they declare others',
  evidence:
    'pods concerned that all declare container ports of the protocol, none of which the rule names, no range of more than a hundred, and no Service that leads to one it names; in other tiers, a rule that does not deny, for pods or namespaces with a label',
  remedy: 'correct the number, or declare the port in the pods',
  *find(survey) {
    for (const ruling of portRulings(survey)) {
      const { policy, does, isForAll, about } = ruling;
      if (does === 'denies' || isForAll) continue;
      const ports = ruling.ports.filter((port) => port.kind === 'numbered');
      const [first] = ports;
      const isOfOne = ports.every(({ protocol }) => protocol === first?.protocol);
      if (first === undefined || ports.length < ruling.ports.length || !isOfOne) continue;
      if (ports.some(({ low, high }) => high - low >= MOST_DECLARED)) continue;
      const declared = declaredInstead(survey, ruling, ports);
      if (declared === undefined) continue;
      const { who, numbers } = declared;
      const finding = {
        code: this.code,
        severity: 'info' as const,
        message: `${first.protocol} ${ports.map(rangeText).join(', ')} may lead nowhere: ${who} declare ${quoteNames(numbers.map(String))} only`,
        place: first.place,
        subject: policySubject(policy),
      };
      yield {
        finding,
        ignored: survey.ignores(this.code, policy),
        ...about(),
      };
    }
  },
};

function rangeText({ low, high }: NumberedPorts): string {
  return low === high ? `${low}` : `${low} to ${high}`;
}

/** What the pods concerned declare, if none of it is among the ports. */
function declaredInstead(
  survey: Survey,
  ruling: PortRuling,
  ports: readonly NumberedPorts[],
): { who: string; numbers: readonly number[] } | undefined {
  const { classes, alone } = ruling.targets();
  if (!alone || classes.count === 0 || classes.count > MOST_CLASSES) return undefined;
  const { protocol } = ports[0]!;
  const isNamed = (number: number): boolean =>
    ports.some(({ low, high }) => low <= number && number <= high);
  const numbers = new Set<number>();
  for (const index of classes.toArray()) {
    for (const { pod } of survey.podsOf(index)) {
      const own = pod.ports.filter((one) => one.protocol === protocol);
      if (own.length === 0 || own.some(({ number }) => isNamed(number))) return undefined;
      for (const { number } of own) numbers.add(number);
      if (isLedTo(survey, pod, protocol, isNamed)) return undefined;
    }
  }
  const who = quoteWorkloads(survey.workloadsOf(classes.toArray()));
  return { who, numbers: [...numbers].sort((a, b) => a - b) };
}

/** Whether a Service leads to one of the ports of the pod. */
function isLedTo(
  { services }: Survey,
  pod: Pod,
  protocol: Protocol,
  isNamed: (number: number) => boolean,
): boolean {
  return services
    .inFrontOf(pod)
    .some(({ ports }) =>
      ports.some((one) => one.protocol === protocol && isNamed(targetOn(pod, one) ?? 0)),
    );
}
