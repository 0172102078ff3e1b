import type { LabStatus } from '../lab/running/status.ts';
import { counted } from '../report/words/counted.ts';

/** What a lab has: `2 nodes, 14 pods, 1 policy`. */
export function labThings({
  nodes,
  pods,
  policies,
}: Pick<LabStatus, 'nodes' | 'pods' | 'policies'>): string {
  const things = [
    counted(nodes.length, 'node'),
    counted(pods.length, 'pod'),
    counted(policies, 'policy', 'policies'),
  ];
  return things.join(', ');
}
