/** The month this table was last checked against the sources it names. */
export const PLUGINS_AS_OF = '2026-11';

/** Whether a plugin honours one part of the API: `opt-in` needs a switch that is off by default. */
export type Support = 'yes' | 'opt-in' | 'no' | 'not verified';

/** The parts of the policy APIs on which plugins differ. */
export interface PolicySupport {
  readonly ipBlock: Support;
  readonly namedPorts: Support;
  readonly endPort: Support;
  readonly sctp: Support;
  /** policy.networking.k8s.io/v1alpha2 */
  readonly clusterNetworkPolicy: Support;
  /** policy.networking.k8s.io/v1alpha1, AdminNetworkPolicy and BaselineAdminNetworkPolicy */
  readonly adminNetworkPolicy: Support;
}

/**
 * One network plugin in one configuration, as its public documentation describes it.
 *
 * `enforces` speaks of NetworkPolicy v1: `all` ingress and egress, `none`, or `partly` where the
 * documentation leaves out a direction or says no more than that policies are supported. `since` is
 * the first version that enforces. `source` is a public URL. `docs/plugins.md` has a row for each.
 */
export interface Plugin {
  readonly id: string;
  readonly name: string;
  readonly enforces: 'all' | 'none' | 'partly';
  readonly since?: string;
  readonly supports: PolicySupport;
  readonly deviations: readonly string[];
  readonly source: string;
}

function throughout(support: Support): PolicySupport {
  return {
    ipBlock: support,
    namedPorts: support,
    endPort: support,
    sctp: support,
    clusterNetworkPolicy: support,
    adminNetworkPolicy: support,
  };
}

const NEITHER = { clusterNetworkPolicy: 'no', adminNetworkPolicy: 'no' } as const;
const BOTH_OPT_IN = { clusterNetworkPolicy: 'opt-in', adminNetworkPolicy: 'opt-in' } as const;
const NETWORK_POLICY_ONLY: PolicySupport = { ...throughout('yes'), ...NEITHER };
const UNVERIFIED = throughout('not verified');
const CALICO = {
  supports: { clusterNetworkPolicy: 'yes', adminNetworkPolicy: 'yes' },
  deviations: ['ClusterNetworkPolicy since 3.32, AdminNetworkPolicy since 3.29'],
} as const;

/** A plugin that enforces: `all` and `NETWORK_POLICY_ONLY` where the row does not say otherwise. */
interface EnforcingRow {
  readonly name: string;
  readonly enforces?: 'partly';
  readonly since?: string;
  readonly supports?: Partial<PolicySupport>;
  readonly deviations?: readonly string[];
  readonly source: string;
}

