import type {
  ClusterPolicy,
  ClusterPolicyKind,
  ClusterRule,
  ClusterSubject,
  ClusterTier,
} from '../../model/cluster-policy.ts';
import type { Direction } from '../../model/policy.ts';
import { EVERYTHING } from '../../model/selector.ts';
import { Fields, MALFORMED, placeOf, report } from '../fields/fields.ts';
import type { Field } from '../fields/fields.ts';
import { warnTooMany } from '../fields/listed.ts';
import type { Metadata } from '../fields/metadata.ts';
import { shorten } from '../yaml/node.ts';
import { BESIDE_SUBJECT, besideSpec } from './habits.ts';
import { onlyField } from './only-field.ts';
import { readPods, readTierSelector } from './pods.ts';
import { denyAll, readClusterRule } from './rule.ts';
import { aKind, CLUSTER_WORDS } from './words.ts';
import type { ClusterWords } from './words.ts';

/**
 * Reads a policy of the tiers around NetworkPolicy, of any version of its group (D25); every part that
 * cannot be read is reported and closed (decisions D21 to D24).
 */
export function readClusterPolicy(
  kind: ClusterPolicyKind,
  object: Fields,
  metadata: Metadata,
): ClusterPolicy {
  const words = CLUSTER_WORDS[kind];
  checkName(object, words, metadata);
  const spec = object.map('spec', words.spec, besideSpec(words));
  if (spec === MALFORMED || spec === undefined) {
    if (spec === undefined) {
      object.document.report('error', 'missing-field', object.place, '`spec` is missing');
    }
    // INVARIANT: malformed denies everything to all pods (D21); absent has no rules
    const rules = spec === MALFORMED ? [denyAll(placeOf(object.get('spec')!))] : [];
    const subject = { place: metadata.place, namespaces: EVERYTHING, pods: undefined };
    const tier = kind === 'BaselineAdminNetworkPolicy' ? 'Baseline' : 'Admin';
    const closed = { tier, priority: undefined, subject, isSure: false } as const;
    return policyOf(kind, metadata, closed, { ingress: rules, egress: rules });
  }
  const tier = readTier(spec, kind);
  const priority = readPriority(spec, kind);
  const { subject, isSure } = readSubject(spec, words);
  const placed = {
    tier: tier ?? 'Admin',
    priority,
    subject,
    isSure: isSure && tier !== undefined && priority !== undefined,
  };
  return policyOf(kind, metadata, placed, {
    ingress: readRules(spec, words, 'ingress'),
    egress: readRules(spec, words, 'egress'),
  });
}

type Placed = Pick<ClusterPolicy, 'tier' | 'subject' | 'isSure'> & {
  readonly priority: number | undefined;
};
type Rules = Pick<ClusterPolicy, Direction>;

/** First in its tier where the priority cannot be read (D22). */
function policyOf(
  kind: ClusterPolicyKind,
  { name, annotations, place }: Metadata,
  { tier, priority, subject, isSure }: Placed,
  { ingress, egress }: Rules,
): ClusterPolicy {
  return {
    kind,
    name,
    annotations,
    place,
    tier,
    priority: priority ?? (kind === 'BaselineAdminNetworkPolicy' ? Infinity : -Infinity),
    subject,
    isSure,
    ingress,
    egress,
  };
}

/** "Only one baseline admin network policy with metadata.name="default" can be created in the cluster". */
function checkName(object: Fields, { kind }: ClusterWords, { name, named }: Metadata): void {
  const metadata = object.map('metadata');
  if (metadata === MALFORMED || metadata === undefined) return;
  if (kind === 'BaselineAdminNetworkPolicy' && named && name !== 'default') {
    const message = `${aKind(kind)} must be called \`default\`, not \`${shorten(name)}\`; there is only one`;
    report(metadata.get('name')!, 'error', 'invalid-name', message);
  }
  const namespace = metadata.get('namespace');
  if (namespace === undefined) return;
  const message = `${aKind(kind)} is for the whole cluster, and its \`namespace\` means nothing; take it away`;
  report(namespace, 'warning', 'ignored-namespace', message);
}

