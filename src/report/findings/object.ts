import { dump } from 'js-yaml';
import type { Findings } from './entry.ts';

/** The documented form (`kind: Findings`) as JSON; `suppressed` counts what annotations keep quiet. */
export function findingsJson(found: Findings): string {
  return `${JSON.stringify(findingsObject(found), undefined, 2)}\n`;
}

/** The same as YAML. */
export function findingsYaml(found: Findings): string {
  // places write themselves as JSON, and only then are they plain values
  const plain = JSON.parse(JSON.stringify(findingsObject(found))) as unknown;
  return dump(plain, { lineWidth: -1, noRefs: true });
}

function findingsObject({ problems, result }: Findings): object {
  return {
    apiVersion: 'sluice.dev/v1',
    kind: 'Findings',
    problems,
    findings: result.findings,
    suppressed: result.suppressed,
  };
}
