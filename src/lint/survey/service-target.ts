import type { ServicePort } from '../../model/service.ts';
import type { Pod } from '../../model/workload.ts';

/**
 * The port of a pod that a Service port leads to; undefined when it is a name the pod does not have.
 * The first container port of the name counts, as for kube-proxy (FindPort in pkg/api/v1/pod/util.go).
 */
export function targetOn({ ports }: Pod, { target, protocol }: ServicePort): number | undefined {
  if (typeof target === 'number') return target;
  return ports.find((one) => one.name === target && one.protocol === protocol)?.number;
}
