import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { World } from '../conformance/implementation.ts';
import { clusterPolicyObjects, clusterPolicyShape } from '../generators/cluster-policy.ts';
import type { ClusterPolicyShape } from '../generators/cluster-policy.ts';
import { plausible, policyObjects } from '../generators/cluster.ts';
import type { PolicyShape } from '../generators/policy.ts';
import { policyShape } from '../generators/policy.ts';
import { paths, removeAt } from '../generators/tree.ts';

/** A world and what became of it. */
export interface Worlds {
  readonly old: World;
  readonly new: World;
}

/** One thing that happens to the objects of a world. */
interface Step {
  readonly at: number;
  readonly place: number;
  readonly policy: PolicyShape;
  readonly clusterPolicy: ClusterPolicyShape;
  readonly what:
    | 'add policy'
    | 'add cluster policy'
    | 'remove policy'
    | 'replace policy'
    | 'remove a part of a policy'
    | 'remove a part of an object'
    | 'remove object'
    | 'move object';
}

const STEP: Arbitrary<Step> = fc.record({
  at: fc.nat(40),
  place: fc.nat(200),
  policy: policyShape('both'),
  clusterPolicy: clusterPolicyShape('both'),
  what: fc.constantFrom<Step['what'][]>(
    'add policy',
    'add cluster policy',
    'remove policy',
    'replace policy',
    'remove a part of a policy',
    'remove a part of a policy',
    'remove a part of an object',
    'remove object',
    'move object',
  ),
});

/** Plausible worlds of which a few objects changed. */
export const CHANGED_WORLDS: Arbitrary<Worlds> = fc
  .tuple(plausible({ clusterPolicies: 3 }), fc.array(STEP, { minLength: 1, maxLength: 3 }))
  .map(([{ others, policies, clusterPolicies, podNetwork }, steps]) => {
    const old = [...others, ...policyObjects(policies), ...clusterPolicyObjects(clusterPolicies)];
    const current = steps.reduce<readonly object[]>(
      (objects, step, i) => stepped(objects, step, i),
      old,
    );
    const world = (objects: readonly object[]): World => ({
      objects,
      ...(podNetwork && { podNetwork }),
    });
    return { old: world(old), new: world(current) };
  });

function stepped(
  objects: readonly object[],
  { what, at, place, policy, clusterPolicy }: Step,
  i: number,
): object[] {
  const policies = objects.filter(
    (one) => 'kind' in one && String(one.kind).endsWith('NetworkPolicy'),
  );
  const [fresh] = policyObjects([policy]) as [{ metadata: object }];
  const added = { ...fresh, metadata: { ...fresh.metadata, name: `added-${i}` } };
  const victims = what.includes('polic') ? policies : objects;
  const victim = victims[at % Math.max(1, victims.length)];
  const without = objects.filter((one) => one !== victim);
  if (what === 'add policy') return [...objects, added];
  if (what === 'add cluster policy') {
    const [own] = clusterPolicyObjects([clusterPolicy]) as [{ metadata: object }];
    return [...objects, { ...own, metadata: { name: `added-${i}` } }];
  }
  if (victim === undefined) return [...objects];
  const replaced = (one: object): object[] =>
    objects.map((other) => (other === victim ? one : other));
  switch (what) {
    case 'remove policy':
    case 'remove object':
      return without;
    case 'move object':
      return [...without, victim];
    case 'replace policy': {
      if (!isNetworkPolicy(victim)) return without;
      const { metadata } = victim as { metadata: { name: string } };
      return replaced({ ...added, metadata: { ...added.metadata, name: metadata.name } });
    }
    case 'remove a part of a policy':
    case 'remove a part of an object': {
      const inner = paths(victim).filter(
        (path) => path.length > 1 && !(path[0] === 'metadata' && path[1] !== 'labels'),
      );
      const path = inner[place % Math.max(1, inner.length)];
      return path === undefined ? [...objects] : replaced(removeAt(victim, path) as object);
    }
  }
}

function isNetworkPolicy(object: object): boolean {
  return 'kind' in object && object.kind === 'NetworkPolicy';
}
