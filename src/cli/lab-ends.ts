import { backends } from '../evaluate/question/ask.ts';
import type { LabEnd } from '../lab/questions/end.ts';
import { OUTSIDE, nodeStand } from '../lab/questions/stands.ts';
import type { LabCluster } from '../lab/state/cluster.ts';
import { nearest } from '../model/nearest.ts';
import type { Service } from '../model/service.ts';
import { UsageError } from './exit.ts';

/** Ends of the lab that any of the names stands for: a pod, a workload, a node, `outside`, an address. */
export function endFilter(lab: LabCluster, names: readonly string[]): (end: LabEnd) => boolean {
  if (names.length === 0) return () => true;
  for (const name of names) checkName(lab, name);
  return (end) => names.some((name) => isNamed(end, name));
}

/** Services that any of the names stands for, or that lead to a pod one of them stands for. */
export function serviceFilter(
  { cluster }: LabCluster,
  names: readonly string[],
): (service: Service) => boolean {
  if (names.length === 0) return () => true;
  return (service) => {
    if (names.includes(`svc/${service.namespace}/${service.name}`)) return true;
    return backends(cluster, service).some((end) => {
      if (end.kind !== 'workload') return false;
      const { namespace, name, kind } = end.workload;
      const pod = end.pods[0]!.name;
      const own = [name, `${kind}/${name}`, pod].map((one) => `${namespace}/${one}`);
      return own.some((one) => names.includes(one));
    });
  };
}

function isNamed({ id, group, stand }: LabEnd, name: string): boolean {
  if (id === name || group === name) return true;
  const [namespace, , workload] = group.split('/');
  if (workload !== undefined && name === `${namespace}/${workload}`) return true;
  return name === OUTSIDE && stand === OUTSIDE;
}

function checkName({ cluster, nodes, pods }: LabCluster, name: string): void {
  const known = new Set([
    OUTSIDE,
    ...nodes.map(({ node }) => nodeStand(node.name)),
    ...cluster.services.map((one) => `svc/${one.namespace}/${one.name}`),
    ...pods.flatMap(({ key, workload: { namespace, kind, name: own } }) => [
      key,
      `${namespace}/${own}`,
      `${namespace}/${kind}/${own}`,
    ]),
  ]);
  if (known.has(name) || /^[\d.]+$|:/.test(name)) return;
  const meant = nearest(name, known);
  const remedy =
    meant === undefined ? '`sluice lab status` lists them' : `did you mean \`${meant}\`?`;
  throw new UsageError(`there is no \`${name}\` in the lab: ${remedy}`);
}
