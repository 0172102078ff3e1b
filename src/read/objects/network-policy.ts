import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction, NetworkPolicy, Peer, Rule } from '../../model/policy.ts';
import { EVERYTHING } from '../../model/selector.ts';
import { Fields, MALFORMED, orNothing, placeOf, report, textOf } from '../fields/fields.ts';
import type { Elsewhere, Field, Malformed } from '../fields/fields.ts';
import { readBlock } from '../fields/ip-block.ts';
import { readSelector } from '../fields/labels.ts';
import type { Metadata } from '../fields/metadata.ts';
import { readPortRule } from '../fields/port-rule.ts';
import { isNull } from '../yaml/node.ts';

// The API: k8s.io/api/networking/v1/types.go; its validation: pkg/apis/networking/validation/validation.go;
// its defaults: pkg/apis/networking/v1/defaults.go. What a malformed part means is ours: docs/decisions.md, D8.

const SPEC: readonly string[] = ['podSelector', 'ingress', 'egress', 'policyTypes'];
const RULE: readonly string[] = ['from', 'to', 'ports'];
const PEER: readonly string[] = ['podSelector', 'namespaceSelector', 'ipBlock'];

/** Where the fields belong that people put elsewhere. */
const BELOW_SPEC: Elsewhere = new Map([
  ['from', 'it belongs in an item of `ingress`: `- from:`'],
  ['to', 'it belongs in an item of `egress`: `- to:`'],
  ['ports', 'it belongs in an item of `ingress` or `egress`, beside `from` or `to`'],
  ['matchLabels', 'it belongs in `podSelector`'],
  ['matchExpressions', 'it belongs in `podSelector`'],
]);
const BELOW_PEER: Elsewhere = new Map([
  [
    'ports',
    'it belongs to the rule, beside `from` or `to`; here it is left out, and all ports match',
  ],
  ['from', 'a peer has none; take the extra `from:` away'],
  ['to', 'a peer has none; take the extra `to:` away'],
  ['matchLabels', 'it belongs in `podSelector` or `namespaceSelector`'],
  ['matchExpressions', 'it belongs in `podSelector` or `namespaceSelector`'],
  ['cidr', 'it belongs in `ipBlock`'],
  ['except', 'it belongs in `ipBlock`'],
]);

/** Reads a NetworkPolicy; every part that cannot be read is reported and closed, never opened. */
export function readNetworkPolicy(object: Fields, metadata: Metadata): NetworkPolicy {
  const spec = object.map('spec', SPEC, BELOW_SPEC);
  if (spec === MALFORMED || spec === undefined) {
    // INVARIANT: absent is the API's empty spec (all pods, Ingress); malformed isolates everything
    const isolates = spec === MALFORMED ? DIRECTIONS : INGRESS;
    const subject = { subject: EVERYTHING, subjectIsSure: true, subjectPlace: metadata.place };
    const rules = { isolates, policyTypesPlace: undefined, ingress: NOTHING, egress: NOTHING };
    return policyOf(metadata, subject, rules);
  }
  const ingress = readRules(spec, 'ingress');
  const egress = readRules(spec, 'egress');
  const hasEgress = egress === MALFORMED || egress.length > 0;
  const { isolates, listed } = readPolicyTypes(spec) ?? defaultTypes(hasEgress);
  // INVARIANT: a section that is perhaps not listed would be ignored, so its rules may not allow (D8)
  const rulesOf = (direction: Direction, rules: readonly Rule[] | Malformed): readonly Rule[] =>
    isolates.includes(direction) && !listed.includes(direction)
      ? NOTHING
      : (orNothing(rules) ?? NOTHING);
  return policyOf(metadata, readSubject(spec), {
    isolates,
    policyTypesPlace: spec.get('policyTypes') && spec.keyPlace('policyTypes'),
    ingress: rulesOf('ingress', ingress),
    egress: rulesOf('egress', egress),
  });
}

const INGRESS: readonly Direction[] = ['ingress'];
const EGRESS: readonly Direction[] = ['egress'];
const NOTHING: readonly never[] = [];

type Rules = Pick<NetworkPolicy, 'isolates' | 'policyTypesPlace' | 'ingress' | 'egress'>;

/** Written out, for V8 gives each object put together by spreading a shape of its own, slow to ask. */
function policyOf(metadata: Metadata, subject: Subject, rules: Rules): NetworkPolicy {
  return {
    kind: 'NetworkPolicy',
    namespace: metadata.namespace,
    name: metadata.name,
    annotations: metadata.annotations,
    place: metadata.place,
    subject: subject.subject,
    subjectIsSure: subject.subjectIsSure,
    subjectPlace: subject.subjectPlace,
    isolates: rules.isolates,
    policyTypesPlace: rules.policyTypesPlace,
    ingress: rules.ingress,
    egress: rules.egress,
  };
}

type Subject = Pick<NetworkPolicy, 'subject' | 'subjectIsSure' | 'subjectPlace'>;

function readSubject(spec: Fields): Subject {
  const field = spec.get('podSelector');
  if (field === undefined) {
    return { subject: EVERYTHING, subjectIsSure: true, subjectPlace: spec.place };
  }
  const { requirements, whole } = readSelector(field);
  return { subject: requirements, subjectIsSure: whole, subjectPlace: placeOf(field) };
}

