/** Values that are wrong nearly anywhere. */
export const JUNK: readonly unknown[] = [
  5.5,
  true,
  null,
  '',
  0,
  -1,
  81,
  'x',
  '80',
  [],
  {},
  [null],
  [{}],
  { key: 'app' },
  'not a label!',
  'example.com/a/b',
];

const CIDRS: readonly unknown[] = `
  10.244.0.1 10.244.0.0/33 300.0.0.0/8 10.244/16 10.244.0.0/+8 10.0.0.0/8/8
  10.244.0.7/24 10.244.0.0/08 010.244.0.0/24 10.244.0.010/31
  ::ffff:10.244.0.0/120 ::ffff:0:0/95 ::ffff:0.0.0.0/96 ::10.244.0.0/104
  FD00:244:0::/64 fd00:244::1::/64 fe80::1%eth0/64 1:2:3:4:5:6:7:8:9/64 1:2:3:4:5:6:7::/112
  0.0.0.0/0 ::/0 ::00000/0 ::/129 0::0/000
`
  .trim()
  .split(/\s+/);

const PORTS: readonly unknown[] = [0, -1, 65535, 65536, 80.5, 1, 79, 'http', 'Http', 'a--b', '80'];

const VERSIONS: readonly unknown[] = [
  'v1',
  'networking.k8s.io/v2',
  'extensions/v1beta1',
  'apps/v1',
  'apps/v1beta2',
  'example.org/v1',
  1,
  null,
];

const KEYS: readonly unknown[] = [
  'app',
  'not a key!',
  '/app',
  'example.com/app',
  'Example.com/app',
  'constructor',
  '__proto__',
];

const PEERS: readonly unknown[] = [
  null,
  [null],
  [{}],
  {},
  [{ podSelector: null }],
  [{ namespaceSelector: null, podSelector: {} }],
  [{ ipBlock: { cidr: '0.0.0.0/0' }, podSelector: {} }],
  [{ ipBlock: { cidr: '0.0.0.0/0' }, namespaceSelector: null }],
  [{ ipBlock: { cidr: '0.0.0.0/0', except: null } }],
];

const CLUSTER_PEERS: readonly unknown[] = [
  {},
  null,
  { namespaces: {} },
  { namespaces: {}, pods: null },
  { namespaces: {}, pods: { podSelector: {} } },
  { pods: { podSelector: {} } },
  { pods: { namespaceSelector: {} } },
  { nodes: {} },
  { networks: ['0.0.0.0/0', '::/0'] },
  { domainNames: ['example.com'] },
  { serviceAccounts: {} },
];

/** Ports as both versions of the tiers write them, some of them wrong. */
const CLUSTER_PORTS: readonly unknown[] = [
  { tcp: { destinationPort: { number: 80 } } },
  { tcp: {} },
  { tcp: { destinationPort: { number: 80, range: null } } },
  { udp: { destinationPort: { range: { start: 53, end: 53 } } } },
  { tcp: { destinationPort: { number: 80 } }, udp: { destinationPort: { number: 80 } } },
  { destinationNamedPort: 'http' },
  { destinationNamedPort: '' },
  { portNumber: { port: 80 } },
  { portNumber: { port: 80, protocol: 'ICMP' } },
  { portRange: { protocol: 'UDP', start: 90, end: 80 } },
  { namedPort: 'dns' },
  { icmp: {} },
];

const SELECTORS: readonly unknown[] = [
  {},
  null,
  { sameLabels: ['team'] },
  { matchLabels: {} },
  { matchLabels: { team: 'red' }, sameLabels: null },
  { matchExpressions: [{ key: 'team', operator: 'Like' }] },
  [],
];

/** Values to try in one field, by its key: some it may not have, and some it barely may. */
export const FITTING: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>(
  Object.entries({
    apiVersion: VERSIONS,
    namespace: ['', 'x', 'other', null, 5],
    cidr: CIDRS,
    except: CIDRS,
    port: PORTS,
    endPort: PORTS,
    containerPort: PORTS,
    name: ['http', 'dns', 'HTTP', ''],
    protocol: ['tcp', 'ICMP', '', 6, null],
    policyTypes: [
      'Ingress',
      'Egress',
      'ingress',
      ['Ingress', null],
      ['Egress', 'Ingress', 'Egress'],
    ],
    operator: ['in', 'notin', 'Exists', 'DoesNotExist', 'NotIn', 'Gt'],
    values: ['', 'front', 'not a value!', [], ['a', 5]],
    key: KEYS,
    matchLabels: [{ app: null }, { app: 5 }, { '': 'a' }, { app: 'a b' }, { app: '' }],
    ingress: [null, [null], [{}], {}, 'all'],
    egress: [null, [null], [{}], {}, 'all'],
    from: [...PEERS, ...CLUSTER_PEERS],
    to: [...PEERS, ...CLUSTER_PEERS],
    ports: [
      ...CLUSTER_PORTS,
      null,
      [null],
      [{}],
      {},
      80,
      [{ endPort: 80 }],
      [{ port: 'http', endPort: 90 }],
    ],
    podSelector: [null, {}, { matchLabels: null }, { matchExpressions: [] }, { app: 'a' }],
    namespaceSelector: [null, {}, { matchLabels: {} }, { matchExpressions: [null] }, []],
    tier: ['Admin', 'Baseline', 'admin', 'NetworkPolicy', null],
    priority: [0, 1, -1, 1001, 2.5, '10', null],
    subject: CLUSTER_PEERS,
    namespaces: SELECTORS,
    nodes: SELECTORS,
    pods: [{}, null, { podSelector: {} }, { namespaceSelector: {}, podSelector: { a: 'b' } }],
    networks: [...CIDRS, [], null, ['10.244.0.0/16', 'example.com']],
    domainNames: ['example.com', '*', 'localhost', 'a.*.b', 'EXAMPLE.com.', [], null, 7],
    action: ['Accept', 'Allow', 'Deny', 'Pass', 'deny', null],
    protocols: [null, [], ...CLUSTER_PORTS, CLUSTER_PORTS.slice(0, 1)],
    tcp: [{}, null, { destinationPort: { number: 53 } }, { destinationPort: 80 }],
    destinationPort: [{}, null, { number: 53 }, { range: { start: 1, end: 65535 } }, 80],
    number: PORTS,
    start: PORTS,
    end: PORTS,
    destinationNamedPort: ['http', '', 'Not A Name', 80],
    namedPort: ['dns', '', 80],
    portNumber: [{ port: 53 }, { protocol: 'TCP' }, null],
    ip: ['10.244.0.3', '::ffff:10.244.0.3', '10.244.0.256', 'FD00:244::3', '192.0.2.1'],
    podIP: ['10.244.0.3', '', 'fd00:244::3', '192.0.2.1'],
    address: ['10.244.0.1', '192.0.2.3', '2001:DB8:1::3', 'n1.example.com'],
    type: ['Hostname', 'InternalIP', 'ExternalDNS', null],
    phase: ['Succeeded', 'Failed', 'Running', 'succeeded'],
    nodeName: ['n2', 'n9', ''],
    hostNetwork: [true, false, 'true', null],
    restartPolicy: ['Always', 'OnFailure', null],
  }),
);
