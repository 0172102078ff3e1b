import { describe, expect, test } from 'vitest';
import { diff, from, manifest, pod, policy } from './inputs.ts';

const PODS = [pod('proxy'), pod('web'), pod('db')];

function service(name: string, spec: string): string {
  return `apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {app: ${name}}
  ports: [{name: http, port: 80}]
  ${spec}
`;
}

const LOCAL = 'type: LoadBalancer\n  externalTrafficPolicy: Local';

function ingress(...paths: readonly (readonly [path: string, service: string])[]): string {
  const lines = paths.map(
    ([path, to]) =>
      `          - {path: ${path}, pathType: Prefix, backend: {service: {name: ${to}, port: {number: 80}}}}\n`,
  );
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example
      http:
        paths:
${lines.join('')}`;
}

/** A controller with a load balancer, and its class. */
const CONTROLLER = manifest(
  `apiVersion: v1
kind: Pod
metadata: {name: controller, namespace: edge, labels: {app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller}}
spec: {containers: [{name: main, image: i, ports: [{containerPort: 80}]}]}
`,
  `apiVersion: v1
kind: Service
metadata: {name: controller, namespace: edge}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, selector: {app.kubernetes.io/name: ingress-nginx}, ports: [{port: 80}]}
`,
  `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
`,
);

const WEB = service('web', '');
const DB = service('db', '');

const CHANGES: readonly [what: string, old: string, current: string, told: string][] = [
  [
    'a Service becomes a LoadBalancer',
    manifest(...PODS, WEB),
    manifest(...PODS, service('web', LOCAL)),
    `1 way in from outside opened

ways in from outside
  opened      LoadBalancer shop/web, TCP 80  new.yaml:21
                the client itself → Service shop/web:80 → shop/web TCP 80
`,
  ],
  [
    'it is one no more',
    manifest(...PODS, service('web', LOCAL)),
    manifest(...PODS, WEB),
    `1 way in from outside closed

ways in from outside
  closed      LoadBalancer shop/web, TCP 80  old.yaml:21
                was the client itself → Service shop/web:80 → shop/web TCP 80
`,
  ],
  [
    'an Ingress has a path more',
    manifest(...PODS, CONTROLLER, WEB, DB, ingress(['/', 'web'])),
    manifest(...PODS, CONTROLLER, WEB, DB, ingress(['/', 'web'], ['/db', 'db'])),
    `1 way in from outside opened

ways in from outside
  opened      Ingress shop/shop, shop.example/db  new.yaml:57
                edge/controller → Service shop/db:80 → shop/db TCP 80
`,
  ],
  [
    'a path leads to another Service',
    manifest(...PODS, CONTROLLER, WEB, DB, ingress(['/', 'web'])),
    manifest(...PODS, CONTROLLER, WEB, DB, ingress(['/', 'db'])),
    `1 way in from outside redirected

ways in from outside
  redirected  Ingress shop/shop, shop.example/  new.yaml:56
                was edge/controller → Service shop/web:80 → shop/web TCP 80
                now edge/controller → Service shop/db:80 → shop/db TCP 80
`,
  ],
  [
    'a policy shuts the proxy out',
    manifest(...PODS, CONTROLLER, WEB, ingress(['/', 'web'])),
    manifest(
      ...PODS,
      CONTROLLER,
      WEB,
      ingress(['/', 'web']),
      policy('web', 'web', `ingress: [${from('db', 80)}]`),
    ),
    `ways in from outside
  closed      Ingress shop/shop, shop.example/  new.yaml:48
                edge/controller → Service shop/web:80 → shop/web TCP 80
                edge/controller → shop/web TCP 80 is denied for ingress of shop/web by NetworkPolicy \`shop/web\`
`,
  ],
];

test.each(CHANGES)('%s', async (_, old, current, told) => {
  const { code, stdout } = await diff(old, current);
  expect(stdout).toContain(told);
  expect(code).toBe(1);
});

test.each(CHANGES)('the other way round: %s', async (_, old, current) => {
  const [there, back] = await Promise.all(
    [
      [old, current],
      [current, old],
    ].map(async ([one, other]) => {
      const { stdout } = await diff(one!, other!, '-o', 'json');
      return (JSON.parse(stdout) as { waysIn: { change: string }[] }).waysIn;
    }),
  );
  const turned: Record<string, string> = { opened: 'closed', closed: 'opened' };
  expect(back!.map(({ change }) => change)).toEqual(
    there!.map(({ change }) => turned[change] ?? change),
  );
});

test.each(CHANGES)('nothing is different between a cluster and itself: %s', async (_, old) => {
  const { code, stdout } = await diff(old, old.replace(/^/, '# read again\n'));
  expect(stdout).toBe('no connection changes\n');
  expect(code).toBe(0);
});

describe('narrowed', () => {
  const [, old, current] = CHANGES[2]!;

  test.each([
    [['--to', 'shop/db'], 1],
    [['--to', 'shop/web'], 0],
    [['--from', 'internet'], 1],
    [['--from', 'shop/web'], 0],
    [['--port', '80'], 1],
    [['--port', '443'], 0],
  ])('%j', async (words, code) => {
    expect((await diff(old, current, ...words)).code).toBe(code);
  });
});

test('SARIF has what opens as a warning, where the way is written', async () => {
  const [, old, current] = CHANGES[2]!;
  const { stdout } = await diff(old, current, '-o', 'sarif');
  const { runs } = JSON.parse(stdout) as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: { ruleId: string; ruleIndex: number; level: string }[];
    }[];
  };
  const [{ tool, results }] = runs as [(typeof runs)[0]];
  expect(results).toHaveLength(1);
  expect(results[0]).toMatchObject({ ruleId: 'way-in-opened', level: 'warning' });
  expect(tool.driver.rules[results[0]!.ruleIndex]!.id).toBe('way-in-opened');
});
