import type { Answer } from '../../evaluate/verdict/verdict.ts';
import type { Address } from '../../model/address.ts';
import type { Protocol } from '../../model/port-set.ts';

/** Someone who listens and connects: a pod, a node, or the outside host. */
export interface Stand {
  /** `namespace/pod`, `node/NAME` or `outside`; listeners answer with it. */
  readonly id: string;
  /** Path of the network namespace it lives in; stands may share one (hostNetwork pods). */
  readonly netns: string;
  readonly addresses: readonly Address[];
  /** Where it listens. */
  readonly ports: readonly StandPort[];
  /** Whom it asks for names; as `/etc/resolv.conf` says. */
  readonly resolver?: Resolver;
}

/** One listening port of a stand. */
export interface StandPort {
  readonly protocol: Protocol;
  readonly number: number;
}

/** Where names are asked, and the domains a short one is tried in (resolv.conf(5), ndots 5 as in pods). */
export interface Resolver {
  readonly server: Address;
  readonly search: readonly string[];
}

/** One connection to be tried. */
export interface Attempt {
  /** The id of a stand. */
  readonly from: string;
  readonly to: Address;
  /** `other` is an ICMP echo. */
  readonly protocol: Protocol | 'other';
  /** Meaningless for `other`. */
  readonly port: number;
  /** The address to come from; absent: the kernel chooses. */
  readonly source?: Address;
  /** What the engine says: an outcome that differs is asked again before it is believed. */
  readonly predicted?: Answer;
}

/** What came of an attempt. */
export interface Outcome {
  /** Whether the packet arrived: someone answered, or refused (a reset or an ICMP error came back). */
  readonly reached: boolean;
  /** The id of the stand that answered; undefined for a refusal and for an echo of ICMP. */
  readonly by?: string;
  /** The client's address as the one that answered saw it. */
  readonly seenAs?: Address;
  /** Milliseconds from the (last) attempt to its answer, or to giving up. */
  readonly ms: number;
  /** `refused`: nothing listens there, or a Service has no endpoints. `silent`: no answer came. Else the system's word. */
  readonly error?: 'refused' | 'silent' | (string & {});
  /** It was asked more than once, and not all answers were the same: the last one counts. */
  readonly wavered?: true;
}

/** What a name is. */
export interface Resolution {
  /** The full name that was found, or the last one asked. */
  readonly name: string;
  readonly addresses: readonly Address[];
  /** `NXDOMAIN`, `SERVFAIL`, …; `silent` when the server did not answer; absent when found. */
  readonly error?: string;
}

/** How long and how wide to try. */
export interface ProbeOptions {
  /** The longest an answer is waited for; less when nothing arrives any more. */
  readonly patienceMs: number;
  /** How many attempts may be under way at once; 1,000 when absent. */
  readonly width?: number;
}
