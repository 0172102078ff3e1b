/**
 * What one rule of a ClusterNetworkPolicy says (policy.networking.k8s.io/v1alpha2
 * clusternetworkpolicy_types.go), and of its forerunners AdminNetworkPolicy and
 * BaselineAdminNetworkPolicy (v1alpha1), which say the same in other words. A rule is understood as
 * a whole or not at all (D21).
 *
 * @module
 */
import { readBlock, type Block } from './address.ts';
import { isPortNumber, type Direction } from './attempt.ts';
import type { Cluster } from './cluster.ts';
import { readDomain } from './domain.ts';
import { at, isMap, list, text } from './object.ts';
import { isSelector } from './selector.ts';

/** The three kinds of policy of the tiers. */
export type Kind = Cluster['clusterPolicies'][number]['kind'];

/** "Exactly one of the fields must be set for a given peer"; selectors as written. */
export type ClusterPeer =
  | { readonly field: 'namespaces'; readonly selector: unknown }
  | { readonly field: 'pods'; readonly namespaceSelector: unknown; readonly podSelector: unknown }
  | { readonly field: 'nodes'; readonly selector: unknown }
  | { readonly field: 'networks'; readonly blocks: readonly Block[] }
  | { readonly field: 'domainNames'; readonly names: readonly string[] };

/** Ports `first` to `last` of a protocol, or those a destination calls by a name. */
export type ClusterPort =
  | { readonly protocol: string; readonly first: number; readonly last: number }
  | { readonly name: string };

/** A rule whose every word is understood, but perhaps its action. */
export interface ClusterRule {
  readonly peers: readonly ClusterPeer[];
  /** Undefined for every protocol and port (C25). */
  readonly ports: readonly ClusterPort[] | undefined;
}

/** "Accept", which v1alpha1 calls "Allow". */
export function isAccept(kind: Kind, rule: unknown): boolean {
  return at(rule, 'action') === (kind === 'ClusterNetworkPolicy' ? 'Accept' : 'Allow');
}

/** Pass; a BaselineAdminNetworkPolicy has none, so there the word is unknown (C17). */
export function isPass(kind: Kind, rule: unknown): boolean {
  return at(rule, 'action') === 'Pass' && kind !== 'BaselineAdminNetworkPolicy';
}

/** The rule, or undefined when any part of it cannot be understood (C16, C21, C25–C27, D21). */
export function readRule(kind: Kind, direction: Direction, rule: unknown): ClusterRule | undefined {
  const peers = all(at(rule, direction === 'ingress' ? 'from' : 'to'), (peer) =>
    readPeer(kind, direction, peer),
  );
  if (peers === undefined) return undefined;
  const written = at(rule, kind === 'ClusterNetworkPolicy' ? 'protocols' : 'ports');
  const readPort = kind === 'ClusterNetworkPolicy' ? readProtocol : readAdminPort;
  const ports = written === undefined ? undefined : all(written, readPort);
  if (written !== undefined && ports === undefined) return undefined;

  const has = (...fields: string[]): boolean => peers.some(({ field }) => fields.includes(field));
  // C27: "networks/nodes/domainNames peer cannot be set with namedPorts"
  const isNamed = ports?.some((port) => 'name' in port) ?? false;
  if (isNamed && has('networks', 'nodes', 'domainNames')) return undefined;
  // C21: "DomainNames is only supported for Accept rules"
  if (has('domainNames') && !isAccept(kind, rule)) return undefined;
  return { peers, ports };
}

/** Every item of a list of at least one, or undefined: the CRD's MinItems. */
function all<T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] | undefined {
  const items = list(value)?.map(read);
  if (items === undefined || items.length === 0) return undefined;
  const understood = items.filter((item) => item !== undefined);
  return understood.length === items.length ? understood : undefined;
}

/** The one of these fields that a map has: the CRD's MinProperties and MaxProperties. */
function only(value: unknown, fields: readonly string[]): string | undefined {
  const [field, ...more] = fields.filter((name) => at(value, name) !== undefined);
  return more.length === 0 ? field : undefined;
}

