import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Unknown } from '../../evaluate/verdict/verdict.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Problem } from '../../model/problem.ts';
import type { Expectation } from '../file/expectation.ts';
import type { Demand } from '../who/target.ts';

/**
 * What came of an expectation. `depends`: nothing contradicts it surely, and what the input does not tell
 * may. `broken`: it names something that is not there, so nothing can be said.
 */
export type State = 'passed' | 'failed' | 'depends' | 'broken';

/** An expectation held against a cluster. */
export interface Judgement {
  readonly expectation: Expectation;
  /** What it comes down to in the cluster; empty when it is broken. */
  readonly demands: readonly Demand[];
  readonly state: State;
  /** Pairs of endpoints that were looked at; connections, where they were tried with real packets. */
  readonly pairs: number;
  /** Those of them that are not as they should be. */
  readonly faulty: number;
  /** Some of the faults, sure ones first, each for two classes of endpoints. */
  readonly faults: readonly Fault[];
  /** Why it is broken; else empty. */
  readonly problems: readonly Problem[];
}

/** Endpoints that stand to each other otherwise than expected. */
export interface Fault {
  readonly demand: Demand;
  readonly from: readonly Endpoint[];
  readonly to: readonly Endpoint[];
  /** The ports that are not as expected. */
  readonly ports: PortSet;
  readonly answer: 'allowed' | 'denied' | 'depends';
  /** What a depending answer turns on. */
  readonly unknowns: readonly Unknown[];
  /** What real packets did, where they were asked. */
  readonly observed?: string;
}
