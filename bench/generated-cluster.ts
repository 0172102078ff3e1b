import { generateTiers } from './generated-tiers.ts';
import { Random } from './random.ts';

/** How large a generated cluster is. */
export interface Size {
  readonly workloads: number;
  readonly namespaces: number;
  readonly policies: number;
  /** How many of the namespaces isolate all their pods by default, from 0 to 1. */
  readonly isolated: number;
  readonly seed: number;
  /** How many ClusterNetworkPolicies of 25 rules there are; none when absent. */
  readonly tiers?: number;
}

/** The cluster the speed figures speak of: 10,000 workloads of 10 pods, 200 namespaces, 5,000 policies. */
export const LARGE: Size = {
  workloads: 10_000,
  namespaces: 200,
  policies: 5_000,
  isolated: 0.75,
  seed: 1,
};

/** As {@link LARGE}, with about a quarter of all pairs open. */
export const DENSE: Size = { ...LARGE, isolated: 0.47 };

/** As {@link LARGE}, with 20 ClusterNetworkPolicies of 25 rules. */
export const TIERED: Size = { ...LARGE, tiers: 20 };

const TEAMS = 20;
const ROLES = ['web', 'api', 'worker', 'db', 'cache', 'queue', 'batch', 'proxy'];
const ENVIRONMENTS = ['prod', 'staging', 'test'];

/** Writes a cluster as the manifests of its namespaces, each a file of many documents. */
export function* generateCluster(size: Size): Generator<{ file: string; text: string }> {
  const random = new Random(size.seed);
  const perNamespace = size.workloads / size.namespaces;
  const policiesEach = size.policies / size.namespaces;
  for (let n = 0; n < size.namespaces; n++) {
    const first = Math.round(n * perNamespace);
    const apps = Math.round((n + 1) * perNamespace) - first;
    const policies = Math.round((n + 1) * policiesEach) - Math.round(n * policiesEach);
    const documents = [namespace(n)];
    for (let i = 0; i < apps; i++) documents.push(deployment(n, i, random));
    const closed = random.chance(size.isolated);
    for (let i = 0; i < policies; i++) documents.push(policy(n, i, apps, size, closed, random));
    yield { file: `ns-${n}.yaml`, text: documents.join('---\n') };
  }
  if (size.tiers !== undefined) {
    const words = { teams: TEAMS, roles: ROLES, environments: ENVIRONMENTS };
    const own = new Random(size.seed + 1);
    yield { file: 'tiers.yaml', text: generateTiers(size.tiers, words, own) };
  }
}

function namespace(n: number): string {
  return `apiVersion: v1
kind: Namespace
metadata:
  name: ns-${n}
  labels:
    team: team-${n % TEAMS}
    env: ${ENVIRONMENTS[n % ENVIRONMENTS.length]}
`;
}

function deployment(n: number, i: number, random: Random): string {
  const role = ROLES[i % ROLES.length];
  const http = random.pick([80, 8000, 8080, 3000]);
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-${i}
  namespace: ns-${n}
  labels:
    app: app-${i}
spec:
  replicas: 10
  selector:
    matchLabels:
      app: app-${i}
  template:
    metadata:
      labels:
        app: app-${i}
        role: ${role}
        tier: ${i % 3 === 0 ? 'front' : 'back'}
        release: r${random.below(4)}
    spec:
      containers:
        - name: main
          image: registry.example/team-${n % TEAMS}/app-${i}:1.${random.below(90)}
          ports:
            - name: http
              containerPort: ${http}
            - name: metrics
              containerPort: 9090
`;
}

function policy(
  n: number,
  i: number,
  apps: number,
  size: Size,
  closed: boolean,
  random: Random,
): string {
  if (i === 0)
    return closed
      ? defaultDeny(n)
      : spec(
          n,
          i,
          `podSelector: {matchLabels: {role: db}}`,
          ['Ingress'],
          rules('ingress', n, apps, size, random),
        );
  const subject = random.pick([
    () => `podSelector: {matchLabels: {app: app-${random.below(apps)}}}`,
    () => `podSelector: {matchLabels: {app: app-${random.below(apps)}}}`,
    () => `podSelector: {matchLabels: {role: ${random.pick(ROLES)}, release: r${random.below(4)}}}`,
    () =>
      `podSelector: {matchExpressions: [{key: app, operator: In, values: [app-${random.below(apps)}, app-${random.below(apps)}]}, {key: legacy, operator: DoesNotExist}]}`,
  ])();
  const direction = random.chance(0.6) ? 'ingress' : 'egress';
  return spec(
    n,
    i,
    subject,
    [direction === 'ingress' ? 'Ingress' : 'Egress'],
    rules(direction, n, apps, size, random),
  );
}

function spec(n: number, i: number, subject: string, types: string[], body: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: policy-${i}
  namespace: ns-${n}
spec:
  ${subject}
  policyTypes: [${types.join(', ')}]
${body}`;
}