/** The tier; undefined where it cannot be read (C17). */
function readTier(spec: Fields, kind: ClusterPolicyKind): ClusterTier | undefined {
  if (kind === 'BaselineAdminNetworkPolicy') return 'Baseline';
  if (kind === 'AdminNetworkPolicy') return 'Admin';
  const text = spec.text('tier');
  if (text === 'Admin' || text === 'Baseline') return text;
  if (text === undefined) {
    const message = '`tier` is missing; write `Admin` or `Baseline`';
    spec.document.report('error', 'missing-field', spec.place, message);
  } else if (text !== MALFORMED) {
    const meant = TIERS.find((tier) => tier.toLowerCase() === text.toLowerCase());
    const remedy = meant === undefined ? '`Admin` or `Baseline`' : `\`${meant}\``;
    const message = `\`${shorten(text)}\` is not a tier; write ${remedy}`;
    report(spec.get('tier')!, 'error', 'invalid-tier', message);
  }
  return undefined;
}

const TIERS: readonly ClusterTier[] = ['Admin', 'Baseline'];

const HIGHEST_PRIORITY = 1000;

/** The priority, also beyond its limits (D24); undefined where it cannot be read (C6). */
function readPriority(spec: Fields, kind: ClusterPolicyKind): number | undefined {
  if (kind === 'BaselineAdminNetworkPolicy') return Infinity;
  const priority = spec.integer('priority');
  if (priority === MALFORMED) return undefined;
  if (priority === undefined) {
    const message = `\`priority\` is missing; write a number from 0, which comes first, to ${HIGHEST_PRIORITY}`;
    spec.document.report('error', 'missing-field', spec.place, message);
  } else if (priority < 0 || priority > HIGHEST_PRIORITY) {
    const message = `priority ${priority} is not between 0 and ${HIGHEST_PRIORITY}`;
    report(spec.get('priority')!, 'error', 'over-limit', message);
  }
  return priority;
}

/** A subject that is not exactly one of its two is all pods, and not sure (C13, D22). */
function readSubject(
  spec: Fields,
  words: ClusterWords,
): { readonly subject: ClusterSubject; readonly isSure: boolean } {
  const field = spec.get('subject');
  if (field === undefined) {
    const message = '`subject` is missing; write `subject: {namespaces: {}}` for all pods';
    spec.document.report('error', 'missing-field', spec.place, message);
    return everyone(spec);
  }
  const fields = Fields.of(field, SUBJECT, BESIDE_SUBJECT);
  if (fields === MALFORMED) return everyone(field);
  const key = onlyField(fields, SUBJECT, 'subject', 'a subject');
  if (key === undefined) return everyone(field);
  const value = fields.get(key)!;
  const place = placeOf(field);
  if (key === 'namespaces') {
    const { requirements, whole } = readTierSelector(value);
    return { subject: { place, namespaces: requirements, pods: undefined }, isSure: whole };
  }
  const { namespaces, pods } = readPods(value, words);
  return {
    subject: { place, namespaces: namespaces.requirements, pods: pods.requirements },
    isSure: namespaces.whole && pods.whole,
  };
}

const SUBJECT: readonly string[] = ['namespaces', 'pods'];

function everyone(where: Field): { readonly subject: ClusterSubject; readonly isSure: boolean } {
  const subject = { place: placeOf(where), namespaces: EVERYTHING, pods: undefined };
  return { subject, isSure: false };
}

/** Rules that are no list are one that denies everything (D21). */
function readRules(
  spec: Fields,
  words: ClusterWords,
  direction: Direction,
): readonly ClusterRule[] {
  const list = spec.list(direction);
  if (list === MALFORMED) return [denyAll(placeOf(spec.get(direction)!))];
  if (list === undefined) return [];
  warnTooMany(list, direction, words.most);
  return list.map((field) => readClusterRule(field, words, direction));
}
