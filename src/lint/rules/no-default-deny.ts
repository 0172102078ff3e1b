import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { policyManifest } from '../fixes/manifest.ts';
import type { LintRule } from '../rule/rule.ts';
import type { Survey } from '../survey/survey.ts';
import { quoteNames } from '../words/wording.ts';
import { SYSTEM_NAMESPACES } from './not-isolated.ts';

/**
 * A namespace whose pods are all isolated, one by one, so that the next one would be open.
 *
 * Evidence: every pod of the namespace is isolated in the direction; a new pod there, without labels, would be
 * open to one that nobody has named, whatever the tier; and in another namespace it would not, so that closing
 * all is a habit of the input's owner. Where some pod is open today already, `not-isolated` speaks of it.
 */
export const noDefaultDeny: LintRule = {
  code: 'no-default-deny',
  severities: ['info'],
  summary: 'all pods of a namespace are isolated one by one, so the next pod would be open',
  evidence:
    'a namespace with pods, all isolated for the direction, where a new pod without labels would be open, and another namespace where it would not; system namespaces are left out',
  remedy: 'add a default-deny policy, which changes nothing today; the fix is one to apply',
  *find(survey) {
    const { cluster } = survey;
    const names = [...cluster.namespaces.keys()].filter(
      (name) => !SYSTEM_NAMESPACES.has(name) && survey.housedIn(name).length > 0,
    );
    const open = new Map(
      DIRECTIONS.map((direction) => [
        direction,
        names.filter((name) => survey.stranger.meetsNewIn(name, direction) === 'allowed'),
      ]),
    );
    for (const name of names) {
      const directions = DIRECTIONS.filter((direction) => {
        const all = open.get(direction)!;
        return (
          all.length < names.length && all.includes(name) && areIsolated(survey, name, direction)
        );
      });
      const [first] = directions;
      if (first === undefined) continue;
      const closed = names.filter((other) => !open.get(first)!.includes(other));
      const finding = {
        code: this.code,
        severity: 'info' as const,
        message: `all pods of \`${name}\` are isolated for ${directions.join(' and ')}, but a new one would be open: no policy selects every pod there, as one does in ${quoteNames(closed)}`,
        place: cluster.namespaces.get(name)!.place ?? survey.housedIn(name)[0]!.workload.place,
        subject: `Namespace ${name}`,
        fix: {
          summary: 'add this policy; it changes nothing for the pods of today',
          manifest: policyManifest({
            namespace: name,
            name: 'default-deny',
            subject: [],
            isolates: directions,
          }),
        },
      };
      yield { finding, ignored: survey.ignores(this.code, { namespace: name }) };
    }
  },
};

function areIsolated(survey: Survey, name: string, direction: Direction): boolean {
  const pods = survey.housedIn(name).filter(({ pod }) => !pod.hostNetwork);
  return (
    pods.length > 0 &&
    pods.every(({ pod }) => survey.reachability.isIsolated(survey.classOf(pod), direction))
  );
}
