import { dump } from 'js-yaml';
import type { Direction, Peer, PortRule, Rule } from '../../model/policy.ts';
import { HIGHEST_PORT, LOWEST_PORT } from '../../model/port-set.ts';
import type { Labels, Selector } from '../../model/selector.ts';

/** A policy that a fix proposes. */
export interface ProposedPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly annotations?: Labels;
  readonly subject: Selector;
  readonly isolates: readonly Direction[];
  readonly ingress?: readonly ProposedRule[];
  readonly egress?: readonly ProposedRule[];
}

/** A rule that a fix proposes; peers and ports keep the places they were taken from. */
export interface ProposedRule {
  readonly peers: readonly ProposedPeer[] | 'all';
  readonly ports: Rule['ports'] | readonly ProposedPort[];
}

export type ProposedPeer = Without<Peer>;
export type ProposedPort = Without<PortRule>;
type Without<T> = T extends unknown ? Omit<T, 'place' | 'addresses'> : never;

/** The whole policy, ready for `kubectl apply`. */
export function policyManifest(policy: ProposedPolicy): string {
  const { namespace, name, annotations = {}, subject, isolates, ingress, egress } = policy;
  const annotated = Object.keys(annotations).length > 0;
  return yaml({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace, ...(annotated && { annotations }) },
    spec: {
      podSelector: selectorObject(subject),
      policyTypes: isolates.map((direction) => (direction === 'ingress' ? 'Ingress' : 'Egress')),
      ...(ingress && { ingress: rulesObject(ingress, 'ingress') }),
      ...(egress && { egress: rulesObject(egress, 'egress') }),
    },
  });
}

/** One element of `ingress` or `egress`. */
export function ruleManifest(rule: ProposedRule, direction: Direction): string {
  return yaml([ruleObject(rule, direction)]);
}

/** Elements of `from` or `to`. */
export function peersManifest(peers: readonly ProposedPeer[]): string {
  return yaml(peers.map(peerObject));
}

/** Elements of `ports`. */
export function portsManifest(ports: readonly ProposedPort[]): string {
  return yaml(ports.flatMap(portObject));
}

/** A value as YAML, the way all manifests that fixes propose are written. */
export function yaml(value: object): string {
  return dump(value, { lineWidth: -1, noRefs: true, quotingType: "'" });
}

/** Rules; one that allows nothing is left out, for `ports` or peers written as an empty list allow all. */
function rulesObject(rules: readonly ProposedRule[], direction: Direction): object[] {
  const allows = ({ peers, ports }: ProposedRule): boolean =>
    (peers === 'all' || peers.some(({ kind }) => kind !== 'nothing')) &&
    (ports === 'all' || ports.some(({ kind }) => kind !== 'nothing'));
  return rules.filter(allows).map((rule) => ruleObject(rule, direction));
}

function ruleObject({ peers, ports }: ProposedRule, direction: Direction): object {
  const key = direction === 'ingress' ? 'from' : 'to';
  return {
    ...(peers !== 'all' && {
      [key]: peers.filter(({ kind }) => kind !== 'nothing').map(peerObject),
    }),
    ...(ports !== 'all' && { ports: ports.flatMap(portObject) }),
  };
}

function peerObject(peer: ProposedPeer): object {
  switch (peer.kind) {
    case 'nothing':
      return {};
    case 'block':
      return {
        ipBlock: { cidr: peer.cidr, ...(peer.except.length > 0 && { except: [...peer.except] }) },
      };
    case 'pods':
      return {
        ...(peer.namespaces !== 'own' && { namespaceSelector: selectorObject(peer.namespaces) }),
        ...(peer.pods && { podSelector: selectorObject(peer.pods) }),
      };
  }
}

/** A selector as manifests write it. */
export function selectorObject(selector: Selector): object {
  const single = selector.filter(
    ({ key, operator, values }, i) =>
      operator === 'In' &&
      values.length === 1 &&
      // a second value of the same key cannot stand in matchLabels too
      selector.findIndex((one) => one.key === key && one.operator === 'In') === i,
  );
  const rest = selector.filter((requirement) => !single.includes(requirement));
  return {
    ...(single.length > 0 && {
      matchLabels: Object.fromEntries(single.map(({ key, values }) => [key, values[0]])),
    }),
    ...(rest.length > 0 && {
      matchExpressions: rest.map(({ key, operator, values }) =>
        values.length > 0 ? { key, operator, values: [...values] } : { key, operator },
      ),
    }),
  };
}

function portObject(port: ProposedPort): object[] {
  switch (port.kind) {
    case 'nothing':
      return [];
    case 'named':
      return [{ protocol: port.protocol, port: port.name }];
    case 'numbered': {
      const { protocol, low, high } = port;
      if (low === LOWEST_PORT && high === HIGHEST_PORT) return [{ protocol }];
      return [low === high ? { protocol, port: low } : { protocol, port: low, endPort: high }];
    }
  }
}
