import type { PluginTrace } from '../../model/cluster.ts';
import { enforcement, recognisePlugins } from '../plugins/plugin-recognition.ts';
import type { PluginEvidence } from '../plugins/plugin-recognition.ts';
import type { LintRule } from '../rule/rule.ts';

/**
 * Policies in a cluster whose network plugin enforces none of them.
 *
 * Evidence: the input has a policy, and every plugin recognised in it enforces nothing; one that
 * enforces, or none recognised, is silence. docs/plugins.md says how plugins are recognised.
 */
export const notEnforced: LintRule = {
  code: 'not-enforced',
  severities: ['error'],
  summary: 'the network plugin of this cluster enforces no network policies, so they do nothing',
  evidence:
    'a policy, and a recognised plugin that enforces none, with no enforcing one beside it (docs/plugins.md)',
  remedy: 'add something that enforces, then try a connection that should be denied',
  *find(survey) {
    const { pluginTraces } = survey.cluster;
    const policies = [...survey.cluster.policies, ...survey.cluster.clusterPolicies];
    if (policies.length === 0) return;
    const evidence = pluginTraces.map(evidenceOf);
    const found = recognisePlugins(evidence);
    if (enforcement(found) !== 'not enforced') return;
    const texts = found.map(({ text }) => text);
    const places = found.map(({ because }) => pluginTraces[evidence.indexOf(because)]!);
    const [first, ...rest] = places as [PluginTrace, ...PluginTrace[]];
    const finding = {
      code: this.code,
      severity: 'error' as const,
      message: `nothing enforces the ${policies.length === 1 ? 'policy' : `${policies.length} policies`} of this input: ${texts.join('; ')}, and ${found.length === 1 ? 'that plugin enforces' : 'these plugins enforce'} no network policies`,
      place: first.place,
      subject: `${first.kind} ${first.namespace}/${first.name}`,
      fix: {
        summary:
          'add something that enforces beside it (docs/plugins.md), then try a connection that should be denied',
      },
      related: [...rest, policies[0]!].map(({ place }) => place),
    };
    yield { finding, ignored: survey.ignores(this.code, first) };
  },
};

function evidenceOf({ kind, namespace, name, containers, data }: PluginTrace): PluginEvidence {
  return { kind, namespace, name, images: containers.map(({ image }) => image), containers, data };
}
