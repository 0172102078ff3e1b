import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { Families } from './pod.ts';
import {
  BLOCKS,
  NAMESPACES,
  PORTS,
  PORT_NAMES,
  PROTOCOLS,
  namespaceSelector,
  podSelector,
} from './vocabulary.ts';

/** What a generated policy says and where; its name comes later. */
export interface PolicyShape {
  readonly namespace: string;
  readonly spec: PolicySpec;
}

/** `spec` of a NetworkPolicy as valid manifests write it. */
export interface PolicySpec {
  readonly podSelector?: object;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly RuleShape[];
  readonly egress?: readonly RuleShape[];
}

/** One rule: of ingress when it has `from`, of egress when it has `to`. */
export interface RuleShape {
  readonly from?: readonly object[];
  readonly to?: readonly object[];
  readonly ports?: readonly object[];
}

/** Valid policies. */
export function policyShape(families: Families): Arbitrary<PolicyShape> {
  return fc.record({
    namespace: fc.constantFrom(...NAMESPACES),
    spec: fc.record(
      {
        podSelector,
        policyTypes: fc.constantFrom(
          ['Ingress'],
          ['Egress'],
          ['Ingress', 'Egress'],
          ['Egress', 'Ingress'],
          [],
        ),
        ingress: fc.array(rule('from', families), { maxLength: 2 }),
        egress: fc.array(rule('to', families), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  });
}

/** Most rules say who and on which ports: one that does not allows nearly all there is. */
function rule(peers: 'from' | 'to', families: Families): Arbitrary<RuleShape> {
  const who = fc.array(peer(families), { maxLength: 3 });
  const ports = fc.array(portEntry, { maxLength: 2 });
  return fc.oneof(
    { weight: 3, arbitrary: fc.record({ [peers]: who, ports }) },
    { weight: 2, arbitrary: fc.record({ [peers]: who, ports }, { requiredKeys: [] }) },
  );
}

function peer(families: Families): Arbitrary<object> {
  return fc.oneof(
    { weight: 3, arbitrary: podSelector.map((one) => ({ podSelector: one })) },
    { weight: 2, arbitrary: namespaceSelector.map((one) => ({ namespaceSelector: one })) },
    { weight: 2, arbitrary: fc.record({ namespaceSelector, podSelector }) },
    { weight: 4, arbitrary: ipBlock(families) },
  );
}

function ipBlock(families: Families): Arbitrary<object> {
  const blocks = BLOCKS.filter(([cidr]) => families === 'both' || !cidr.includes(':'));
  return fc
    .constantFrom(...blocks)
    .chain(([cidr, inside]) =>
      fc.tuple(fc.constant(cidr), fc.option(fc.subarray([...inside]), { nil: undefined })),
    )
    .map(([cidr, except]) => ({ ipBlock: except === undefined ? { cidr } : { cidr, except } }));
}

/** A port by number, name or range, or a whole protocol. */
export const portEntry: Arbitrary<object> = fc
  .record({
    protocol: fc.option(fc.constantFrom(...PROTOCOLS), { nil: undefined }),
    port: fc.oneof(
      fc.constant(undefined),
      fc.constantFrom(...PORTS),
      fc.constantFrom(...PORTS),
      fc.constantFrom(...PORT_NAMES),
    ),
    length: fc.option(fc.constantFrom(0, 1, 30, 8000), { nil: undefined }),
  })
  .map(({ protocol, port, length }) => ({
    ...(protocol !== undefined && { protocol }),
    ...(port !== undefined && { port }),
    ...(typeof port === 'number' &&
      length !== undefined && { endPort: Math.min(port + length, 65535) }),
  }));

/** The object of a policy. */
export function policyObject({ namespace, spec }: PolicyShape, name: string): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace },
    spec,
  };
}
