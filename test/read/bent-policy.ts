/**
 * Policies of the tiers in all three kinds, bent: with values their fields may not have, with the words
 * of another kind or of a NetworkPolicy, with fields left out, added and renamed.
 *
 * @module
 */
import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { partAt, paths, removeAt, replaceAt } from '../generators/tree.ts';
import type { Path } from '../generators/tree.ts';
import { adminPolicy, baselinePolicy, clusterPolicy } from '../spec/tier-object.ts';
import { plainWorlds } from '../spec/tier-world.ts';

/** What may stand anywhere and hardly ever belongs there. */
const JUNK: readonly unknown[] = [null, '', 'x', -1, 0, 7.5, true, {}, [], [{}], [null], { x: {} }];

/** What belongs somewhere, and here and there for the wrong reason. */
const WORDS: readonly unknown[] = [
  ...'Accept Allow Deny Pass accept Admin Baseline NetworkPolicy TCP udp http 80'.split(' '),
  ...'*.example.com API.example.com. localhost * a.*.b 10.0.0.1 a_b.example.com'.split(' '),
  ...'10.0.0.7/8 010.0.0.0/08 ::ffff:10.0.0.0/104 ::/0 10.0.0.0/33 fe80::1%a/64'.split(' '),
  80,
  443,
  65_535,
  65_536,
  1000,
  2000,
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['example.com'],
  ['::/0', 'all'],
  { matchLabels: { team: 'shop' } },
  { matchLabels: { team: 5 } },
  { matchLabels: { 'no key': 'x' }, matchExpressions: [] },
  { matchLabels: null, sameLabels: ['team'] },
  { sameLabels: ['team'] },
  { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['shop'] }] },
  { matchExpressions: [{ key: 'team', operator: 'In', values: [] }] },
  { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'team', operator: 'Exists' }, null] },
  { podSelector: {} },
  { namespaceSelector: { matchLabels: { team: 'shop' } }, podSelector: {} },
  { number: 80 },
  { number: 80, range: { start: 80, end: 90 } },
  { range: { start: 90, end: 80 } },
  { start: 80, end: 80 },
  { start: 80, end: 90 },
  { protocol: 'UDP', port: 53 },
  { protocol: 'ICMP', port: 53 },
  { destinationPort: { number: 53 } },
  [{ tcp: { destinationPort: { number: 80 } } }],
  [{ portNumber: { port: 80 } }],
  [{ namespaces: {} }, { networks: ['0.0.0.0/0'] }],
];

/** What a field, or an item of it, may barely have, or barely not. */
const FITTING: ReadonlyMap<string, readonly unknown[]> = new Map([
  [
    'networks',
    ['10.0.0.7/8', '010.0.0.0/08', '::ffff:10.0.0.0/104', '::/0', '10.0.0.0/33', ['::/0']],
  ],
  [
    'domainNames',
    ['API.example.com.', '*.Example.org', 'localhost', '*', '10.0.0.1', ['a.b', 'a.b']],
  ],
  [
    'protocols',
    [[{ destinationNamedPort: 'http' }], { destinationNamedPort: 'http' }, { tcp: {} }],
  ],
  ['ports', [[{ namedPort: 'http' }], { namedPort: 'http' }, { portNumber: { port: 80 } }]],
  ['to', [{ networks: ['10.0.0.0/8'] }, { domainNames: ['a.b'] }, [{ nodes: {} }], { pods: {} }]],
  ['from', [{ networks: ['10.0.0.0/8'] }, { namespaces: {} }, [{ nodes: {} }], { pods: {} }]],
  ['action', ['Accept', 'Allow', 'Deny', 'Pass', 'pass', null]],
  ['number', [1, 65_535, 0, 65_536, 80.5, '80']],
  ['start', [1, 80, 443, 65_535]],
]);

/** The key of the field a path leads to, or of the list it leads into. */
function fieldOf(path: Path): string {
  return String(path.findLast((key) => typeof key === 'string'));
}

/** Keys to put in the place of others, or beside them. */
const KEYS: readonly string[] = [
  ...'tier priority subject ingress egress from to action name unheardOf'.split(' '),
  ...'namespaces pods nodes networks domainNames namespaceSelector podSelector'.split(' '),
  ...'ipBlock matchLabels matchExpressions key operator values'.split(' '),
  ...'protocols ports tcp udp sctp destinationNamedPort destinationPort'.split(' '),
  ...'number range start end portNumber portRange namedPort protocol port'.split(' '),
];

interface Bend {
  readonly how: 'fit' | 'replace' | 'remove' | 'rename' | 'add';
  readonly place: number;
  readonly which: number;
  readonly key: string;
  readonly value: unknown;
}

const bends: Arbitrary<readonly Bend[]> = fc.array(
  fc.record({
    how: fc.constantFrom('fit', 'fit', 'replace', 'remove', 'rename', 'add'),
    place: fc.nat(500),
    which: fc.nat(500),
    key: fc.constantFrom(...KEYS),
    value: fc.constantFrom(...JUNK, ...WORDS),
  }),
  { maxLength: 3 },
);

/** The spec of a policy, bent. */
function bent(spec: unknown, { how, place, which, key, value }: Bend): unknown {
  const isMap = (path: Path): boolean => {
    const part = partAt(spec, path);
    return typeof part === 'object' && part !== null && !Array.isArray(part);
  };
  const isFit = (path: Path): boolean => {
    if (how === 'fit') return FITTING.has(fieldOf(path));
    if (how === 'add') return isMap(path);
    if (how === 'rename') return typeof path.at(-1) === 'string';
    return how === 'replace' || path.length > 0;
  };
  const fit = paths(spec).filter(isFit);
  const path = fit[place % Math.max(1, fit.length)];
  if (path === undefined) return spec;
  const map = path.slice(0, -1);
  switch (how) {
    case 'fit': {
      const values = FITTING.get(fieldOf(path))!;
      return replaceAt(spec, path, values[which % values.length]);
    }
    case 'replace':
      return replaceAt(spec, path, value);
    case 'remove':
      return removeAt(spec, path);
    case 'rename':
      return replaceAt(removeAt(spec, path), map, {
        ...(partAt(removeAt(spec, path), map) as object),
        [key]: partAt(spec, path),
      });
    case 'add':
      return replaceAt(spec, path, { ...(partAt(spec, path) as object), [key]: value });
  }
}

/** Objects of all three kinds, each with a name of its own, as a manifest in JSON has them. */
export const bentPolicies: Arbitrary<readonly unknown[]> = fc
  .tuple(
    plainWorlds,
    fc.array(
      fc.record({ kind: fc.constantFrom(clusterPolicy, adminPolicy, baselinePolicy), bends }),
      { minLength: 1, maxLength: 5 },
    ),
  )
  .map(([{ policies }, kinds]) =>
    policies.slice(0, kinds.length).map((policy, i) => {
      const { kind, bends: all } = kinds[i]!;
      const object = kind(policy) as { metadata: object; spec: unknown };
      const written = JSON.parse(JSON.stringify(object)) as typeof object;
      const metadata = { name: policy.name };
      return { ...written, metadata, spec: all.reduce(bent, written.spec) };
    }),
  );
