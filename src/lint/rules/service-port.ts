import type { NumberedPorts } from '../../model/policy.ts';
import { hasPort } from '../../model/port-set.ts';
import type { Service } from '../../model/service.ts';
import type { Pod } from '../../model/workload.ts';
import type { Finding } from '../fixes/finding.ts';
import { portManifest, portRulings } from '../rule/port-rulings.ts';
import type { PortRuling } from '../rule/port-rulings.ts';
import type { LintRule } from '../rule/rule.ts';
import type { ServiceIndex } from '../survey/service-index.ts';
import { targetOn } from '../survey/service-target.ts';
import type { Survey } from '../survey/survey.ts';
import { policySubject, quoteNames } from '../words/wording.ts';

/**
 * A rule that names the port of a Service where policies see the port of the pods (P12).
 *
 * Evidence, for a single numbered port: every pod the rule is about (the selected ones for ingress,
 * the peers for egress) stands behind a Service with that port, whose targetPort leads elsewhere on
 * the pod; none declares the number as a container port; and the rule does not open the port the
 * Service leads to beside it. Rules for addresses or for everyone are not judged. A rule that denies the port
 * of the Service denies nothing, and is judged alike.
 */
export const servicePort: LintRule = {
  code: 'service-port',
  severities: ['warning'],
  summary: 'a rule names the port of a Service, but policies see the port of the pods',
  evidence:
    'a Service in front of all the pods concerned that turns this port into another one which the rule does not open',
  remedy: 'write the port of the pods, or its name',
  explains: ['one-side-only', 'rule-unreachable', 'port-unserved'],
  *find(survey) {
    const translated = translatedPorts(survey.cluster.services);
    for (const ruling of portRulings(survey)) {
      const { policy, ports, about } = ruling;
      for (const port of ports) {
        if (port.kind !== 'numbered' || port.low !== port.high) continue;
        if (!translated.has(`${port.protocol} ${port.low}`)) continue;
        const mistaken = mistakenFor(survey, ruling, port);
        if (mistaken === undefined) continue;
        const { services, numbers } = mistaken;
        const words = quoteNames(services.map((one) => `${one.namespace}/${one.name}`));
        const finding = {
          code: this.code,
          severity: 'warning' as const,
          message: `port ${port.low} is the port of Service ${words}, which leads to port ${numbers.join(' or ')} of its pods: policies see the port of the pods`,
          place: port.place,
          subject: policySubject(policy),
          ...fixFor(policy, port, mistaken),
          related: services.slice(0, 3).map(({ place }) => place),
        };
        yield {
          finding,
          ignored: survey.ignores(this.code, policy),
          also: ports.map(({ place }) => place),
          ...about(),
        };
      }
    }
  },
};

/** The pods' own port in the place of the Service's: by its number where they agree on it, else by its name. */
function fixFor(
  policy: PortRuling['policy'],
  { protocol }: NumberedPorts,
  { numbers, name }: Mistaken,
): Pick<Finding, 'fix'> {
  const number = numbers.length === 1 ? numbers[0] : undefined;
  if (number === undefined && name === undefined) return {};
  const manifest = portManifest(
    policy,
    number === undefined
      ? { kind: 'named', protocol, name: name! }
      : { kind: 'numbered', protocol, low: number, high: number },
  );
  if (policy.kind !== 'NetworkPolicy') {
    const called =
      number === undefined || name === undefined ? '' : `, which they call \`${name}\``;
    return { fix: { summary: `write the port of the pods${called}`, manifest } };
  }
  const instead = [number, name].flatMap((port) => (port === undefined ? [] : `\`port: ${port}\``));
  return { fix: { summary: `write ${instead.join(', or ')}`, manifest } };
}

/** The ports that some Service turns into another one, as `TCP 80`. */
function translatedPorts(services: readonly Service[]): Set<string> {
  const ports = new Set<string>();
  for (const service of services) {
    if (service.headless || service.selector === undefined) continue;
    for (const { protocol, port, target } of service.ports)
      if (target !== port) ports.add(`${protocol} ${port}`);
  }
  return ports;
}

interface Mistaken {
  readonly services: readonly Service[];
  /** The pods' own ports that the Services lead to. */
  readonly numbers: readonly number[];
  /** The name that all the pods give to it, if they do. */
  readonly name: string | undefined;
}

function mistakenFor(
  survey: Survey,
  ruling: PortRuling,
  port: NumberedPorts,
): Mistaken | undefined {
  const { classes, alone } = ruling.targets();
  if (!alone || classes.count === 0) return undefined;
  const services = new Set<Service>();
  const numbers = new Set<number>();
  const names = new Set<string | undefined>();
  for (const index of classes.toArray()) {
    for (const { pod } of survey.podsOf(index)) {
      const led = leadsElsewhere(survey.services, pod, ruling, port);
      if (led === undefined) return undefined;
      services.add(led.service);
      numbers.add(led.number);
      names.add(pod.ports.find((one) => one.number === led.number)?.name);
    }
  }
  const [name] = names;
  return {
    services: [...services],
    numbers: [...numbers],
    name: names.size === 1 ? name : undefined,
  };
}

/** Where a Service leads from this port to another one of the pod, which the rule does not open. */
function leadsElsewhere(
  index: ServiceIndex,
  pod: Pod,
  ruling: PortRuling,
  { protocol, low }: NumberedPorts,
): { service: Service; number: number } | undefined {
  const serves = pod.ports.some((one) => one.number === low && one.protocol === protocol);
  if (serves) return undefined;
  const open = ruling.portsOn(pod.ports);
  let found: { service: Service; number: number } | undefined;
  for (const service of index.inFrontOf(pod)) {
    if (service.headless) continue;
    for (const one of service.ports) {
      if (one.port !== low || one.protocol !== protocol) continue;
      const number = targetOn(pod, one);
      if (number === undefined) continue;
      if (hasPort(open, protocol, number)) return undefined;
      found ??= { service, number };
    }
  }
  return found;
}
