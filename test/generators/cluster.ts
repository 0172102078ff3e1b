import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { clusterPolicyObjects, clusterPolicyShape } from './cluster-policy.ts';
import type { ClusterPolicyShape } from './cluster-policy.ts';
import type { Families } from './pod.ts';
import { policyObject, policyShape } from './policy.ts';
import type { PolicyShape } from './policy.ts';
import { NAMESPACES, NODES, POD_NETWORKS, namespaceLabels, nodeLabels } from './vocabulary.ts';
import { workloadObjects, workloadShape } from './workload.ts';
import type { WorkloadShape } from './workload.ts';

/** A generated cluster: objects as someone would write them, every one valid. */
export interface GeneratedCluster {
  readonly objects: readonly object[];
  readonly podNetwork: readonly string[] | undefined;
  /** The objects that are no policies, in the order of `objects`, and the policies after them. */
  readonly others: readonly object[];
  readonly policies: readonly PolicyShape[];
  /** Those of the tiers around NetworkPolicy, which come last. */
  readonly clusterPolicies: readonly ClusterPolicyShape[];
}

/** How large and how varied. */
export interface Mood {
  readonly families?: Families;
  readonly workloads?: number;
  readonly minWorkloads?: number;
  readonly policies?: number;
  /** How many policies of the tiers around NetworkPolicy at most; half of the clusters have none. */
  readonly clusterPolicies?: number;
}

/** Clusters whose labels, ports and addresses meet what their policies ask for. */
export function plausible(mood: Mood = {}): Arbitrary<GeneratedCluster> {
  const {
    families = 'both',
    workloads = 5,
    minWorkloads = 2,
    policies = 5,
    clusterPolicies = 0,
  } = mood;
  const networks = POD_NETWORKS.filter(
    (network) => families === 'both' || (network && network.every((cidr) => !cidr.includes(':'))),
  );
  return fc
    .record({
      namespaces: fc.tuple(...NAMESPACES.map(() => fc.option(namespaceLabels, { nil: undefined }))),
      nodes: fc.tuple(...NODES.map(() => fc.option(nodeShape(families), { nil: undefined }))),
      workloads: fc.array(workloadShape(families), {
        minLength: minWorkloads,
        maxLength: workloads,
      }),
      policies: fc.array(policyShape(families), { minLength: 1, maxLength: policies }),
      clusterPolicies: fc.oneof(
        fc.constant([]),
        fc.array(clusterPolicyShape(families), { maxLength: clusterPolicies }),
      ),
      podNetwork: fc.constantFrom(...networks),
    })
    .map(({ namespaces, nodes, workloads, policies, clusterPolicies, podNetwork }) => {
      const others = [
        ...namespaces.flatMap((labels, i) =>
          labels === undefined ? [] : [namespaceObject(NAMESPACES[i]!, labels)],
        ),
        ...nodes.flatMap((own, i) => (own === undefined ? [] : [nodeObject(i, own)])),
        ...allWorkloads(workloads),
      ];
      const objects = [
        ...others,
        ...policyObjects(policies),
        ...clusterPolicyObjects(clusterPolicies),
      ];
      return { objects, podNetwork, others, policies, clusterPolicies };
    });
}

/** Policies as objects, named `p1`, `p2` …. */
export function policyObjects(policies: readonly PolicyShape[]): object[] {
  return policies.map((policy, i) => policyObject(policy, `p${i + 1}`));
}

/** Workloads as objects, named `w1`, `w2` …. */
function allWorkloads(workloads: readonly WorkloadShape[]): object[] {
  const count = { next: 1 };
  return workloads.flatMap((workload, i) => workloadObjects(workload, `w${i + 1}`, count));
}

function namespaceObject(name: string, labels: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

type NodeAddress = 'InternalIP' | 'ExternalIP' | 'InternalIPv6';

interface NodeShape {
  readonly own: readonly NodeAddress[];
  readonly labels: Readonly<Record<string, string>>;
}

function nodeShape(families: Families): Arbitrary<NodeShape> {
  const all: NodeAddress[] = ['InternalIP', 'ExternalIP'];
  const own = fc.subarray<NodeAddress>(families === 'both' ? [...all, 'InternalIPv6'] : all);
  return fc.record({ own, labels: nodeLabels });
}

/** Nodes are 192.0.2.1, 192.0.2.2 …; their outer addresses lie in 203.0.113.0/24. */
function nodeObject(i: number, { own, labels }: NodeShape): object {
  const n = i + 1;
  const texts: Readonly<Record<NodeAddress, string>> = {
    InternalIP: `192.0.2.${n}`,
    ExternalIP: `203.0.113.${n}`,
    InternalIPv6: `2001:db8:1::${n}`,
  };
  const addresses = own.map((kind) => ({
    type: kind === 'ExternalIP' ? kind : 'InternalIP',
    address: texts[kind],
  }));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: NODES[i], labels },
    status: { addresses: [{ type: 'Hostname', address: NODES[i] }, ...addresses] },
  };
}
