import type { LintRule } from '../rule/rule.ts';
import { targetOn } from '../survey/service-target.ts';
import { meantName } from '../words/meant-label.ts';
import { quoteNames, serviceSubject } from '../words/wording.ts';

/**
 * A Service with a targetPort by name that none of its pods has, so that the port leads nowhere.
 *
 * Evidence: pods are behind the Service and none has a container port of that name and protocol.
 * Numbers are never judged: a pod may listen on a port it does not declare.
 */
export const targetPortUnserved: LintRule = {
  code: 'target-port-unserved',
  severities: ['warning'],
  summary: 'no pod behind a Service has a port of the name that its targetPort gives',
  evidence:
    'a targetPort by name and pods behind the Service, none of which has that name with that protocol',
  remedy: 'correct the name, or name the port in the pods',
  *find(survey) {
    for (const service of survey.cluster.services) {
      const backends = survey.services.backendsOf(service) ?? [];
      if (backends.length === 0) continue;
      for (const port of service.ports) {
        if (typeof port.target === 'number') continue;
        if (backends.some(({ pod }) => targetOn(pod, port) !== undefined)) continue;
        const names = backends.flatMap(({ pod }) =>
          pod.ports.flatMap((one) =>
            one.protocol === port.protocol && one.name ? [one.name] : [],
          ),
        );
        const meant = meantName(port.target, names);
        const remedy =
          meant !== undefined
            ? `; did you mean \`${meant}\`?`
            : names.length > 0
              ? `; the names there are ${quoteNames(names)}`
              : '';
        const finding = {
          code: this.code,
          severity: 'warning' as const,
          message: `port ${port.port} of Service \`${service.namespace}/${service.name}\` leads nowhere: no pod behind it has a ${port.protocol} port named \`${port.target}\`${remedy}`,
          place: port.place,
          subject: serviceSubject(service),
          ...(meant !== undefined && { fix: { summary: `write \`targetPort: ${meant}\`` } }),
        };
        yield { finding, ignored: survey.ignores(this.code, { namespace: service.namespace }) };
      }
    }
  },
};