const ENFORCING = {
  'flannel-kube-network-policies': {
    name: 'Flannel with kube-network-policies',
    since: '0.25.5',
    deviations: ['off unless the chart value netpol.enabled is true'],
    source: 'https://github.com/flannel-io/flannel/blob/master/Documentation/netpol.md',
  },
  canal: {
    name: 'Canal',
    ...CALICO,
    source: 'https://docs.tigera.io/calico/latest/getting-started/kubernetes/flannel/',
  },
  calico: {
    name: 'Calico',
    ...CALICO,
    source: 'https://github.com/kubernetes-sigs/network-policy-api/pull/376',
  },
  cilium: {
    name: 'Cilium',
    supports: { sctp: 'opt-in', ...BOTH_OPT_IN, adminNetworkPolicy: 'not verified' },
    deviations: [
      'an ipBlock never matches a pod, and a node only with policy-cidr-match-mode: nodes (1.15)',
      'endPort is ignored before 1.16; ClusterNetworkPolicy since 1.20',
    ],
    source: 'https://docs.cilium.io/en/stable/network/kubernetes/policy/',
  },
  antrea: {
    name: 'Antrea',
    supports: BOTH_OPT_IN,
    deviations: ['feature gates: ClusterNetworkPolicy since 2.7, AdminNetworkPolicy since 1.13'],
    source: 'https://github.com/antrea-io/antrea/pull/8044',
  },
  'kube-router': {
    name: 'kube-router',
    supports: { sctp: 'not verified' },
    deviations: ['SCTP rules are an open request', 'a new pod is open until the next sync'],
    source: 'https://github.com/cloudnativelabs/kube-router/blob/master/docs/user-guide.md',
  },
  'kube-network-policies': {
    name: 'kube-network-policies',
    supports: BOTH_OPT_IN,
    deviations: ['the cluster-wide APIs need an image tagged -npa-v1alpha2 or -npa-v1alpha1'],
    source: 'https://github.com/kubernetes-sigs/kube-network-policies',
  },
  kindnet: {
    name: 'kindnet',
    since: 'kind 0.24.0',
    source: 'https://github.com/kubernetes-sigs/kind/releases/tag/v0.24.0',
  },
  'weave-net': {
    name: 'Weave Net',
    since: '2.4.0',
    supports: { ...UNVERIFIED, ipBlock: 'yes', namedPorts: 'no' },
    deviations: [
      'a named port stops weave-npc instead of matching',
      'ingress is masqueraded: an ipBlock sees clients only with externalTrafficPolicy: Local',
    ],
    source: 'https://github.com/weaveworks/weave/blob/master/site/kubernetes/kube-addon.md',
  },
  romana: {
    name: 'Romana',
    enforces: 'partly',
    supports: UNVERIFIED,
    deviations: ['how much of NetworkPolicy v1 it enforces is not verified'],
    source: 'https://kubernetes.io/docs/concepts/cluster-administration/addons/',
  },
  'ovn-kubernetes': {
    name: 'OVN-Kubernetes',
    supports: { clusterNetworkPolicy: 'not verified', adminNetworkPolicy: 'opt-in' },
    deviations: ['AdminNetworkPolicy priorities above 99 are not programmed'],
    source: 'https://github.com/ovn-kubernetes/ovn-kubernetes/pull/4431',
  },
  'openshift-sdn': {
    name: 'OpenShift SDN',
    enforces: 'partly',
    supports: UNVERIFIED,
    deviations: [
      'egress is documented as unsupported up to OpenShift 4.9; later is not verified',
      'an ipBlock with except is ignored whole',
      'only the mode NetworkPolicy enforces; Multitenant and Subnet do not',
    ],
    source:
      'https://access.redhat.com/documentation/en-us/openshift_container_platform/4.9/html/networking/network-policy',
  },
  'aws-vpc-cni-with-policy': {
    name: 'Amazon VPC CNI',
    since: '1.14.0',
    deviations: [
      'EC2 Linux nodes only; the Service port must equal the container port',
      'one address family, that of the cluster; rules of the other are ignored',
      'at most 24 combinations of port and protocol per CIDR',
    ],
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html',
  },
  'azure-npm': {
    name: 'Azure Network Policy Manager',
    supports: UNVERIFIED,
    deviations: ['endPort was ignored in 2022; later is not verified'],
    source: 'https://learn.microsoft.com/en-us/azure/aks/use-network-policies',
  },
  'gke-dataplane-v2': {
    name: 'GKE Dataplane V2',
    since: 'GKE 1.20.6',
    supports: UNVERIFIED,
    deviations: ['built on Cilium'],
    source: 'https://cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2',
  },
  k3s: {
    name: 'k3s',
    supports: { sctp: 'not verified' },
    deviations: ['as kube-router, which it embeds', 'does not start on a node without ipset'],
    source: 'https://docs.k3s.io/networking/networking-services#network-policy-controller',
  },
  'kube-ovn': {
    name: 'Kube-OVN',
    since: '0.5.0',
    supports: { ...UNVERIFIED, ...BOTH_OPT_IN },
    deviations: ['ClusterNetworkPolicy since 1.15.0, experimental'],
    source: 'https://github.com/kubernetes-sigs/network-policy-api/pull/354',
  },
  terway: {
    name: 'Terway',
    supports: UNVERIFIED,
    deviations: ['nodes in exclusive ENI mode enforce nothing'],
    source: 'https://www.alibabacloud.com/help/doc-detail/97621.htm',
  },
} as const satisfies Record<string, EnforcingRow>;

/** Plugins, and configurations of plugins, that enforce no policy of any kind: name and source. */
const UNENFORCED = {
  flannel: ['Flannel', 'https://github.com/flannel-io/flannel/blob/master/README.md'],
  'reference-plugins': ['reference CNI plugins', 'https://www.cni.dev/plugins/current/'],
  'cilium-without-policy': ['Cilium, policy off', 'https://github.com/cilium/cilium/pull/36167'],
  'kube-router-without-firewall': ['kube-router, firewall off', ENFORCING['kube-router'].source],
  'kindnet-without-policy': [
    'kindnet, network policies off',
    'https://github.com/kubernetes-sigs/kind/issues/3705',
  ],
  'weave-net-without-npc': ['Weave Net without weave-npc', ENFORCING['weave-net'].source],
  'aws-vpc-cni': [
    'Amazon VPC CNI, network policies off',
    'https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy-configure.html',
  ],
  'azure-cni': ['Azure CNI without a network policy engine', ENFORCING['azure-npm'].source],
  'gke-without-policy': [
    'GKE without network policy enforcement',
    'https://cloud.google.com/kubernetes-engine/docs/how-to/network-policy',
  ],
  'k3s-without-policy': ['k3s, network policy controller off', ENFORCING.k3s.source],
  'kube-ovn-without-policy': [
    'Kube-OVN, network policies off',
    'https://github.com/kubeovn/kube-ovn/tree/master/charts',
  ],
  'terway-without-policy': [
    'Terway, network policies off',
    'https://www.alibabacloud.com/help/doc-detail/176165.htm',
  ],
  'oke-vcn-native': [
    'OCI VCN-native pod networking',
    'https://docs.oracle.com/iaas/Content/ContEng/Concepts/contengpodnetworking.htm',
  ],
} as const satisfies Record<string, readonly [name: string, source: string]>;

/** The id of a row of the table. */
export type PluginId = keyof typeof ENFORCING | keyof typeof UNENFORCED;

/** Every plugin, in each configuration that matters, that Sluice knows; ids are unique. */
export const PLUGINS: readonly Plugin[] = [
  ...Object.entries(ENFORCING).map(([id, row]: [string, EnforcingRow]): Plugin => ({
    id,
    enforces: 'all',
    deviations: [],
    ...row,
    supports: { ...NETWORK_POLICY_ONLY, ...row.supports },
  })),
  ...Object.entries(UNENFORCED).map(([id, [name, source]]): Plugin => ({
    id,
    name,
    enforces: 'none',
    supports: throughout('no'),
    deviations: [],
    source,
  })),
];
