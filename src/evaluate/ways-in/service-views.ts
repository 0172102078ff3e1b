import type { Cluster } from '../../model/cluster.ts';
import type { Service } from '../../model/service.ts';
import type { Workload } from '../../model/workload.ts';

/**
 * Clusters for questions about Services. Behind a selector are pods of its own namespace only, so these
 * clusters have no others, and thousands of Services need not look through all workloads.
 */
export class ServiceViews {
  readonly #cluster: Cluster;
  readonly #workloads = new Map<string, Workload[]>();
  readonly #views = new Map<string, Cluster>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    for (const workload of cluster.workloads) {
      const known = this.#workloads.get(workload.namespace);
      if (known === undefined) this.#workloads.set(workload.namespace, [workload]);
      else known.push(workload);
    }
  }

  /** The cluster to ask about a Service; without a selector, any pod may be behind it. */
  of({ namespace, selector }: Service): Cluster {
    if (selector === undefined) return this.#cluster;
    let view = this.#views.get(namespace);
    if (view === undefined) {
      view = { ...this.#cluster, workloads: this.#workloads.get(namespace) ?? [] };
      this.#views.set(namespace, view);
    }
    return view;
  }
}