/** C18: the ingress peers are fewer; domainNames came after BaselineAdminNetworkPolicy. */
function peerFields(kind: Kind, direction: Direction): readonly string[] {
  if (direction === 'ingress') return ['namespaces', 'pods'];
  const names = kind === 'BaselineAdminNetworkPolicy' ? [] : ['domainNames'];
  return ['namespaces', 'pods', 'nodes', 'networks', ...names];
}

/** C16: "sees no fields are set … an incompatible version with an unknown field". */
function readPeer(kind: Kind, direction: Direction, peer: unknown): ClusterPeer | undefined {
  const field = only(peer, peerFields(kind, direction));
  const value = field && at(peer, field);
  switch (field) {
    case 'namespaces':
    case 'nodes':
      return isKnownSelector(value) ? { field, selector: value } : undefined;
    case 'pods': {
      const pods = readPods(kind, value);
      return pods && { field, ...pods };
    }
    case 'networks': {
      const blocks = all(value, readBlock);
      return blocks && { field, blocks };
    }
    case 'domainNames': {
      const names = all(value, readDomain);
      return names && { field, names };
    }
    default:
      return undefined;
  }
}

/** C14: "if empty, it selects all"; only podSelector is required since v1alpha2. */
export function readPods(
  kind: Kind,
  value: unknown,
): { readonly namespaceSelector: unknown; readonly podSelector: unknown } | undefined {
  const absent = kind === 'ClusterNetworkPolicy' ? {} : undefined;
  const namespaceSelector = at(value, 'namespaceSelector') ?? absent;
  const podSelector = at(value, 'podSelector');
  const known = isKnownSelector(namespaceSelector) && isKnownSelector(podSelector);
  return known ? { namespaceSelector, podSelector } : undefined;
}

/** A selector without a word we do not know: one that has only such is not empty (C16, D25). */
export function isKnownSelector(selector: unknown): boolean {
  return isSelector(selector) && !hasOnlyUnknown(selector);
}

/** Whether a map has fields, but none that a selector has. */
export function hasOnlyUnknown(selector: unknown): boolean {
  const keys = isMap(selector) ? Object.keys(selector) : [];
  return keys.length > 0 && !keys.some((key) => ['matchLabels', 'matchExpressions'].includes(key));
}

/** C25, C26: exactly one of tcp, udp, sctp and destinationNamedPort; "either Port or Range". */
function readProtocol(entry: unknown): ClusterPort | undefined {
  const field = only(entry, ['tcp', 'udp', 'sctp', 'destinationNamedPort']);
  if (field === undefined) return undefined;
  if (field === 'destinationNamedPort') return readPortName(at(entry, field));
  const port = at(entry, field, 'destinationPort');
  const number = at(port, 'number');
  switch (only(port, ['number', 'range'])) {
    case 'number':
      return readPorts(field.toUpperCase(), number, number);
    case 'range':
      return readRange(field.toUpperCase(), at(port, 'range'));
    default:
      return undefined;
  }
}

/** v1alpha1: exactly one of portNumber, portRange and namedPort; the protocol "defaults to TCP". */
function readAdminPort(entry: unknown): ClusterPort | undefined {
  const field = only(entry, ['portNumber', 'portRange', 'namedPort']);
  if (field === undefined) return undefined;
  if (field === 'namedPort') return readPortName(at(entry, field));
  const protocol = at(entry, field, 'protocol') ?? 'TCP';
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') return undefined;
  if (field === 'portRange') return readRange(protocol, at(entry, field));
  const number = at(entry, field, 'port');
  return readPorts(protocol, number, number);
}

/** "Start port must be less than End port". */
function readRange(protocol: string, range: unknown): ClusterPort | undefined {
  const [start, end] = [at(range, 'start'), at(range, 'end')];
  return start === end ? undefined : readPorts(protocol, start, end);
}

function readPorts(protocol: string, first: unknown, last: unknown): ClusterPort | undefined {
  if (!isPortNumber(first) || !isPortNumber(last) || last < first) return undefined;
  return { protocol, first, last };
}

function readPortName(value: unknown): ClusterPort | undefined {
  const name = text(value);
  return name === undefined ? undefined : { name };
}
