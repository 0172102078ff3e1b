import type { Cluster } from '../../model/cluster.ts';
import type { Labels } from '../../model/selector.ts';

/** Lists the codes of `sluice check` that are not wanted on a policy, a workload or a whole namespace. */
export const IGNORE_ANNOTATION = 'sluice.dev/ignore';

/** An object that may carry the annotation itself; one without a namespace is of the whole cluster. */
export interface Annotated {
  readonly namespace?: string;
  readonly annotations?: Labels;
}

/** Whether the object, or its namespace, asks not to hear of the code. */
export function ignores(cluster: Cluster, code: string, object: Annotated): boolean {
  const { namespace, annotations } = object;
  if (lists(annotations, code)) return true;
  return namespace !== undefined && lists(cluster.namespaces.get(namespace)?.annotations, code);
}

function lists(annotations: Labels | undefined, code: string): boolean {
  if (annotations === undefined || !Object.hasOwn(annotations, IGNORE_ANNOTATION)) return false;
  return annotations[IGNORE_ANNOTATION]!.split(/[\s,]+/).includes(code);
}
