import { parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { Namespace } from '../../model/cluster.ts';
import type { PodPeer } from '../../model/policy.ts';
import type { Protocol } from '../../model/port-set.ts';
import { selects } from '../../model/selector.ts';
import type { Labels, Selector } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import type { Housed } from '../survey/housed.ts';
import { namesLabels } from '../survey/selector-logic.ts';
import { targetOn } from '../survey/service-target.ts';
import type { Survey } from '../survey/survey.ts';

/** The port names are asked on. */
export const DNS_PORT = 53;

export const DNS_PROTOCOLS = ['UDP', 'TCP'] as const satisfies readonly Protocol[];
export type DnsProtocol = (typeof DNS_PROTOCOLS)[number];

/** A class of DNS pods and the ports names are asked on there. */
export interface DnsServer {
  readonly index: number;
  readonly ports: Readonly<Record<DnsProtocol, number>>;
}

/** Who answers names in a cluster. */
export interface ClusterDns {
  /** Empty when the input has no DNS pods. */
  readonly servers: readonly DnsServer[];
  /** Where the pods are, and how a peer would select them. */
  readonly namespace: string;
  readonly selector: Selector;
  /** The addresses of NodeLocal DNSCache (N10): its own when the input has it, else the usual ones. */
  readonly cacheAddresses: readonly Address[];
  /** Whether the input has NodeLocal DNSCache, so that names are asked there and not at the pods. */
  readonly cached: boolean;
}

/** Services that are the cluster's DNS: kubeadm and most others, charts of CoreDNS, OpenShift. */
const DNS_SERVICES: readonly (readonly [namespace: string, name: string])[] = [
  ['kube-system', 'kube-dns'],
  ['kube-system', 'coredns'],
  ['openshift-dns', 'dns-default'],
];

/** The label that CoreDNS and kube-dns pods carry wherever they are installed by the book. */
const DNS_LABEL = { key: 'k8s-app', value: 'kube-dns' };
const DNS_NAMESPACE = 'kube-system';

// kubernetes/cluster/addons/dns/nodelocaldns/README.md: the address its manifest proposes
const USUAL_CACHE_ADDRESSES: readonly string[] = ['169.254.20.10'];

/** Finds the cluster's DNS: pods behind its Service, or those of the usual label. */
export function findDns(survey: Survey): ClusterDns {
  const { services } = survey.cluster;
  const service = DNS_SERVICES.flatMap(([namespace, name]) =>
    services.filter((one) => one.namespace === namespace && one.name === name),
  ).find((one) => (survey.services.backendsOf(one) ?? []).length > 0);
  const labelled = survey
    .housedIn(DNS_NAMESPACE)
    .filter(({ pod }) => pod.labels[DNS_LABEL.key] === DNS_LABEL.value);
  const pods = [...((service && survey.services.backendsOf(service)) ?? []), ...labelled];
  const labels: Labels = service?.selector ?? { [DNS_LABEL.key]: DNS_LABEL.value };
  return {
    servers: serversOf(survey, pods, service),
    namespace: service?.namespace ?? DNS_NAMESPACE,
    selector: Object.entries(labels).map(([key, value]) => ({
      key,
      operator: 'In',
      values: [value],
    })),
    ...findCache(survey),
  };
}

function serversOf(
  survey: Survey,
  pods: readonly Housed[],
  service: Service | undefined,
): DnsServer[] {
  const servers = new Map<number, DnsServer>();
  for (const { pod } of pods) {
    const index = survey.classOf(pod);
    const portOf = (protocol: DnsProtocol): number => {
      const one = service?.ports.find((own) => own.port === DNS_PORT && own.protocol === protocol);
      return (one && targetOn(pod, one)) ?? DNS_PORT;
    };
    if (!servers.has(index))
      servers.set(index, { index, ports: { UDP: portOf('UDP'), TCP: portOf('TCP') } });
  }
  return [...servers.values()];
}

/** NodeLocal DNSCache tells its addresses in its argument `-localip`. */
function findCache(survey: Survey): Pick<ClusterDns, 'cacheAddresses' | 'cached'> {
  const trace = survey.cluster.pluginTraces.find(
    ({ kind, name }) => kind === 'DaemonSet' && name === 'node-local-dns',
  );
  const args = trace?.containers.flatMap((container) => container.args) ?? [];
  const at = args.findIndex((arg) => /^--?localip(=|$)/.test(arg));
  const value = at === -1 ? '' : args[at]!.includes('=') ? args[at]! : (args[at + 1] ?? '');
  const told = value.replace(/^.*=/, '').split(',');
  const texts = trace !== undefined && at !== -1 ? told : USUAL_CACHE_ADDRESSES;
  return {
    cacheAddresses: texts.flatMap((text) => parseAddress(text.trim()) ?? []),
    cached: trace !== undefined,
  };
}

/** The cluster's DNS when the input has none: what its namespace and its pods are labelled by the book. */
export const ASSUMED_DNS: { readonly namespace: Namespace; readonly labels: Labels } = {
  namespace: {
    name: DNS_NAMESPACE,
    // `name` is no label of Kubernetes, but one that many clusters were given for policies to use
    labels: { [NAMESPACE_NAME_LABEL]: DNS_NAMESPACE, name: DNS_NAMESPACE },
    annotations: {},
    place: undefined,
  },
  labels: { [DNS_LABEL.key]: DNS_LABEL.value },
};

/** Whether a peer is for the cluster's DNS pods as they usually are, which the input does not have. */
export function isAssumedDns(
  survey: Survey,
  { namespaces, pods }: Pick<PodPeer, 'namespaces' | 'pods'>,
): boolean {
  const { namespace, labels } = ASSUMED_DNS;
  return (
    survey.housedIn(namespace.name).length === 0 &&
    namespaces !== 'own' &&
    namesLabels(namespaces) &&
    selects(namespaces, namespace.labels) &&
    selects(pods ?? [], labels)
  );
}
