import * as fc from 'fast-check';
import { isSubjectOf } from '../../src/evaluate/verdict/match.ts';
import type { Question } from '../conformance/implementation.ts';
import { plausible, policyObjects } from '../generators/cluster.ts';
import type { GeneratedCluster } from '../generators/cluster.ts';
import { policyObject, policyShape } from '../generators/policy.ts';
import type { PolicyShape } from '../generators/policy.ts';
import { compare, law, rank, read, same, singleQuestions } from './law.ts';
import type { Read } from './law.ts';

/** A cluster and one more policy. */
const AND_ONE_MORE = fc.record({ cluster: plausible(), policy: policyShape('both') });

function withAnother(cluster: GeneratedCluster, policy: PolicyShape): Read {
  return read({ ...cluster, objects: [...cluster.objects, policyObject(policy, 'new')] });
}

/** Whether the new policy selects what stands at one end. */
function isSubject({ cluster, find }: Read, text: string): boolean {
  const policy = cluster.policies.find(({ name }) => name === 'new')!;
  return find(text).ends.some(({ endpoint }) => isSubjectOf(policy, endpoint));
}

// S4: a pod that is isolated already can only get more from one more policy; only the first isolates.
law('policies only add', AND_ONE_MORE, ({ cluster, policy }) => {
  const before = read(cluster);
  const after = withAnother(cluster, policy);
  return compare(singleQuestions(before), before, after, (was, is) => {
    const isolates =
      (was.egress === 'open' && is.egress !== 'open') ||
      (was.ingress === 'open' && is.ingress !== 'open');
    return isolates || rank(is.answer) >= rank(was.answer);
  });
});

// S4, S7: neither the order of objects nor that of anything inside a policy.
law(
  'order does not matter',
  fc.record({ cluster: plausible(), keys: fc.array(fc.nat(99), { minLength: 7, maxLength: 7 }) }),
  ({ cluster, keys }) => {
    const policies = policyObjects(cluster.policies.map(turned));
    const shuffled = [...cluster.others, ...policies]
      .map((object, i) => ({ object, key: keys[i % keys.length]! }))
      .sort((a, b) => a.key - b.key)
      .map(({ object }) => object);
    const before = read(cluster);
    const after = read({ ...cluster, objects: shuffled });
    return compare(singleQuestions(before), before, after, same);
  },
);

/** The policy with every list in it the other way round. */
function turned({ namespace, spec }: PolicyShape): PolicyShape {
  return { namespace, spec: turnedLists(spec) as PolicyShape['spec'] };
}

function turnedLists(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedLists).reverse();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, turnedLists(own)]));
}

// S2: a policy for ingress says nothing of what its pods send, nor one for egress of what they get.
law(
  'isolation is per direction',
  fc.record({ both: AND_ONE_MORE, type: fc.constantFrom('Ingress', 'Egress') }),
  ({ both: { cluster, policy }, type }) => {
    const before = read(cluster);
    const after = withAnother(cluster, {
      ...policy,
      spec: { ...policy.spec, policyTypes: [type] },
    });
    const concerns = ({ from, to }: Question): boolean =>
      isSubject(after, type === 'Ingress' ? to : from);
    return compare(
      singleQuestions(before),
      before,
      after,
      (was, is, question) => concerns(question) || same(was, is),
    );
  },
);

// S5: a policy concerns the pods of its own namespace, and who connects with them.
law('a policy elsewhere changes nothing here', AND_ONE_MORE, ({ cluster, policy }) => {
  const before = read(cluster);
  const after = withAnother(cluster, policy);
  const isThere = (text: string): boolean =>
    before
      .find(text)
      .ends.some(
        ({ endpoint }) =>
          endpoint.kind === 'workload' && endpoint.workload.namespace === policy.namespace,
      );
  return compare(
    singleQuestions(before),
    before,
    after,
    (was, is, { from, to }) => isThere(from) || isThere(to) || same(was, is),
  );
});

// S5: no subject, no isolation, and rules are for subjects only.
law(
  'a policy that selects nothing changes nothing',
  fc.record({ both: AND_ONE_MORE, empty: fc.boolean() }),
  ({ both: { cluster, policy }, empty }) => {
    const before = read(cluster);
    const podSelector = { matchLabels: { nobody: 'has-this' } };
    const after = empty
      ? withAnother(cluster, { ...policy, namespace: 'without-pods' })
      : withAnother(cluster, { ...policy, spec: { ...policy.spec, podSelector } });
    return compare(singleQuestions(before, 2), before, after, same);
  },
);
