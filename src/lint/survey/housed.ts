import type { Pod, Workload } from '../../model/workload.ts';

/** A pod and the workload it belongs to. */
export interface Housed {
  readonly workload: Workload;
  readonly pod: Pod;
}
