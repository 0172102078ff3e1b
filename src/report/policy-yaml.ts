import { dump } from 'js-yaml';
import { HIGHEST_PORT, LOWEST_PORT } from '../model/port-set.ts';
import type { NetworkPolicy, Peer, PortRule, Rule } from '../model/policy.ts';
import type { Selector } from '../model/selector.ts';

/** A policy as the manifest one would write for it, ready for `kubectl apply`. */
export function policyYaml(policy: NetworkPolicy): string {
  return dump(policyObject(policy), { lineWidth: -1, noRefs: true, quotingType: "'" });
}

/** Several policies as one file. */
export function policiesYaml(policies: readonly NetworkPolicy[]): string {
  return policies.map(policyYaml).join('---\n');
}

function policyObject(policy: NetworkPolicy): object {
  const types = { ingress: 'Ingress', egress: 'Egress' };
  const annotated = Object.keys(policy.annotations).length > 0;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name: policy.name,
      namespace: policy.namespace,
      ...(annotated && { annotations: policy.annotations }),
    },
    spec: {
      podSelector: selectorObject(policy.subject),
      policyTypes: policy.isolates.map((direction) => types[direction]),
      ...(policy.ingress.length > 0 && {
        ingress: policy.ingress.map((rule) => ruleObject(rule, 'from')),
      }),
      ...(policy.egress.length > 0 && {
        egress: policy.egress.map((rule) => ruleObject(rule, 'to')),
      }),
    },
  };
}

function ruleObject({ peers, ports }: Rule, key: 'from' | 'to'): object {
  return {
    ...(peers !== 'all' && { [key]: peers.map(peerObject) }),
    ...(ports !== 'all' && { ports: ports.flatMap(portObject) }),
  };
}

function peerObject(peer: Peer): object {
  switch (peer.kind) {
    case 'nothing':
      return {};
    case 'block':
      return {
        ipBlock: { cidr: peer.cidr, ...(peer.except.length > 0 && { except: peer.except }) },
      };
    case 'pods':
      return {
        ...(peer.namespaces !== 'own' && { namespaceSelector: selectorObject(peer.namespaces) }),
        ...(peer.pods && { podSelector: selectorObject(peer.pods) }),
      };
  }
}

function selectorObject(selector: Selector): object {
  const labels = selector.filter(
    ({ operator, values }) => operator === 'In' && values.length === 1,
  );
  // two values for one key can only stand as expressions
  const single = new Set(labels.map(({ key }) => key)).size === labels.length ? labels : [];
  const expressions = selector.filter((requirement) => !single.includes(requirement));
  return {
    ...(single.length > 0 && {
      matchLabels: Object.fromEntries(single.map(({ key, values }) => [key, values[0]])),
    }),
    ...(expressions.length > 0 && {
      matchExpressions: expressions.map(({ key, operator, values }) =>
        values.length > 0 ? { key, operator, values } : { key, operator },
      ),
    }),
  };
}

function portObject(port: PortRule): object[] {
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
