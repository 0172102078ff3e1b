/** Ingresses, the Gateway API, and what opens a Service to the outside. */
import { describe, expect, test } from 'vitest';
import { formatBlock } from '../../src/model/address-set.ts';
import { formatAddress } from '../../src/model/address.ts';
import type { Route } from '../../src/model/routing.ts';
import { problemsOf, read } from './reading.ts';

function object(apiVersion: string, kind: string, spec: string, metadata = ''): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a, namespace: x${metadata}}\nspec: ${spec}\n`;
}

const ingress = (spec: string, version = 'networking.k8s.io/v1', metadata = ''): string =>
  object(version, 'Ingress', spec, metadata);
const route = (spec: string, kind = 'HTTPRoute', version = 'v1'): string =>
  object(`gateway.networking.k8s.io/${version}`, kind, spec);
const service = (spec: string, metadata = ''): string => object('v1', 'Service', spec, metadata);

function routeOf(text: string): Route {
  return read(text).routing.routes[0]!;
}

const WEB = '{service: {name: web, port: {number: 80}}}';

describe('an Ingress', () => {
  test.each<[string, string, string | undefined]>([
    ['its class', ingress('{ingressClassName: nginx}'), 'nginx'],
    ['none', ingress('{}'), undefined],
    ['an empty one', ingress('{ingressClassName: ""}'), undefined],
    [
      'the older annotation',
      ingress('{}', undefined, ', annotations: {kubernetes.io/ingress.class: traefik}'),
      'traefik',
    ],
  ])('names %s', (_, text, className) => {
    expect(routeOf(text).className).toBe(className);
  });

  test('has a rule for each path, and its default backend last', () => {
    const paths = `[{path: /a, backend: ${WEB}}, {backend: {service: {name: b, port: {name: http}}}}]`;
    const rules = `[{host: h.example, http: {paths: ${paths}}}, {host: only.example}]`;
    const { rules: found } = routeOf(ingress(`{defaultBackend: ${WEB}, rules: ${rules}}`));
    expect(found).toMatchObject([
      {
        hosts: ['h.example'],
        paths: ['/a'],
        backends: [{ kind: 'Service', name: 'web', port: 80 }],
      },
      { hosts: ['h.example'], paths: [], backends: [{ namespace: 'x', name: 'b', port: 'http' }] },
      { hosts: [], paths: [], backends: [{ name: 'web' }] },
    ]);
  });

  test('of v1beta1 has other words for the same', () => {
    const text = ingress(
      '{backend: {serviceName: web, servicePort: http}}',
      'networking.k8s.io/v1beta1',
    );
    expect(routeOf(text).rules).toMatchObject([{ backends: [{ name: 'web', port: 'http' }] }]);
    expect(problemsOf(text)).toEqual(['removed-version 1']);
  });

  test.each([
    ['{rules: [{http: {paths: [{path: /}]}}]}', ['invalid-backend 4']],
    ['{defaultBackend: {}}', ['invalid-backend 4']],
    ['{defaultBackend: {service: {port: {number: 80}}}}', ['invalid-backend 4']],
    ['{defaultBackend: {service: {name: web, port: {number: 0}}}}', ['invalid-port 4']],
    ['{defaultBackend: {service: {name: web, port: {nubmer: 80}}}}', ['unknown-field 4']],
    ['{defaultBackend: {service: web}}', ['wrong-type 4']],
    ['{rules: [{hots: h}]}', ['unknown-field 4']],
    ['{ingressClasName: nginx}', ['unknown-field 4']],
  ])('%s is told of', (spec, problems) => {
    expect(problemsOf(ingress(spec))).toEqual(problems);
  });

  test('is not what other groups call so', () => {
    for (const version of ['config.openshift.io/v1', 'networking.internal.knative.dev/v1alpha1'])
      expect(read(ingress('{}', version)).routing.routes).toEqual([]);
  });
});

describe('a route of the Gateway API', () => {
  test('names its parents, hosts, paths and backends', () => {
    const parents =
      '[{name: g}, {name: h, namespace: infra, sectionName: web, port: 443, kind: ListenerSet}]';
    const match = '[{path: {type: Exact, value: /a}}, {path: {}}, {headers: []}]';
    const refs =
      '[{name: web, port: 80}, {name: none, port: 80, weight: 0}, {name: b, namespace: other, kind: Backend, group: e.io}]';
    const mirror = '[{type: RequestMirror, requestMirror: {backendRef: {name: copy, port: 81}}}]';
    const rules = `[{matches: ${match}, backendRefs: ${refs}, filters: ${mirror}}]`;
    const found = routeOf(
      route(`{parentRefs: ${parents}, hostnames: [h.example], rules: ${rules}}`),
    );
    expect(found).toMatchObject({
      kind: 'HTTPRoute',
      parents: [
        { kind: 'Gateway', namespace: 'x', name: 'g', listener: undefined, port: undefined },
        { kind: 'ListenerSet', namespace: 'infra', name: 'h', listener: 'web', port: 443 },
      ],
      rules: [
        {
          hosts: ['h.example'],
          paths: ['/a', '/'],
          backends: [
            { kind: 'Service', namespace: 'x', name: 'web', port: 80 },
            { kind: 'Backend', namespace: 'other', name: 'b', port: undefined },
            { kind: 'Service', name: 'copy', port: 81 },
          ],
        },
      ],
    });
  });

  test.each(['GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'])(
    'may be a %s of any version',
    (kind) => {
      for (const version of ['v1', 'v1alpha2', 'v1alpha3'])
        expect(
          problemsOf(route('{rules: [{backendRefs: [{name: a, port: 1}]}]}', kind, version)),
        ).toEqual([]);
    },
  );

  test('is told of when it is misspelt', () => {
    expect(problemsOf(route('{parentRef: [{name: g}]}'))).toEqual(['unknown-field 4']);
    expect(problemsOf(route('{rules: [{backendRef: []}]}'))).toEqual(['unknown-field 4']);
    expect(problemsOf(route('{}', 'HTTPRoutes'))).toEqual(['unknown-kind 2']);
    expect(problemsOf(route('{}', 'HTTPRoute', 'v2'))).toEqual(['unknown-version 1']);
  });

  test('is not what other groups call a Gateway', () => {
    const istio = object(
      'networking.istio.io/v1',
      'Gateway',
      '{selector: {istio: ingressgateway}}',
    );
    expect(problemsOf(istio)).toEqual([]);
    expect(read(istio).routing.gateways).toEqual([]);
  });
});

describe('a Gateway', () => {
  const listening = (listener: string): unknown =>
    read(
      object(
        'gateway.networking.k8s.io/v1',
        'Gateway',
        `{gatewayClassName: c, listeners: [${listener}]}`,
      ),
    ).routing.gateways[0]!.listeners[0];

  test.each([
    ['', 'same'],
    ['allowedRoutes: {}', 'same'],
    ['allowedRoutes: {namespaces: {from: All}}', 'all'],
    ['allowedRoutes: {namespaces: {from: None}}', 'none'],
    ['allowedRoutes: {namespaces: {from: Anywhere}}', 'none'],
    ['allowedRoutes: {namespaces: {from: Selector}}', 'none'],
    ['allowedRoutes: {namespaces: all}', 'none'],
  ])('with %j takes routes of namespaces: %s', (allowed, namespaces) => {
    const rest = allowed === '' ? '' : `, ${allowed}`;
    expect(listening(`{name: l, protocol: HTTP, port: 80${rest}}`)).toMatchObject({ namespaces });
  });

  test('takes routes by a selector', () => {
    const selector = '{matchLabels: {team: a}}';
    const allowed = `{namespaces: {from: Selector, selector: ${selector}}, kinds: [{kind: TCPRoute}]}`;
    expect(
      listening(`{name: l, protocol: TCP, port: 80, allowedRoutes: ${allowed}}`),
    ).toMatchObject({
      namespaces: [{ key: 'team', operator: 'In', values: ['a'] }],
      kinds: ['TCPRoute'],
    });
  });
});

describe('a Service', () => {
  const exposureOf = (spec: string, metadata = '') =>
    read(service(`{ports: [{port: 80}], ${spec}}`, metadata)).services[0]!.exposure;

  test.each([
    ['type: ClusterIP', undefined],
    ['type: ExternalName, externalName: a.example, externalIPs: [192.0.2.1]', undefined],
    ['externalIPs: []', undefined],
    ['type: NodePort', 'Cluster'],
    ['type: LoadBalancer', 'Cluster'],
    ['type: NodePort, externalTrafficPolicy: Local', 'Local'],
    ['externalIPs: [192.0.2.1], externalTrafficPolicy: Local', 'Local'],
  ])('with %s is open by policy %s', (spec, policy) => {
    expect(exposureOf(spec)?.trafficPolicy).toBe(policy);
  });

  test('says where it answers', () => {
    expect(
      exposureOf('externalIPs: [192.0.2.1, "2001:db8::1"]')!.externalAddresses.map(formatAddress),
    ).toEqual(['192.0.2.1', '2001:db8::1']);
    expect(exposureOf('type: LoadBalancer, loadBalancerIP: 192.0.2.9')!.balancer).toEqual([
      '192.0.2.9',
    ]);
    const status = '\nstatus: {loadBalancer: {ingress: [{ip: 192.0.2.8}, {hostname: lb.example}]}}';
    const text = service('{type: LoadBalancer, ports: [{port: 80}]}').trimEnd() + status;
    expect(read(text).services[0]!.exposure!.balancer).toEqual(['192.0.2.8', 'lb.example']);
  });

  test.each([
    ['loadBalancerSourceRanges: [10.0.0.0/8]', '', '10.0.0.0/8'],
    [
      'loadBalancerSourceRanges: [10.0.0.0/8]',
      ', annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: 192.0.2.0/24}',
      '10.0.0.0/8',
    ],
    [
      'sessionAffinity: None',
      ', annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: " 192.0.2.0/24 "}',
      '192.0.2.0/24',
    ],
  ])('lets in whom %s%s says', (spec, metadata, cidr) => {
    const [low, high] = exposureOf(`type: LoadBalancer, ${spec}`, metadata)!.clients![4];
    const prefix = 32 - Math.log2(Number(high! - low! + 1n));
    expect(formatBlock({ family: 4, prefix, low: low! })).toBe(cidr);
  });

  test('is told of what cannot be read', () => {
    const told = (spec: string): string[] => problemsOf(service(`{ports: [{port: 80}], ${spec}}`));
    expect(told('type: NodePort, externalTrafficPolicy: local')).toEqual([
      'invalid-traffic-policy 4',
    ]);
    expect(told('type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1]')).toEqual([
      'invalid-cidr 4',
    ]);
    expect(told('externalIPs: [nowhere]')).toEqual(['invalid-address 4']);
  });

  test('of type ExternalName is another name', () => {
    const { externalName } = read(service('{type: ExternalName, externalName: a.example}'))
      .services[0]!;
    expect(externalName).toBe('a.example');
  });
});
