import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { NAMESPACES } from './vocabulary.ts';

/** Who may own whom in real clusters; a Rollout stands for every controller that is not ours. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  Rollout: [],
  Deployment: ['Rollout'],
  CronJob: ['Rollout'],
  StatefulSet: ['Rollout'],
  DaemonSet: ['Rollout'],
  ReplicaSet: ['Deployment', 'Rollout'],
  Job: ['CronJob', 'Rollout'],
  Pod: [
    'ReplicaSet',
    'Job',
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'CronJob',
    'Rollout',
    'Node',
  ],
};

const API_VERSIONS: Readonly<Record<string, string>> = {
  Pod: 'v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
  Rollout: 'argoproj.io/v1alpha1',
};

/** Names of which one may look like the other's ReplicaSet (D13). */
const NAMES = ['a', 'a-1', 'a-1-x'] as const;

/** An object and, perhaps, the owner it names, which may be there or not. */
export const owned: Arbitrary<object> = fc
  .record({
    kind: fc.constantFrom(...Object.keys(OWNERS)),
    namespace: fc.constantFrom(...NAMESPACES),
    name: fc.constantFrom(...NAMES),
    owner: fc.option(fc.nat(20), { nil: undefined }),
    ownerName: fc.constantFrom(...NAMES),
    controller: fc.constantFrom(true, true, true, false, undefined),
    hash: fc.constantFrom(undefined, '1', 'x'),
    phase: fc.constantFrom(undefined, undefined, 'Running', 'Succeeded'),
  })
  .map(({ kind, namespace, name, owner, ownerName, controller, hash, phase }) => {
    const owners = OWNERS[kind]!;
    const ownerKind = owner === undefined ? undefined : owners[owner % owners.length];
    const reference = { kind: ownerKind, name: ownerName, uid: '1', controller };
    return {
      apiVersion: API_VERSIONS[kind] ?? 'apps/v1',
      kind,
      metadata: {
        name,
        namespace,
        ...(hash !== undefined && { labels: { 'pod-template-hash': hash } }),
        ...(ownerKind !== undefined && { ownerReferences: [reference] }),
      },
      spec: {},
      ...(phase !== undefined && { status: { phase } }),
    };
  });
