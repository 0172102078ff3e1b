import type { Direction } from '../../model/policy.ts';
import type { Elsewhere } from '../fields/fields.ts';
import { aKind } from './words.ts';
import type { ClusterWords } from './words.ts';

// Where the fields belong that people put elsewhere, or know from a NetworkPolicy or the other version.

const IN_PEER = 'it belongs in an item of `from` or `to`';
const IN_PODS = 'write `pods: {namespaceSelector: {}, podSelector: …}`';
const IN_NAMESPACES = 'write `namespaces: …` for all pods of the namespaces, or put it into `pods`';

/** Of a policy: what is no field of its `spec`. */
export function besideSpec({ kind, ports }: ClusterWords): Elsewhere {
  const inRule = 'it belongs in an item of `ingress` or `egress`';
  const isBaseline = kind === 'BaselineAdminNetworkPolicy';
  return new Map([
    ['from', 'it belongs in an item of `ingress`: `- from:`'],
    ['to', 'it belongs in an item of `egress`: `- to:`'],
    ['action', inRule],
    ['protocols', ports === 'protocols' ? inRule : `${inRule}, as \`ports\``],
    ['ports', ports === 'ports' ? inRule : `${inRule}, as \`protocols\``],
    ['podSelector', 'write `subject: {pods: {namespaceSelector: {}, podSelector: …}}`'],
    ['namespaceSelector', 'write `subject: {namespaces: …}`'],
    ['namespaces', 'it belongs in `subject`'],
    ['pods', 'it belongs in `subject`'],
    ['policyTypes', `${aKind(kind)} has none: it decides only what one of its rules matches`],
    [
      'tier',
      `${aKind(kind)} is always of the ${isBaseline ? 'Baseline' : 'Admin'} tier; take it away`,
    ],
    ['priority', `${aKind(kind)} has none, for it is the only one; take it away`],
  ]);
}

/** Of a subject: what is no field of it. */
export const BESIDE_SUBJECT: Elsewhere = new Map([
  ['podSelector', IN_PODS],
  ['namespaceSelector', IN_NAMESPACES],
  ['namespaceAndPodSelector', 'it is called `pods` now'],
  ['matchLabels', 'it belongs in `namespaces`, or in a selector of `pods`'],
  ['matchExpressions', 'it belongs in `namespaces`, or in a selector of `pods`'],
]);

/** Of a rule: what is no field of it. */
export function besideRule({ ports, peer }: ClusterWords): Elsewhere {
  const everyPort = 'here it means nothing, and the rule is for every port';
  return new Map([
    [ports === 'ports' ? 'protocols' : 'ports', `write \`${ports}\`; ${everyPort}`],
    ['protocol', `write \`${ports}\`; ${everyPort}`],
    ['port', `write \`${ports}\`; ${everyPort}`],
    ...[...peer.egress, 'domainNames', 'podSelector', 'namespaceSelector', 'ipBlock'].map(
      (name): [string, string] => [name, IN_PEER],
    ),
  ]);
}

/** Of a peer: what is no field of it in that direction. */
export function besidePeer({ kind, ports, peer }: ClusterWords, direction: Direction): Elsewhere {
  const isEgress = direction === 'egress';
  const addresses = isEgress
    ? 'write `networks: […]`'
    : 'an ingress rule is for pods only, not for addresses';
  const names = peer.egress.includes('domainNames')
    ? 'write `domainNames: […]`, in an egress rule'
    : `${aKind(kind)} has no peers by name`;
  const only = 'only an egress rule has such peers';
  return new Map([
    ['podSelector', IN_PODS],
    ['namespaceSelector', IN_NAMESPACES],
    ['namespacedPods', 'it is called `pods` now'],
    ['matchLabels', 'it belongs in `namespaces`, or in a selector of `pods`'],
    ['matchExpressions', 'it belongs in `namespaces`, or in a selector of `pods`'],
    [ports, `it belongs to the rule, beside \`${isEgress ? 'to' : 'from'}\``],
    ['ipBlock', addresses],
    ['cidr', addresses],
    ['except', 'there is none; write a rule for the exception before this one'],
    ['nodes', only],
    ['networks', only],
    ['domainNames', isEgress ? names : only],
    ...['domain', 'domains', 'fqdn', 'fqdns', 'dnsNames'].map((name): [string, string] => [
      name,
      names,
    ]),
  ]);
}

/** Of `pods`: what is no field of it. */
export const BESIDE_PODS: Elsewhere = new Map([
  ['namespaces', 'it is called `namespaceSelector` here'],
  ['pods', 'it is called `podSelector` here'],
  ['matchLabels', 'it belongs in `podSelector` or `namespaceSelector`'],
  ['matchExpressions', 'it belongs in `podSelector` or `namespaceSelector`'],
]);

/** Of one of the ports: what is no field of it. */
export function besidePort({ port, ports }: ClusterWords): Elsewhere {
  const remedy =
    ports === 'protocols'
      ? 'write it like `tcp: {destinationPort: {number: 80}}`'
      : 'write it like `portNumber: {protocol: TCP, port: 80}`';
  const habits = [
    'protocol',
    'port',
    'endPort',
    'number',
    'range',
    'destinationPort',
    'tcp',
    'udp',
  ];
  const others = ['sctp', 'destinationNamedPort', 'portNumber', 'portRange', 'namedPort', 'name'];
  return new Map(
    [...habits, ...others]
      .filter((name) => !port.includes(name))
      .map((name): [string, string] => [name, remedy]),
  );
}

/** Of a protocol, such as `tcp`: what belongs in its `destinationPort`. */
export const BESIDE_DESTINATION_PORT: Elsewhere = new Map(
  ['port', 'ports', 'number', 'range', 'start', 'end'].map((name) => [
    name,
    'write it like `destinationPort: {number: 80}` or `destinationPort: {range: {start: 80, end: 90}}`',
  ]),
);