interface PolicyTypes {
  readonly isolates: readonly Direction[];
  /** Those of them that are surely meant. */
  readonly listed: readonly Direction[];
}

function defaultTypes(hasEgress: boolean): PolicyTypes {
  const isolates = hasEgress ? DIRECTIONS : INGRESS;
  return { isolates, listed: isolates };
}

/** The isolated directions as written; undefined when absent or empty, which the API defaults (S7). */
function readPolicyTypes(spec: Fields): PolicyTypes | undefined {
  const list = spec.list('policyTypes');
  if (list === MALFORMED) {
    const node = spec.get('policyTypes')?.node;
    const direction = node?.kind === 'scalar' && directionOf(node.value);
    return { isolates: DIRECTIONS, listed: direction ? [direction] : NOTHING };
  }
  if (list === undefined || list.length === 0) return undefined;
  const isolates = new Set<Direction>();
  const listed = new Set<Direction>();
  for (const field of list) {
    const text = textOf(field);
    const direction = directionOf(text);
    if (direction !== undefined) listed.add(direction);
    else {
      if (text !== MALFORMED) {
        const message = `\`${text}\` is not a policy type; write \`Ingress\` or \`Egress\``;
        report(field, 'error', 'invalid-policy-type', message);
      }
      for (const either of DIRECTIONS) isolates.add(either);
    }
  }
  if (list.length > 2) {
    report(
      list[2]!,
      'error',
      'invalid-policy-type',
      '`policyTypes` may not have more than two entries',
    );
  }
  for (const direction of listed) isolates.add(direction);
  return { isolates: directions(isolates), listed: directions(listed) };
}

function directionOf(type: unknown): Direction | undefined {
  return type === 'Ingress' ? 'ingress' : type === 'Egress' ? 'egress' : undefined;
}

/** The same lists for all policies. */
function directions(set: ReadonlySet<Direction>): readonly Direction[] {
  if (set.size !== 1) return set.size === 0 ? NOTHING : DIRECTIONS;
  return set.has('ingress') ? INGRESS : EGRESS;
}

function readRules(spec: Fields, direction: Direction): readonly Rule[] | Malformed {
  const list = spec.list(direction);
  if (list === MALFORMED) return MALFORMED;
  return (list ?? []).map((field) => readRule(field, direction));
}

function readRule(field: Field, direction: Direction): Rule {
  const place = placeOf(field);
  if (isNull(field.node)) {
    const message = 'this rule is empty; write `{}` to allow everything, or take the `-` away';
    report(field, 'error', 'empty-item', message);
    return { place, peers: NOTHING, ports: NOTHING };
  }
  const peersKey = direction === 'ingress' ? 'from' : 'to';
  const other = direction === 'ingress' ? 'to' : 'from';
  const rule = Fields.of(field, RULE);
  if (rule === MALFORMED) return { place, peers: NOTHING, ports: NOTHING };
  if (rule.has(other)) {
    const home = direction === 'ingress' ? 'egress' : 'ingress';
    const message = `\`${other}\` has no meaning in an ${direction} rule, and is left out; write \`${peersKey}\`, or move the rule to \`${home}\``;
    field.document.report('error', 'misplaced-peers', rule.keyPlace(other), message);
  }
  rule.noteEmpty(peersKey, 'this rule is for everyone');
  rule.noteEmpty('ports', 'this rule is for every port');
  const peers = rule.list(peersKey);
  const ports = rule.list('ports');
  return {
    place,
    peers: peers === MALFORMED ? NOTHING : !peers?.length ? 'all' : peers.map(readPeer),
    ports: ports === MALFORMED ? NOTHING : !ports?.length ? 'all' : ports.map(readPortRule),
  };
}

function readPeer(field: Field): Peer {
  const place = placeOf(field);
  const nothing: Peer = { kind: 'nothing', place };
  if (isNull(field.node)) return emptyPeer(field);
  const peer = Fields.of(field, PEER, BELOW_PEER);
  if (peer === MALFORMED) return nothing;
  const block = peer.get('ipBlock');
  const pods = peer.get('podSelector');
  const namespaces = peer.get('namespaceSelector');
  if (block !== undefined) {
    if (pods === undefined && namespaces === undefined) return readBlock(block, place) ?? nothing;
    const message = '`ipBlock` must stand alone in its peer; give the selector a `-` of its own';
    report(block, 'error', 'invalid-peer', message);
    return nothing;
  }
  if (pods === undefined && namespaces === undefined) return emptyPeer(field);
  const podSelector = pods && readSelector(pods);
  const namespaceSelector = namespaces && readSelector(namespaces);
  if (podSelector?.whole === false || namespaceSelector?.whole === false) return nothing;
  return {
    kind: 'pods',
    place,
    namespaces: namespaceSelector?.requirements ?? 'own',
    pods: podSelector?.requirements,
  };
}

function emptyPeer(field: Field): Peer {
  const message =
    'a peer needs `podSelector`, `namespaceSelector` or `ipBlock`; an empty one matches nothing, `podSelector: {}` matches all pods of the namespace';
  report(field, 'error', 'empty-peer', message);
  return { kind: 'nothing', place: placeOf(field) };
}
