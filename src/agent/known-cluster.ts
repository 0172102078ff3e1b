import { podsOf } from '../compile/matrix/change.ts';
import type { Changed, ClusterChange, ClusterPod } from '../compile/matrix/change.ts';
import { LearnedNames } from '../compile/matrix/learned-names.ts';
import type { DnsAnswer } from '../compile/matrix/learned-names.ts';
import { policyKey } from '../compile/matrix/policy-record.ts';
import { clusterPolicyKey } from '../compile/matrix/tier-rules.ts';
import type { ClusterPolicy, ClusterRule } from '../model/cluster-policy.ts';
import type { Cluster, Namespace, Node } from '../model/cluster.ts';
import type { NetworkPolicy } from '../model/policy.ts';
import { workloadId } from '../model/workload.ts';
import type { Pod, Workload } from '../model/workload.ts';
import { clusterPodKey, nameOf } from './merged-change.ts';

/** The cluster as the changes so far make it, so that everything can be compiled anew. */
export class KnownCluster {
  readonly #cluster: Cluster;
  readonly #policies = new Map<string, NetworkPolicy>();
  readonly #clusterPolicies = new Map<string, ClusterPolicy>();
  readonly #names = new LearnedNames();
  readonly #pods = new Map<string, ClusterPod>();
  readonly #namespaces: Map<string, Namespace>;
  readonly #nodes: Map<string, Node>;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#namespaces = new Map(cluster.namespaces);
    this.#nodes = new Map(cluster.nodes);
    for (const policy of cluster.policies) this.#policies.set(policyKey(policy), policy);
    for (const policy of cluster.clusterPolicies) {
      this.#clusterPolicies.set(clusterPolicyKey(policy), policy);
    }
    for (const pod of podsOf(cluster)) this.#pods.set(clusterPodKey(pod), pod);
  }

  get policyKeys(): string[] {
    return [...this.#policies.keys(), ...this.#clusterPolicies.keys()];
  }

  apply(change: ClusterChange): void {
    const { policies, clusterPolicies, pods, namespaces, nodes, answers = [] } = change;
    for (const answer of answers) this.#names.learn(answer);
    applyTo(this.#policies, policies, policyKey);
    applyTo(this.#clusterPolicies, clusterPolicies, clusterPolicyKey);
    applyTo(this.#pods, pods, clusterPodKey);
    applyTo(this.#namespaces, namespaces, nameOf);
    applyTo(this.#nodes, nodes, nameOf);
  }

  /** What DNS answers told. */
  answers(): DnsAnswer[] {
    return [...this.#names.all()].flatMap(({ address, names }) =>
      [...names].map(([name, until]) => ({ name, address, until })),
    );
  }

  /** The cluster now; the policies named deny whom they select everything (L13). */
  toCluster(isolating: ReadonlySet<string>): Cluster {
    const byWorkload = new Map<string, { workload: Workload; pods: Pod[] }>();
    for (const { workload, pod } of this.#pods.values()) {
      const id = workloadId(workload);
      const one = byWorkload.get(id);
      if (one === undefined) byWorkload.set(id, { workload, pods: [pod] });
      else one.pods.push(pod);
    }
    return {
      ...this.#cluster,
      namespaces: this.#namespaces,
      nodes: this.#nodes,
      workloads: [...byWorkload.values()].map(({ workload, pods }) => ({ ...workload, pods })),
      policies: [...this.#policies].map(([key, policy]) =>
        isolating.has(key) ? { ...policy, ingress: [], egress: [] } : policy,
      ),
      clusterPolicies: [...this.#clusterPolicies].map(([key, policy]) =>
        isolating.has(key) ? closed(policy) : policy,
      ),
    };
  }
}

/** The policy in its place, denying everything in the directions it has rules for. */
function closed(policy: ClusterPolicy): ClusterPolicy {
  const { place, ingress, egress } = policy;
  const deny: ClusterRule = {
    place,
    name: undefined,
    action: 'Deny',
    written: undefined,
    peers: 'all',
    ports: 'all',
  };
  const denied = (rules: readonly ClusterRule[]): ClusterRule[] => (rules.length > 0 ? [deny] : []);
  return { ...policy, ingress: denied(ingress), egress: denied(egress) };
}

function applyTo<T>(
  things: Map<string, T>,
  { upserted, removed }: Changed<T>,
  keyOf: (thing: T) => string,
): void {
  for (const key of removed) things.delete(key);
  for (const thing of upserted) things.set(keyOf(thing), thing);
}