function defaultDeny(n: number): string {
  return spec(
    n,
    0,
    'podSelector: {}',
    ['Ingress', 'Egress'],
    `  egress:
    - to:
        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ns-0}}
          podSelector: {matchLabels: {role: proxy}}
      ports:
        - {protocol: UDP, port: 53}
        - {protocol: TCP, port: 53}
`,
  );
}

function rules(
  direction: 'ingress' | 'egress',
  n: number,
  apps: number,
  size: Size,
  random: Random,
): string {
  const count = 1 + random.below(3);
  let text = `  ${direction}:\n`;
  for (let r = 0; r < count; r++) {
    text += `    - ${direction === 'ingress' ? 'from' : 'to'}:\n`;
    const peers = 1 + random.below(3);
    for (let p = 0; p < peers; p++) text += `        - ${peer(n, apps, size, random)}\n`;
    if (random.chance(0.85)) text += ports(random);
  }
  return text;
}

function peer(n: number, apps: number, size: Size, random: Random): string {
  const app = (): string => `app-${random.below(apps)}`;
  return random.pick([
    () => `podSelector: {matchLabels: {app: ${app()}}}`,
    () => `podSelector: {matchLabels: {role: ${random.pick(ROLES)}}}`,
    () =>
      `podSelector: {matchExpressions: [{key: app, operator: In, values: [${app()}, ${app()}, ${app()}]}]}`,
    () =>
      `podSelector: {matchExpressions: [{key: role, operator: NotIn, values: [db, cache]}, {key: tier, operator: Exists}]}`,
    () =>
      `namespaceSelector: {matchLabels: {team: team-${random.below(TEAMS)}}}\n          podSelector: {matchLabels: {role: ${random.pick(ROLES)}}}`,
    () =>
      `namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ns-${random.below(size.namespaces)}}}`,
    () =>
      `namespaceSelector: {matchExpressions: [{key: env, operator: NotIn, values: [test]}, {key: team, operator: In, values: [team-${n % TEAMS}, team-${random.below(TEAMS)}]}]}\n          podSelector: {matchLabels: {tier: front}}`,
    () => {
      const [a, b] = [random.below(256), random.below(256)];
      return `ipBlock: {cidr: ${a}.${b}.0.0/16, except: [${a}.${b}.${random.below(256)}.0/24, ${a}.${b}.7.128/25]}`;
    },
    () => `ipBlock: {cidr: 2001:db8:${(1 + random.below(4095)).toString(16)}::/48}`,
  ])();
}

function ports(random: Random): string {
  const list = [
    random.pick([
      '{port: http}',
      '{port: 443}',
      '{port: 8080}',
      '{protocol: UDP, port: 53}',
      '{port: metrics}',
    ]),
  ];
  if (random.chance(0.3))
    list.push(
      random.pick([
        '{port: 9000, endPort: 9100}',
        '{port: 5432}',
        '{protocol: SCTP, port: 7777}',
        '{port: 30000, endPort: 32767}',
      ]),
    );
  return `      ports: [${list.join(', ')}]\n`;
}
