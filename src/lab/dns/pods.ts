import { backends } from '../../evaluate/question/ask.ts';
import { podOf } from '../../evaluate/verdict/endpoint.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Service } from '../../model/service.ts';
import { targetOn } from '../services/backends.ts';

/** A pod that is the cluster's DNS, and the port it is asked on. */
export interface DnsPod {
  /** `namespace/pod`. */
  readonly pod: string;
  readonly port: number;
}

/** Services that are the cluster's DNS: kubeadm and most others, charts of CoreDNS, OpenShift. */
const DNS_SERVICES: readonly string[] = [
  'kube-system/kube-dns',
  'kube-system/coredns',
  'openshift-dns/dns-default',
];

/** The Service names are asked at; undefined when the input has none with an address and port 53. */
export function dnsServiceOf({ services }: Cluster): Service | undefined {
  for (const id of DNS_SERVICES) {
    const found = services.find(
      ({ namespace, name, ports }) =>
        `${namespace}/${name}` === id &&
        ports.some(({ port, protocol }) => port === 53 && protocol === 'UDP'),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The pods of the input that are the cluster's DNS: their stands answer names instead of listening on
 * that port, so that policies about DNS apply as in life. Empty when the input has none. A pod of a
 * template, which has no name yet, goes by its workload's.
 */
export function dnsPodsOf(cluster: Cluster): readonly DnsPod[] {
  const service = dnsServiceOf(cluster);
  const port = service?.ports.find((one) => one.port === 53 && one.protocol === 'UDP');
  if (service === undefined || port === undefined) return [];
  return backends(cluster, service).flatMap((endpoint) => {
    if (endpoint.kind !== 'workload') return [];
    const pod = podOf(endpoint);
    const number = targetOn(pod, port);
    const { namespace, name } = endpoint.workload;
    return number === undefined ? [] : [{ pod: `${namespace}/${pod.name ?? name}`, port: number }];
  });
}
