import type { Changed, ClusterChange } from '../../compile/matrix/change.ts';
import { clusterPolicyKey } from '../../compile/matrix/tier-rules.ts';
import { formatAddress } from '../../model/address.ts';
import type { LabCluster } from './cluster.ts';
import type { LabNode } from './nodes.ts';
import type { LabPod } from './pods.ts';
import { LabRefusal } from './refusal.ts';

/** What is different from one cluster of a lab to the next. */
export class LabChange {
  readonly cluster: ClusterChange;
  readonly addedNodes: readonly LabNode[];
  /** A pod that has another node or other addresses now is both. */
  readonly addedPods: readonly LabPod[];
  readonly removedPods: readonly LabPod[];
  readonly #before: LabCluster;
  readonly #next: LabCluster;

  constructor(before: LabCluster, next: LabCluster, cluster: ClusterChange) {
    this.#before = before;
    this.#next = next;
    this.cluster = cluster;
    const names = new Set(before.nodes.map(({ node }) => node.name));
    this.addedNodes = next.nodes.filter(({ node }) => !names.has(node.name));
    this.addedPods = withoutAlike(next.pods, before.pods);
    this.removedPods = withoutAlike(before.pods, next.pods);
  }

  /** Throws a LabRefusal for what cannot be changed while a lab is up. */
  check(): void {
    for (const { node } of this.#before.nodes) {
      const now = this.#next.nodes.find((one) => one.node.name === node.name);
      if (now !== undefined && addressesOf(now.node) === addressesOf(node)) continue;
      throw new LabRefusal(
        `node \`${node.name}\` has other addresses now; \`sluice lab down\` and \`up\` again make it so`,
      );
    }
  }

  get concernsRules(): boolean {
    const { policies, clusterPolicies, pods, namespaces, nodes } = this.cluster;
    return [policies, clusterPolicies, pods, namespaces, nodes].some(
      ({ upserted, removed }) => upserted.length > 0 || removed.length > 0,
    );
  }

  /** One line for each object that is different, in the order people look for them. */
  words(): string[] {
    const { policies, clusterPolicies, pods, namespaces, nodes } = this.cluster;
    const [before, next] = [this.#before.cluster, this.#next.cluster];
    const podKeys = new Set(this.#before.pods.map(({ key }) => key));
    const policyKeys = new Set(before.policies.map(keyOf));
    const clusterPolicyKeys = new Set(before.clusterPolicies.map(clusterPolicyKey));
    return [
      ...lines('policy', policies, keyOf, policyKeys),
      ...lines('policy', clusterPolicies, clusterPolicyKey, clusterPolicyKeys),
      ...lines('namespace', namespaces, ({ name }) => name, before.namespaces),
      ...lines('pod', pods, ({ workload, pod }) => `${workload.namespace}/${pod.name}`, podKeys),
      ...lines('node', nodes, ({ name }) => name, before.nodes),
      ...lines(
        'service',
        changedServices(before.services, next.services),
        keyOf,
        new Set(before.services.map(keyOf)),
      ),
    ];
  }
}

function lines<T>(
  kind: string,
  { upserted, removed }: Changed<T>,
  key: (one: T) => string,
  before: { has(key: string): boolean },
): string[] {
  return [
    ...upserted.map((one) => `${kind} ${key(one)} ${before.has(key(one)) ? 'changed' : 'added'}`),
    ...removed.map((gone) => `${kind} ${gone} removed`),
  ];
}

type Services = LabCluster['cluster']['services'];

function changedServices(before: Services, next: Services): Changed<Services[number]> {
  const texts = new Map(before.map((service) => [keyOf(service), textOf(service)]));
  const keys = new Set(next.map(keyOf));
  return {
    upserted: next.filter((service) => texts.get(keyOf(service)) !== textOf(service)),
    removed: [...texts.keys()].filter((key) => !keys.has(key)),
  };
}

function textOf(service: Services[number]): string {
  const { type, selector, headless, addresses, ports, endpoints } = service;
  const plain = ports.map(({ name, protocol, port, target, nodePort }) => [
    name,
    protocol,
    port,
    target,
    nodePort,
  ]);
  return JSON.stringify(
    [type, selector, headless, addresses, plain, endpoints],
    (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  );
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function withoutAlike(pods: readonly LabPod[], others: readonly LabPod[]): LabPod[] {
  const same = new Set(others.map(identity));
  return pods.filter((pod) => !same.has(identity(pod)));
}

/** What a pod cannot change while it runs. */
function identity({ key, pod }: LabPod): string {
  return `${key} ${pod.node} ${pod.hostNetwork} ${addressesOf(pod)}`;
}

function addressesOf({ addresses }: Pick<LabPod['pod'], 'addresses'>): string {
  return addresses.map(formatAddress).join();
}
