import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

/** Pods by name with their addresses; all in namespace `shop`, on the node unless said otherwise. */
export const PODS = { client: '10.77.1.2', server: '10.77.2.2' };

/** A cluster of the pods given and the policies given, each its name and the YAML of its spec. */
export function clusterOf(
  policies: Readonly<Record<string, string>>,
  pods: Readonly<Record<string, string>> = PODS,
): Cluster {
  const documents = [
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop }',
    ...Object.entries(pods).map(
      ([name, address]) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { nodeName: n1, containers: [{ name: main, image: "app:1" }] }
status: { phase: Running, podIP: ${address}, podIPs: [{ ip: ${address} }] }`,
    ),
    ...Object.entries(policies).map(
      ([name, spec]) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}`,
    ),
  ];
  const cluster = readCluster([new Source('cluster.yaml', documents.join('\n---\n'))]);
  const errors = cluster.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  return cluster;
}

/** Nothing may reach the server. */
export const DENY = '{ podSelector: { matchLabels: { app: server } }, ingress: [] }';

/** The client may reach the server on these UDP ports. */
export function allowing(...ports: readonly number[]): string {
  const list = ports.map((port) => `{ protocol: UDP, port: ${port} }`).join(', ');
  return `{ podSelector: { matchLabels: { app: server } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: client } } }], ports: [${list}] }] }`;
}
