import { formatSelector, selects } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import type { LintRule } from '../rule/rule.ts';
import type { Survey } from '../survey/survey.ts';
import { meantLabel } from '../words/meant-label.ts';
import { meantWords, serviceSubject } from '../words/wording.ts';

/**
 * A Service whose selector matches no pod, so that every connection to it fails.
 *
 * Evidence: the Service has a selector and is no ExternalName, and its namespace has pods in the
 * input, hostNetwork ones included, none of which has all its labels.
 */
export const serviceWithoutPods: LintRule = {
  code: 'service-without-pods',
  severities: ['warning'],
  summary: 'the selector of a Service matches no pod, so nothing answers behind it',
  evidence: 'a Service with a selector in a namespace with pods, none of which has its labels',
  remedy: 'correct the label; the message names the nearest one that is there',
  *find(survey) {
    for (const service of survey.cluster.services) {
      if (!isDead(survey, service)) continue;
      const { namespace, name, place } = service;
      const selector: Selector = Object.entries(service.selector ?? {}).map(([key, value]) => ({
        key,
        operator: 'In',
        values: [value],
      }));
      const labels = survey.housedIn(namespace).map(({ pod }) => pod.labels);
      // a label that cannot be read is a problem already, and may be the one that is asked for
      if (labels.some((own) => selects(selector, own, true))) continue;
      const meant = meantLabel(selector, labels);
      const remedy = meant === undefined ? '' : `; ${meantWords(meant)}`;
      const finding = {
        code: this.code,
        severity: 'warning' as const,
        message: `no pod is behind Service \`${namespace}/${name}\`: none in \`${namespace}\` has \`${formatSelector(selector)}\`${remedy}`,
        place,
        subject: serviceSubject(service),
        ...(meant && {
          fix: { summary: `write \`${meant.key}: ${meant.value}\` in its selector` },
        }),
      };
      yield { finding, ignored: survey.ignores(this.code, { namespace }) };
    }
  },
};

function isDead(survey: Survey, service: Service): boolean {
  return (
    service.type !== 'ExternalName' &&
    survey.services.backendsOf(service)?.length === 0 &&
    survey.housedIn(service.namespace).length > 0
  );
}
