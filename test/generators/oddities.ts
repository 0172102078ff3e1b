/** Objects that stand beside generated ones: of other kinds, without a version, with strange owners. */
export const ODDITIES: readonly object[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', namespace: 'x' },
    data: { a: 'b' },
  },
  {
    apiVersion: 'crd.projectcalico.org/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p1', namespace: 'x' },
    spec: { selector: 'all()' },
  },
  {
    apiVersion: 'example.org/v1',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'stranger' },
    spec: {
      tier: 'Admin',
      priority: 0,
      subject: { namespaces: {} },
      ingress: [{ action: 'Deny' }],
    },
  },
  {
    kind: 'NetworkPolicy',
    metadata: { name: 'untyped', namespace: 'y' },
    spec: { podSelector: {} },
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'bare' } },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'static',
      namespace: 'x',
      labels: { app: 'a' },
      ownerReferences: owner('Node', 'n1'),
    },
    spec: {
      nodeName: 'n1',
      containers: [{ name: 'main', ports: [{ name: 'http', containerPort: 80 }] }],
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'w1',
      namespace: 'z',
      labels: { app: 'c' },
      ownerReferences: owner('Deployment', 'w1'),
    },
    spec: {
      containers: [
        {
          name: 'main',
          ports: [
            { name: 'http', containerPort: 8080 },
            { name: 'http', containerPort: 80 },
          ],
        },
      ],
    },
    status: { podIPs: [{ ip: '10.244.0.1' }, { ip: '10.244.1.9' }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'plain',
      labels: { app: 'a', 'example.com/tier': 'front' },
      ownerReferences: [{ kind: 'Rollout', name: 'r' }],
    },
    spec: { containers: [] },
    status: { podIP: '::ffff:10.244.0.2' },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'host', namespace: 'y', labels: { app: 'a' } },
    spec: { hostNetwork: true, nodeName: 'n2', containers: [] },
    status: { hostIP: '192.0.2.2', podIPs: [{ ip: '192.0.2.2' }, { ip: '10.244.0.1' }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'y', labels: { 'kubernetes.io/metadata.name': 'x', team: 'red' } },
  },
];

function owner(kind: string, name: string): object[] {
  return [
    { apiVersion: 'v1', kind: 'Other', name: 'not-the-controller', uid: '2' },
    { apiVersion: 'v1', kind, name, uid: '1', controller: true },
  ];
}
