import { backends } from '../../evaluate/question/ask.ts';
import { podAddresses, podOf } from '../../evaluate/verdict/endpoint.ts';
import type { Address } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Service, ServicePort } from '../../model/service.ts';
import type { Pod } from '../../model/workload.ts';

/** One place a Service's port leads to: an address and a port there. */
export interface Backend {
  readonly address: Address;
  readonly port: number;
  /** The pod that has the address, where a selector found it. */
  readonly pod: Pod | undefined;
}

/**
 * Where a port of a Service leads: the pods of its selector at their target ports, each pod's own for a
 * name; else what its EndpointSlices list under the port's name. Sorted as the input is, each once.
 */
export function backendsOf(
  cluster: Cluster,
  service: Service,
  servicePort: ServicePort,
): readonly Backend[] {
  if (service.selector === undefined) return listedBackends(service, servicePort);
  return backends(cluster, service).flatMap((endpoint) => {
    if (endpoint.kind !== 'workload') return [];
    const pod = podOf(endpoint);
    const port = targetOn(pod, servicePort);
    if (port === undefined) return [];
    return podAddresses(pod, cluster.nodes).map((address) => ({ address, port, pod }));
  });
}

/**
 * The port of a pod that a Service's port leads to; undefined when it has none of that name. As FindPort in
 * pkg/api/v1/pod/util.go: the first container port of the name and protocol.
 */
export function targetOn({ ports }: Pod, { target, protocol }: ServicePort): number | undefined {
  if (typeof target === 'number') return target;
  return ports.find((one) => one.name === target && one.protocol === protocol)?.number;
}

/** An EndpointSlice's port without a number is every port (discovery.k8s.io/v1): the Service's own then. */
function listedBackends({ endpoints }: Service, servicePort: ServicePort): Backend[] {
  const { name, protocol, target, port: own } = servicePort;
  return endpoints.flatMap(({ addresses, ports }) => {
    const listed = ports.find(
      (one) => (one.name ?? '') === (name ?? '') && one.protocol === protocol,
    );
    if (listed === undefined) return [];
    const port = listed.port ?? (typeof target === 'number' ? target : own);
    return addresses.map((address) => ({ address, port, pod: undefined }));
  });
}
