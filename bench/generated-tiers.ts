import type { Random } from './random.ts';

const RULES = 25;

/** What the cluster has that cluster policies may speak of. */
export interface Vocabulary {
  readonly teams: number;
  readonly roles: readonly string[];
  readonly environments: readonly string[];
}

/**
 * ClusterNetworkPolicies of 25 rules each, two thirds of them of the Admin tier: for namespaces by team or
 * environment, for all, or for pods of a role; ingress and egress, Accept, Deny and Pass, with every kind of
 * peer that an offline analysis can decide.
 */
export function generateTiers(count: number, words: Vocabulary, random: Random): string {
  return Array.from({ length: count }, (_, i) => clusterPolicy(i, words, random)).join('---\n');
}

function clusterPolicy(i: number, words: Vocabulary, random: Random): string {
  const tier = i % 3 === 2 ? 'Baseline' : 'Admin';
  const ingress = Math.ceil(RULES / 2);
  return `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata:
  name: guard-${i}
spec:
  tier: ${tier}
  priority: ${10 + i * 5}
  subject: {${subject(i, words, random)}}
  ingress:
${rules('from', ingress, words, random)}  egress:
${rules('to', RULES - ingress, words, random)}`;
}

function subject(i: number, words: Vocabulary, random: Random): string {
  if (i % 7 === 0) return 'namespaces: {}';
  return random.pick([
    () => `namespaces: {matchLabels: {team: ${team(words, random)}}}`,
    () => `namespaces: {matchLabels: {env: ${random.pick(words.environments)}}}`,
    () =>
      `pods: {namespaceSelector: {matchLabels: {env: ${random.pick(words.environments)}}}, podSelector: {matchLabels: {role: ${random.pick(words.roles)}}}}`,
  ])();
}

function rules(key: 'from' | 'to', count: number, words: Vocabulary, random: Random): string {
  let text = '';
  for (let r = 0; r < count; r++) {
    const peers = Array.from({ length: 1 + random.below(2) }, () => peer(key, words, random));
    // only a few rules are for every port: a Deny of all at once would leave nothing to those behind it
    const isOnPorts = random.chance(0.6);
    const ports = isOnPorts ? `\n      protocols: [${protocols(random)}]` : '';
    const action = isOnPorts
      ? random.pick(['Accept', 'Accept', 'Deny', 'Deny', 'Pass'])
      : random.pick(['Accept', 'Deny', 'Pass', 'Pass']);
    text += `    - action: ${action}\n      ${key}: [${peers.join(', ')}]${ports}\n`;
  }
  return text;
}

function peer(key: 'from' | 'to', words: Vocabulary, random: Random): string {
  const one = (): string => `{namespaces: {matchLabels: {team: ${team(words, random)}}}}`;
  const named = `{pods: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ns-${random.below(4)}}}, podSelector: {matchLabels: {role: ${random.pick(words.roles)}}}}}`;
  const labels = [
    one,
    one,
    () => `{namespaces: {matchLabels: {env: ${random.pick(words.environments)}}}}`,
    () =>
      `{namespaces: {matchExpressions: [{key: team, operator: In, values: [${team(words, random)}, ${team(words, random)}]}, {key: env, operator: NotIn, values: [test]}]}}`,
    () => named,
  ];
  const addresses = [
    () =>
      `{networks: [${random.below(200)}.0.0.0/8, ${random.below(200)}.${random.below(256)}.0.0/16]}`,
    () => `{networks: [2001:db8:${(1 + random.below(4095)).toString(16)}::/48]}`,
  ];
  return random.pick(key === 'to' ? [...labels, ...addresses] : labels)();
}

/** What rules for whole clusters are about: DNS, metrics, the web, stores, and ports of nodes. */
function protocols(random: Random): string {
  const tcp = (port: number): string => `{tcp: {destinationPort: {number: ${port}}}}`;
  return random.pick([
    `{udp: {destinationPort: {number: 53}}}, ${tcp(53)}`,
    tcp(9090),
    tcp(443),
    `${tcp(443)}, ${tcp(8080)}`,
    tcp(8080),
    tcp(5432),
    `${tcp(6379)}, ${tcp(5432)}`,
    `{tcp: {destinationPort: {range: {start: 30000, end: 32767}}}}`,
  ]);
}

function team({ teams }: Vocabulary, random: Random): string {
  return `team-${random.below(teams)}`;
}
