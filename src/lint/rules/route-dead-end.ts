import type { Refusal } from '../../evaluate/ways-in/attachment.ts';
import type { Cause, WayIn } from '../../evaluate/ways-in/way-in.ts';
import { nearest } from '../../model/nearest.ts';
import type { Route } from '../../model/routing.ts';
import type { LintRule } from '../rule/rule.ts';
import { quoteRoute, routeSubject, routedBackends } from '../survey/routed-ways.ts';
import type { Survey } from '../survey/survey.ts';

/**
 * An Ingress or route that leads nowhere before any policy is asked.
 *
 * Evidence: its Service, or the port of it, is not there; or no Gateway of the input takes the route; or
 * the Service is in another namespace without a ReferenceGrant. A Service that no selector matches, or whose
 * target port nobody serves, is spoken of by other rules.
 */
export const routeDeadEnd: LintRule = {
  code: 'route-dead-end',
  severities: ['warning', 'info'],
  summary: 'an Ingress or route leads nowhere, whatever the policies say',
  evidence:
    'a backend whose Service or port is not there, or a Gateway that does not take the route, or a Service of another namespace without a ReferenceGrant; an info when the input has no Service of that namespace',
  remedy: 'correct what the message names',
  *find(survey) {
    for (const { route, ways } of routedBackends(survey)) {
      const [way] = ways;
      const words = ways.map((one) => one.cause && deadEnd(survey, route, one, one.cause));
      const [first] = words;
      if (first === undefined || words.includes(undefined)) continue;
      const finding = {
        code: this.code,
        severity: first.severity,
        message: `${quoteRoute(route)} leads nowhere: ${first.why}`,
        place: first.place ?? way.place,
        subject: routeSubject(route),
        ...(first.fix && { fix: { summary: first.fix } }),
      };
      yield { finding, ignored: survey.ignores(this.code, route) };
    }
  },
};

interface DeadEnd {
  readonly why: string;
  readonly severity: 'warning' | 'info';
  readonly place?: WayIn['place'];
  readonly fix?: string;
}

function deadEnd(survey: Survey, route: Route, way: WayIn, cause: Cause): DeadEnd | undefined {
  const { namespace, name, port } = way.backend!;
  const service = `Service \`${namespace}/${name}\``;
  const warning = (why: string): DeadEnd => ({ why, severity: 'warning' });
  switch (cause.kind) {
    case 'refused':
      return { ...warning(refusalWords(cause, route)), place: cause.parent.place };
    case 'no-gateway':
      return warning('it has no parentRefs, so no Gateway takes it');
    case 'not-granted':
      return warning(
        `${service} is in another namespace, which has no ReferenceGrant for ${route.kind}s of \`${route.namespace}\``,
      );
    case 'no-service':
      return noService(survey, namespace, name);
    case 'no-named-port':
      return warning(
        port === undefined
          ? `${service} has several ports, and none is named`
          : `${service} has no port \`${port}\``,
      );
    case 'dead':
      return cause.dead === 'no-port' ? warning(`${service} has no port ${port}`) : undefined;
    default:
      return undefined;
  }
}

function noService({ cluster }: Survey, namespace: string, name: string): DeadEnd {
  const names = cluster.services
    .filter((one) => one.namespace === namespace)
    .map((one) => one.name);
  const meant = nearest(name, names);
  const remedy = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
  return {
    why: `there is no Service \`${namespace}/${name}\`${remedy}`,
    severity: names.length === 0 ? 'info' : 'warning',
    ...(meant !== undefined && { fix: `write \`name: ${meant}\`` }),
  };
}

const REFUSALS: Readonly<Record<Refusal, (route: Route) => string>> = {
  listener: () => 'has no listener that the parentRef names',
  kind: ({ kind }) => `has no listener for ${kind}s`,
  namespace: ({ namespace }) =>
    `takes no routes of namespace \`${namespace}\`; see allowedRoutes of its listeners`,
  host: () => 'has no listener with a hostname in common with it',
};

function refusalWords({ parent, why }: Extract<Cause, { kind: 'refused' }>, route: Route): string {
  return `Gateway \`${parent.namespace}/${parent.name}\` ${REFUSALS[why](route)}`;
}
