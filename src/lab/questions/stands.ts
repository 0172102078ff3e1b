import type { Address } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Protocol } from '../../model/port-set.ts';
import { dnsPodsOf, dnsServiceOf } from '../dns/dns.ts';
import type { Network } from '../network/network.ts';
import { OUTSIDE_ADDRESSES } from '../network/outside-wiring.ts';
import type { Resolver, Stand, StandPort } from '../sockets/attempt.ts';
import type { LabCluster } from '../state/cluster.ts';
import type { LabPod } from '../state/pods.ts';

/** The id of the outside, wherever somebody is named. */
export const OUTSIDE = 'outside';

/** What the world listens on: the web, names, time. */
const OUTSIDE_PORTS: readonly StandPort[] = [
  { protocol: 'TCP', number: 53 },
  { protocol: 'TCP', number: 80 },
  { protocol: 'TCP', number: 443 },
  { protocol: 'UDP', number: 53 },
  { protocol: 'UDP', number: 123 },
  { protocol: 'UDP', number: 443 },
];

/** The id of a node, wherever somebody is named. */
export function nodeStand(name: string): string {
  return `node/${name}`;
}

/** Everybody in the lab who listens and connects. */
export function standsOf(lab: LabCluster, network: Network): Stand[] {
  const servers = dnsServersOf(lab.cluster);
  const resolver = (addresses: readonly Address[], search: readonly string[]): AskedDns => {
    const server = dnsServerFor(addresses, servers);
    return server && { resolver: { server, search } };
  };
  const asked = dnsPortsOf(lab.cluster);
  return [
    ...lab.pods.map((one) => ({
      id: one.key,
      netns: network.podPath(one),
      addresses: one.pod.addresses,
      ports: unique(one.pod.ports).filter(({ number }) => !asked.has(`${one.key} ${number}`)),
      ...resolver(one.pod.addresses, searchOf(one.workload.namespace)),
    })),
    ...lab.nodes.map(({ node }) => ({
      id: nodeStand(node.name),
      netns: network.nodePath(node.name),
      addresses: node.addresses,
      ports: [],
      ...resolver(node.addresses, []),
    })),
    {
      id: OUTSIDE,
      netns: network.outsidePath(),
      addresses: OUTSIDE_ADDRESSES,
      ports: outsidePorts(lab.pods),
    },
  ];
}

type AskedDns = { readonly resolver: Resolver } | undefined;

/** Where DNS pods answer names instead of listening: `namespace/pod PORT`. */
function dnsPortsOf(cluster: Cluster): ReadonlySet<string> {
  return new Set(dnsPodsOf(cluster).map(({ pod, port }) => `${pod} ${port}`));
}

/** The domains in which a pod looks for short names (Kubernetes, "DNS for Services and Pods"). */
export function searchOf(namespace: string): string[] {
  return [`${namespace}.svc.cluster.local`, 'svc.cluster.local', 'cluster.local'];
}

/** Whom a client asks for names: the Service before the DNS pods, in a family the client has. */
export function dnsServerFor(
  client: readonly Address[],
  servers: readonly Address[],
): Address | undefined {
  return servers.find((server) => client.some(({ family }) => family === server.family));
}

/** The addresses the cluster's DNS is asked at: its Service's, or its pods' own when that has none. */
export function dnsServersOf(cluster: Cluster): readonly Address[] {
  const service = dnsServiceOf(cluster);
  if (service !== undefined && service.addresses.length > 0) return service.addresses;
  const keys = new Set(dnsPodsOf(cluster).map(({ pod }) => pod));
  return cluster.workloads.flatMap(({ namespace, pods }) =>
    pods
      .filter(({ name }) => keys.has(`${namespace}/${name}`))
      .flatMap(({ addresses }) => addresses),
  );
}

/** The usual ones, and those the pods have: a policy may open them to the outside, too. */
function outsidePorts(pods: readonly LabPod[]): StandPort[] {
  return unique([...OUTSIDE_PORTS, ...pods.flatMap(({ pod }) => pod.ports)]);
}

function unique(ports: readonly { protocol: Protocol; number: number }[]): StandPort[] {
  const byKey = new Map(
    ports.map(({ protocol, number }) => [`${protocol} ${number}`, { protocol, number }]),
  );
  return [...byKey.values()];
}
