import { dump } from 'js-yaml';
import { formatPort } from '../conformance/implementation.ts';
import type { Answer, Question, World } from '../conformance/implementation.ts';

/** The world and the question as a case file, ready to be saved once its title is written. */
export function caseFileOf(world: World, question: Question, is: Answer, source: string): string {
  const { from, to } = question;
  const header = {
    kind: 'Case',
    rows: ['TODO'],
    title: 'TODO the fact this turns on',
    source,
    ...(world.podNetwork !== undefined && { podNetwork: world.podNetwork }),
    expect: [{ from, to, port: formatPort(question), is }],
  };
  const documents = [header, ...world.objects];
  return documents
    .map((one) => dump(one, { flowLevel: 4, lineWidth: 96, skipInvalid: true }))
    .join('---\n');
}
