import type { AddressSet } from './address-set.ts';
import type { Family } from './address.ts';
import type { Place } from './place.ts';
import type { Protocol } from './port-set.ts';
import type { Labels, Selector } from './selector.ts';

/** Seen from the pod a policy selects. */
export type Direction = 'ingress' | 'egress';

export const DIRECTIONS: readonly Direction[] = ['ingress', 'egress'];

/**
 * A NetworkPolicy after the API's defaults. Malformed parts are already closed: an unreadable peer
 * or port is `nothing`, an unreadable subject selects more rather than less (decision D8).
 */
export interface NetworkPolicy {
  readonly kind: 'NetworkPolicy';
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Labels;
  readonly place: Place;
  readonly subject: Selector;
  /** False when part of podSelector could not be read: it isolates what it may select, and allows nothing. */
  readonly subjectIsSure: boolean;
  readonly subjectPlace: Place;
  /** The directions in which the policy isolates the pods it selects (policyTypes, defaulted). */
  readonly isolates: readonly Direction[];
  /** Where policyTypes stands; undefined when it was absent and defaulted. */
  readonly policyTypesPlace: Place | undefined;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

/** One ingress or egress rule: a connection needs a matching peer and a matching port (S12). */
export interface Rule {
  readonly place: Place;
  /** `all` when `from`/`to` is absent or empty (S11). */
  readonly peers: readonly Peer[] | 'all';
  /** `all` when `ports` is absent or empty (S11): every port of every protocol. */
  readonly ports: readonly PortRule[] | 'all';
}

/** Who is at the other end, as one element of `from` or `to` says it. */
export type Peer = PodPeer | BlockPeer | NothingPeer;

/** Pods by label; both selectors must hold (S13). */
export interface PodPeer {
  readonly kind: 'pods';
  readonly place: Place;
  /** `own`: no namespaceSelector, so the policy's own namespace. */
  readonly namespaces: Selector | 'own';
  /** Undefined: no podSelector, so all pods of the namespaces. */
  readonly pods: Selector | undefined;
}

/** Addresses: one CIDR without its exceptions. */
export interface BlockPeer {
  readonly kind: 'block';
  readonly place: Place;
  readonly family: Family;
  readonly cidr: string;
  readonly except: readonly string[];
  readonly addresses: AddressSet;
}

/** A peer that matches nothing: empty, or malformed (S16, D8). */
export interface NothingPeer {
  readonly kind: 'nothing';
  readonly place: Place;
}

/** One element of `ports`. */
export type PortRule = NumberedPorts | NamedPort | NothingPort;

/** A port, a range, or all ports of a protocol. */
export interface NumberedPorts {
  readonly kind: 'numbered';
  readonly place: Place;
  readonly protocol: Protocol;
  readonly low: number;
  readonly high: number;
}

/** A container port by its name, resolved on the destination pod (P6 to P10). */
export interface NamedPort {
  readonly kind: 'named';
  readonly place: Place;
  readonly protocol: Protocol;
  readonly name: string;
}

/** A malformed port: matches nothing (D8). */
export interface NothingPort {
  readonly kind: 'nothing';
  readonly place: Place;
}

/** The rules of one direction. */
export function rulesOf(policy: NetworkPolicy, direction: Direction): readonly Rule[] {
  return direction === 'ingress' ? policy.ingress : policy.egress;
}
