import type { Part } from '../../evaluate/question/ask.ts';
import { podOf } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Cause, WayIn } from '../../evaluate/ways-in/way-in.ts';
import type { ClusterPolicy } from '../../model/cluster-policy.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { NetworkPolicy } from '../../model/policy.ts';
import type { Selector } from '../../model/selector.ts';
import type { Remedy } from '../fixes/finding.ts';
import { ruleManifest } from '../fixes/manifest.ts';
import type { LintRule } from '../rule/rule.ts';
import { denierOf } from '../survey/denier.ts';
import { quoteRoute, routeSubject, routedBackends } from '../survey/routed-ways.ts';
import { quoteNames, quotePolicy } from '../words/wording.ts';

/**
 * An Ingress or route that sends to pods which do not let the proxy in, so that every request fails.
 *
 * Evidence: the pods of the proxy are in the input, and policies surely deny each of them each of the
 * backend's pods, whichever Gateway the request came by.
 */
export const ingressBlocked: LintRule = {
  code: 'ingress-blocked',
  severities: ['warning'],
  summary: 'an Ingress or route sends to pods that its proxy may not connect to',
  evidence:
    "the proxy's pods in the input, all of which policies deny all pods behind a backend, whatever Gateway a request comes by",
  remedy: 'let the proxy in, as the fix says, or take the backend away',
  *find(survey) {
    for (const { route, ways } of routedBackends(survey)) {
      const denials = ways.map(denialOf);
      const [denial] = denials;
      if (denial === undefined || denials.includes(undefined)) continue;
      const { part, direction } = denial;
      const { port } = part.connection;
      const { namespace, name } = ways[0].backend!;
      const proxies = quoteNames(denials.map((one) => workloadName(one!.part.connection.from)));
      const policies = policiesOf(denial);
      const by =
        policies.length === 0 ? '' : ` (${policies.slice(0, 3).map(quotePolicy).join(', ')})`;
      const on = port.protocol === 'other' ? '' : ` on ${port.protocol} ${port.number}`;
      const why =
        direction === 'ingress'
          ? `its pods do not let ${proxies} in${on}${by}`
          : `${proxies} may not go out to its pods${on}${by}`;
      const fix = direction === 'ingress' ? fixOf(part, policies) : undefined;
      const finding = {
        code: this.code,
        severity: 'warning' as const,
        message: `${quoteRoute(route)} sends to Service \`${namespace}/${name}\`, but ${why}, so every request there fails`,
        place: ways[0].place,
        subject: routeSubject(route),
        ...(fix && { fix }),
        related: policies.slice(0, 3).map(({ place }) => place),
      };
      yield { finding, ignored: survey.ignores(this.code, route) };
    }
  },
};

type Denial = Extract<Cause, { kind: 'denied' }>;

/** That policies surely deny the way; undefined when anything else is the matter, or nothing. */
function denialOf({ answer, cause, through }: WayIn): Denial | undefined {
  const isDenial = answer === 'denied' && through.kind === 'proxy' && cause?.kind === 'denied';
  return isDenial ? cause : undefined;
}

/** The policies that deny: of NetworkPolicies, all that isolate the pods; of other tiers, the first. */
function policiesOf({ part, direction }: Denial): readonly (NetworkPolicy | ClusterPolicy)[] {
  const side = part.verdict[direction];
  const denier = denierOf(side);
  if (denier !== undefined) return [denier.policy];
  return side.state === 'denied' ? side.isolatedBy : [];
}

function workloadName(endpoint: Endpoint): string {
  if (endpoint.kind !== 'workload') return endpoint.id;
  return `${endpoint.workload.namespace}/${endpoint.workload.name}`;
}

/** Labels that change with every rollout. */
const CHANGING = new Set([
  'pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
]);

/** A rule for the first of the policies that isolate the pods; none where only an ipBlock could match. */
function fixOf(
  { connection: { from, port }, verdict }: Part,
  [policy]: readonly (NetworkPolicy | ClusterPolicy)[],
): Remedy | undefined {
  const { ingress } = verdict;
  const isTheirs = ingress.state === 'denied' && ingress.tier === 'NetworkPolicy';
  if (policy === undefined || !isTheirs || from.kind !== 'workload' || port.protocol === 'other')
    return undefined;
  const pod = podOf(from);
  if (pod.hostNetwork) return undefined;
  const isValue = (key: string, value: string): Selector[number] => ({
    key,
    operator: 'In',
    values: [value],
  });
  const labels = Object.entries(pod.labels).filter(([key]) => !CHANGING.has(key));
  const { protocol, number } = port;
  return {
    summary: `add this rule to \`ingress\` of ${quotePolicy(policy)}`,
    manifest: ruleManifest(
      {
        peers: [
          {
            kind: 'pods',
            namespaces: [isValue(NAMESPACE_NAME_LABEL, from.workload.namespace)],
            pods: labels.map(([key, value]) => isValue(key, value)),
          },
        ],
        ports: [{ kind: 'numbered', protocol, low: number, high: number }],
      },
      'ingress',
    ),
  };
}
