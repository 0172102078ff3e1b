import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Cluster } from '../../src/model/cluster.ts';
import { clusterOf } from '../conformance/manifests.ts';
import { clusterPolicyObjects, clusterPolicyShape } from '../generators/cluster-policy.ts';
import { policyObject, policyShape } from '../generators/policy.ts';
import {
  NAMESPACES,
  PORTS,
  PORT_NAMES,
  PROTOCOLS,
  namespaceLabels,
  nodeLabels,
  podAddress,
  podLabels,
} from '../generators/vocabulary.ts';

/** A cluster as it changes: one cluster for each moment. */
export interface History {
  readonly moments: readonly (readonly object[])[];
}

type Change = (objects: Map<string, object>) => void;

const NODES = ['n1', 'n1', 'n1', 'n2', undefined] as const;

/** Clusters that change a few times, a few objects at a time; most pods run on node `n1`. */
export function histories(): Arbitrary<History> {
  const start = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: podComes },
      { weight: 2, arbitrary: policyComes },
      { weight: 1, arbitrary: clusterPolicyComes },
    ),
    { minLength: 4, maxLength: 14 },
  );
  const step = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: podComes },
      { weight: 2, arbitrary: podGoes },
      { weight: 4, arbitrary: policyComes },
      { weight: 3, arbitrary: policyGoes },
      { weight: 2, arbitrary: clusterPolicyComes },
      { weight: 1, arbitrary: clusterPolicyGoes },
      { weight: 1, arbitrary: nodeComes },
      { weight: 1, arbitrary: namespaceComes },
      { weight: 1, arbitrary: namespaceGoes },
    ),
    { minLength: 1, maxLength: 3 },
  );
  return fc.tuple(start, fc.array(step, { minLength: 1, maxLength: 6 })).map(([first, steps]) => {
    const objects = new Map<string, object>();
    return {
      moments: [first, ...steps].map((changes) => {
        for (const change of changes) change(objects);
        return [...objects.values()];
      }),
    };
  });
}

/** The cluster of one moment. */
export function clusterAt(objects: readonly object[]): Cluster {
  return clusterOf({ objects });
}

/** The numbers pods and their addresses have; few, so that names and addresses are used again. */
const slot = fc.integer({ min: 1, max: 8 });

const containerPort = fc.record(
  {
    name: fc.constantFrom(...PORT_NAMES),
    containerPort: fc.constantFrom(...PORTS),
    protocol: fc.constantFrom(...PROTOCOLS),
  },
  { requiredKeys: ['containerPort'] },
);

/** A pod comes, or one of its name is replaced, with other labels, another address, on another node. */
const podComes: Arbitrary<Change> = fc
  .record({
    name: slot,
    namespace: fc.constantFrom(...NAMESPACES),
    address: slot,
    moved: fc.integer({ min: 0, max: 5 }),
    families: fc.constantFrom([4], [4, 6], [4, 6], [6]),
    labels: podLabels,
    ports: fc.array(containerPort, { maxLength: 2 }),
    node: fc.constantFrom(...NODES),
    hostNetwork: fc.integer({ min: 0, max: 11 }).map((n) => n === 0),
  })
  .map((pod) => (objects: Map<string, object>) => {
    // most pods keep to an address of their own; some take one that another may have
    const n = pod.moved === 0 ? pod.address : pod.name;
    const ips = pod.families.map((family) => podAddress[family === 4 ? 'IPv4' : 'IPv6'](n));
    objects.set(`pod ${pod.name}`, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: `p${pod.name}`, namespace: pod.namespace, labels: pod.labels },
      spec: {
        ...(pod.node !== undefined && { nodeName: pod.node }),
        hostNetwork: pod.hostNetwork,
        containers: pod.ports.map((port, i) => ({ name: `c${i}`, image: 'app:1', ports: [port] })),
      },
      status: { podIPs: ips.map((ip) => ({ ip })) },
    });
  });

const podGoes: Arbitrary<Change> = slot.map((n) => (objects) => objects.delete(`pod ${n}`));

const policyComes: Arbitrary<Change> = fc
  .tuple(fc.integer({ min: 1, max: 6 }), policyShape('both'))
  .map(([n, shape]) => (objects: Map<string, object>) => {
    objects.set(`policy ${n}`, policyObject(shape, `np${n}`));
  });

const policyGoes: Arbitrary<Change> = fc
  .integer({ min: 1, max: 6 })
  .map((n) => (objects) => objects.delete(`policy ${n}`));

/** A policy of the tiers comes, or one of its name is replaced by another. */
const clusterPolicyComes: Arbitrary<Change> = fc
  .tuple(fc.integer({ min: 1, max: 4 }), clusterPolicyShape('both'))
  .map(([n, { policy }]) => (objects: Map<string, object>) => {
    const [object] = clusterPolicyObjects([{ isOld: false, policy }]);
    objects.set(`cluster policy ${n}`, { ...object, metadata: { name: `c${n}` } });
  });

const clusterPolicyGoes: Arbitrary<Change> = fc
  .integer({ min: 1, max: 4 })
  .map((n) => (objects) => objects.delete(`cluster policy ${n}`));

/** A node comes, with addresses that blocks hold or part. */
const nodeComes: Arbitrary<Change> = fc
  .tuple(fc.integer({ min: 1, max: 2 }), nodeLabels)
  .map(([n, labels]) => (objects: Map<string, object>) => {
    objects.set(`node ${n}`, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `n${n}`, labels },
      status: {
        addresses: [`192.0.2.${n}`, `2001:db8:1::${n}`].map((address) => ({
          type: 'InternalIP',
          address,
        })),
      },
    });
  });

const namespaceComes: Arbitrary<Change> = fc
  .tuple(fc.constantFrom(...NAMESPACES), namespaceLabels)
  .map(([name, labels]) => (objects: Map<string, object>) => {
    objects.set(`namespace ${name}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
  });

const namespaceGoes: Arbitrary<Change> = fc
  .constantFrom(...NAMESPACES)
  .map((name) => (objects) => objects.delete(`namespace ${name}`));
