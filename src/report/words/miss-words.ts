import { isNodeTraffic, isSubject, podOf } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { namedPortsOf, portsOfRule } from '../../evaluate/verdict/match.ts';
import type { Connection, Miss, Port } from '../../evaluate/verdict/verdict.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Peer, Rule } from '../../model/policy.ts';
import { formatPorts } from '../../model/port-set.ts';
import { formatSelector, holds } from '../../model/selector.ts';
import type { Labels, Selector } from '../../model/selector.ts';

/** Why a rule missed a connection, as one clause a colleague would say. */
export function missWords(
  cluster: Cluster,
  { ref, because, unreadable }: Miss,
  { from, to, port }: Connection,
): string {
  if (unreadable) {
    return 'its podSelector, or a label of the pod, cannot be read, so it isolates the pod and allows it nothing';
  }
  if (because === 'port') return portWords(ref.rule, to, port);
  const peer = ref.direction === 'egress' ? to : from;
  const { peers } = ref.rule;
  if (peers === 'all') return 'it matches everyone';
  if (peers.length === 0) return 'its peers cannot be read, so it matches nobody';
  return peers.map((one) => peerWords(cluster, ref.policy.namespace, one, peer)).join('; ');
}

/** A port as people write it: `TCP 8080`, `ICMP and other protocols`. */
export function portName({ protocol, number }: Port): string {
  return protocol === 'other' ? 'protocols other than TCP, UDP and SCTP' : `${protocol} ${number}`;
}

function portWords(rule: Rule, to: Endpoint, port: Port): string {
  const { ports } = rule;
  if (port.protocol === 'other' || ports === 'all') {
    return 'it lists ports, and only a rule without `ports` lets other protocols through';
  }
  const unserved = ports.filter(
    (one) =>
      one.kind === 'named' &&
      portsOfRule({ ...rule, ports: [one] }, namedPortsOf(to))[one.protocol].length === 0,
  );
  const open = formatPorts(portsOfRule(rule, namedPortsOf(to)));
  const names = unserved.map((one) => (one.kind === 'named' ? `\`${one.name}\`` : '')).join(', ');
  const named =
    names === ''
      ? ''
      : `; no ${unserved[0]!.kind === 'named' ? unserved[0]!.protocol : ''} port named ${names} is served there`;
  return open === 'no ports' && names !== ''
    ? `no port named ${names} is served there with that protocol`
    : `it opens ${open}, not ${portName(port)}${named}`;
}

function peerWords(cluster: Cluster, namespace: string, peer: Peer, other: Endpoint): string {
  switch (peer.kind) {
    case 'nothing':
      return 'its peer is malformed and matches nothing';
    case 'block': {
      const except = peer.except.length > 0 ? ` except ${peer.except.join(', ')}` : '';
      return `it wants addresses in ${peer.cidr}${except}`;
    }
    case 'pods': {
      const wants = podPeerWords(peer, namespace);
      if (!isSubject(other)) {
        return `it wants ${wants}, and ${strangerWords(other)}: only an ipBlock can match it`;
      }
      return `it wants ${wants}, but ${mismatch(cluster, namespace, peer, other)}`;
    }
  }
}

function strangerWords(other: Endpoint): string {
  if (isNodeTraffic(other)) return 'a node has only its address';
  return other.kind === 'domain' ? 'no NetworkPolicy knows a name' : 'an outside address is no pod';
}

function podPeerWords(peer: Extract<Peer, { kind: 'pods' }>, namespace: string): string {
  const pods =
    peer.pods && peer.pods.length > 0 ? `pods with \`${formatSelector(peer.pods)}\`` : 'pods';
  if (peer.namespaces === 'own') return `${pods} of its own namespace \`${namespace}\``;
  if (peer.namespaces.length === 0) return `${pods} of any namespace`;
  return `${pods} of namespaces with \`${formatSelector(peer.namespaces)}\``;
}

function mismatch(
  cluster: Cluster,
  namespace: string,
  peer: Extract<Peer, { kind: 'pods' }>,
  other: Endpoint & { kind: 'workload' },
): string {
  const own = other.workload.namespace;
  if (peer.namespaces === 'own') {
    if (own !== namespace) return `this pod is in \`${own}\``;
  } else {
    const failed = failure(peer.namespaces, cluster.namespaces.get(own)!.labels);
    if (failed !== undefined) return `namespace \`${own}\` ${failed}`;
  }
  return `this pod ${failure(peer.pods ?? [], podOf(other).labels) ?? 'matches'}`;
}

/** The first requirement the labels fail, said of their owner. */
function failure(selector: Selector, labels: Labels): string | undefined {
  const failed = selector.find((requirement) => !holds(requirement, labels));
  if (failed === undefined) return undefined;
  const { key } = failed;
  return Object.hasOwn(labels, key) ? `has \`${key}=${labels[key]}\`` : `has no label \`${key}\``;
}
