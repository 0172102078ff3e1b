import type { PlainPolicy, PlainRule } from './tier-world.ts';

/** The policy as a ClusterNetworkPolicy of v1alpha2. */
export function clusterPolicy({ name, tier, priority, subject, ...rules }: PlainPolicy): unknown {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec: {
      tier,
      priority,
      subject,
      ingress: rules.ingress.map((rule) => clusterRule('from', rule)),
      egress: rules.egress.map((rule) => clusterRule('to', rule)),
    },
  };
}

function clusterRule(peers: 'from' | 'to', rule: PlainRule): unknown {
  const protocols = rule.ports?.map((port) => {
    if ('name' in port) return { destinationNamedPort: port.name };
    const { first, last } = port;
    const range = first === last ? { number: first } : { range: { start: first, end: last } };
    return { [port.protocol.toLowerCase()]: { destinationPort: range } };
  });
  return { action: rule.action, [peers]: rule.peers, protocols };
}

/** The policy as an AdminNetworkPolicy of v1alpha1; it must be of the Admin tier. */
export function adminPolicy({ name, priority, subject, ...rules }: PlainPolicy): unknown {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'AdminNetworkPolicy',
    metadata: { name },
    spec: {
      priority,
      subject,
      ingress: rules.ingress.map((rule) => adminRule('from', rule)),
      egress: rules.egress.map((rule) => adminRule('to', rule)),
    },
  };
}

/** The policy as the one BaselineAdminNetworkPolicy; it must not pass, nor name domains. */
export function baselinePolicy({ subject, ...rules }: PlainPolicy): unknown {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'BaselineAdminNetworkPolicy',
    metadata: { name: 'default' },
    spec: {
      subject,
      ingress: rules.ingress.map((rule) => adminRule('from', rule)),
      egress: rules.egress.map((rule) => adminRule('to', rule)),
    },
  };
}

function adminRule(peers: 'from' | 'to', rule: PlainRule): unknown {
  const ports = rule.ports?.map((port) => {
    if ('name' in port) return { namedPort: port.name };
    const { protocol, first, last } = port;
    return first === last
      ? { portNumber: { protocol, port: first } }
      : { portRange: { protocol, start: first, end: last } };
  });
  const action = rule.action === 'Accept' ? 'Allow' : rule.action;
  return { action, [peers]: rule.peers, ports };
}
