import type { Direction } from '../../model/policy.ts';
import type { Protocol } from '../../model/port-set.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { WorkloadEndpoint } from './endpoint.ts';
import type { PeerCandidate } from './match.ts';

/** What a connection is made to: a port of a protocol, or a protocol without ports (ICMP and the rest). */
export interface Port {
  readonly protocol: Protocol | 'other';
  /** Meaningless for `other`. */
  readonly number: number;
}

/** A connection over one address family as policies see it that select one of its ends. */
export interface Attempt {
  readonly direction: Direction;
  readonly subject: WorkloadEndpoint;
  readonly peer: PeerCandidate;
  readonly port: Port;
  /** The container ports that names resolve on: the destination's. */
  readonly served: readonly ContainerPort[];
}
