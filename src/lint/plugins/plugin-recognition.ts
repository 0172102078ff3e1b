import { configMap, fits, flag } from './plugin-evidence.ts';
import type { PluginEvidence, Traits } from './plugin-evidence.ts';
import { PLUGINS } from './plugins.ts';
import type { Plugin, PluginId } from './plugins.ts';

export type { PluginEvidence } from './plugin-evidence.ts';

/** A plugin seen in the input; `text` is one clause that names the object and what it does. */
export interface RecognisedPlugin {
  readonly plugin: Plugin;
  readonly because: PluginEvidence;
  readonly text: string;
}

/** What one object shows; `says` completes the sentence that begins with the object. */
interface Sighting {
  readonly id: PluginId;
  readonly says: string;
}

type Rule = (item: PluginEvidence, all: readonly PluginEvidence[]) => Sighting | undefined;

// A wrong "does not enforce" is a false warning, a wrong "enforces" only a missed one. So one trace
// of an enforcing plugin is enough, whatever its registry, while the others need two that agree, or
// an explicit setting, and versions and modes of unknown behaviour give nothing. First fit wins.
const SIGNS: readonly (Sighting & Traits)[] = [
  { id: 'canal', says: 'runs Canal', container: /^calico-node$/, image: /flannel/ },
  { id: 'calico', says: 'runs Calico', container: /^calico-node$/ },
  { id: 'calico', says: 'runs Calico', image: /calico\/node$/ },
  // The operator creates calico-node at run time: manifests may hold nothing else of Calico.
  { id: 'calico', says: 'installs Calico', kind: 'Deployment', image: /tigera\/operator$/ },
  {
    id: 'flannel-kube-network-policies',
    says: 'runs Flannel with kube-network-policies',
    container: /^kube-network-policies$/,
    image: /flannel/,
  },
  { id: 'flannel', says: 'runs Flannel', container: /^(kube-)?flannel$/, image: /flannel/ },
  { id: 'flannel', says: 'runs Flannel', object: /\/kube-flannel(-ds|$)/, image: /flannel/ },
  {
    id: 'kube-network-policies',
    says: 'runs kube-network-policies',
    image: /\/kube-network-policies$/,
  },
  { id: 'gke-dataplane-v2', says: 'runs GKE Dataplane V2', object: /^kube-system\/anetd$/ },
  { id: 'antrea', says: 'runs Antrea', container: /^antrea-agent$/ },
  { id: 'antrea', says: 'runs Antrea', kind: 'Deployment', container: /^antrea-controller$/ },
  { id: 'weave-net', says: 'runs Weave Net', container: /^weave-npc$/ },
  {
    id: 'weave-net-without-npc',
    says: 'runs Weave Net without `weave-npc`',
    container: /^weave$/,
    image: /weave-kube$/,
  },
  { id: 'romana', says: 'runs Romana', container: /^romana-agent$/ },
  { id: 'ovn-kubernetes', says: 'runs OVN-Kubernetes', object: /\/ovnkube-node/ },
  { id: 'openshift-sdn', says: 'runs OpenShift SDN', object: /^openshift-sdn\/sdn$/ },
  { id: 'azure-npm', says: 'runs Azure NPM', container: /^azure-npm$/ },
  { id: 'azure-cni', says: 'runs Azure CNI', object: /\/azure-cns$/, image: /\/azure-cns$/ },
  // Dataplane V2 has netd too, and then anetd beside it.
  {
    id: 'gke-without-policy',
    says: 'runs GKE networking',
    object: /\/netd$/,
    image: /gke.*\/netd/,
  },
  {
    id: 'oke-vcn-native',
    says: 'runs OCI VCN-native pod networking',
    object: /\/vcn-native-ip-cni$/,
    image: /vcn-native-ip-cni/,
  },
];

const signs: Rule = (item) => SIGNS.find((sign) => fits(item, sign));

const cilium: Rule = (item, all) => {
  const config = item.kind === 'ConfigMap' && item.name === 'cilium-config';
  if (!config && !fits(item, { container: /^cilium-agent$/ })) return undefined;
  const verb = config ? 'configures' : 'runs';
  const data = configMap(all, item.namespace, 'cilium-config');
  // Each of these makes the agent let pass what a NetworkPolicy would deny.
  const off = (
    [
      ['enable-policy', 'never'],
      ['enable-k8s-networkpolicy', 'false'],
      ['policy-audit-mode', 'true'],
    ] as const
  ).find(([key, value]) => (flag(item, key) ?? data[key]) === value);
  return off === undefined
    ? { id: 'cilium', says: `${verb} Cilium` }
    : { id: 'cilium-without-policy', says: `${verb} Cilium with \`${off.join(': ')}\`` };
};

const kubeRouter: Rule = (item) => {
  if (!fits(item, { container: /^kube-router$/ })) return undefined;
  return flag(item, 'run-firewall') === 'false'
    ? { id: 'kube-router-without-firewall', says: 'runs kube-router with `--run-firewall=false`' }
    : { id: 'kube-router', says: 'runs kube-router' };
};

const kindnet: Rule = (item) => {
  if (!fits(item, { image: /\/kindnetd$/ })) return undefined;
  const policies = flag(item, 'network-policy');
  // kind and minikube tag the image with its date. Network policies were merged on 2024-07-23
  // (kind#3612) and are known to be in the image of 2024-07-30 (kind#3698).
  const date = /\/kindnetd:v(\d{8})-/.exec(item.images.join(' '))?.[1] ?? '';
  if (policies === 'false' || (date !== '' && date < '20240723')) {
    return { id: 'kindnet-without-policy', says: 'runs kindnet without network policies' };
  }
  return policies === 'true' || date >= '20240730'
    ? { id: 'kindnet', says: 'runs kindnet' }
    : undefined;
};

const AWS_CONTROLLER = 'enable-network-policy-controller';

const awsNode: Rule = (item, all) => {
  if (!fits(item, { container: /^aws-node$/, image: /\/amazon-k8s-cni$/ })) return undefined;
  const says = 'runs the Amazon VPC CNI';
  if (!fits(item, { container: /^aws-(eks-nodeagent|network-policy-agent)$/ })) {
    return { id: 'aws-vpc-cni', says: `${says} without its network policy agent` };
  }
  if (flag(item, 'enable-network-policy') === 'false') {
    return { id: 'aws-vpc-cni', says: `${says} with \`--enable-network-policy=false\`` };
  }
  // The agent enforces what the controller resolves; this ConfigMap is the controller's switch.
  return configMap(all, item.namespace, 'amazon-vpc-cni')[AWS_CONTROLLER] === 'false'
    ? { id: 'aws-vpc-cni', says: `${says} with \`${AWS_CONTROLLER}: "false"\`` }
    : { id: 'aws-vpc-cni-with-policy', says: `${says} with its network policy agent` };
};

/** EKS Auto Mode runs the plugin outside the cluster: only this ConfigMap is seen. */
const awsConfig: Rule = (item, all) => {
  const controller = item.kind === 'ConfigMap' ? item.data[AWS_CONTROLLER] : undefined;
  if (item.name !== 'amazon-vpc-cni' || all.some((other) => awsNode(other, all))) return undefined;
  const says = `sets \`${AWS_CONTROLLER}: "${controller}"\``;
  if (controller === 'true') return { id: 'aws-vpc-cni-with-policy', says };
  return controller === 'false' ? { id: 'aws-vpc-cni', says } : undefined;
};

const k3s: Rule = (item, all) => {
  if (item.kind === 'Node') {
    // A JSON list of the arguments; those of an agent do not say what its server does.
    const args = item.data['k3s.io/node-args'] ?? '';
    if (!args.startsWith('["server"')) return undefined;
    return /"--disable-network-policy(=true)?"(?!,"false")/.test(args)
      ? { id: 'k3s-without-policy', says: 'runs k3s with `--disable-network-policy`' }
      : { id: 'k3s', says: 'runs k3s with its network policy controller' };
  }
  const packaged =
    fits(item, { object: /^kube-system\/svclb-/, image: /klipper-lb$/ }) ||
    fits(item, {
      kind: 'Deployment',
      object: /^kube-system\//,
      image: /^rancher\/local-path-prov/,
    });
  return packaged && !all.some((other) => other.kind === 'Node' && k3s(other, all))
    ? { id: 'k3s', says: 'is packaged with k3s, whose network policy controller is on by default' }
    : undefined;
};

const kubeOvn: Rule = (item) => {
  if (!fits(item, { kind: 'Deployment', container: /^kube-ovn-controller$/ })) return undefined;
  if (flag(item, 'non-primary-cni-mode') === 'true') return undefined;
  return flag(item, 'enable-np') === 'false'
    ? { id: 'kube-ovn-without-policy', says: 'runs Kube-OVN with `--enable-np=false`' }
    : { id: 'kube-ovn', says: 'runs Kube-OVN' };
};

const terway: Rule = (item, all) => {
  if (!fits(item, { container: /^terway$/ })) return undefined;
  const config = configMap(all, item.namespace, 'eni-config');
  if (
    config['disable_network_policy'] === 'true' ||
    /"disable_network_policy":\s*"?true/.test(config['eni_conf'] ?? '')
  ) {
    return {
      id: 'terway-without-policy',
      says: 'runs Terway with `disable_network_policy: "true"`',
    };
  }
  return fits(item, { container: /^policy$/ }) ? { id: 'terway', says: 'runs Terway' } : undefined;
};

/** A cluster's CNI configuration of Flannel, or of nothing but reference plugins. */
const cni: Rule = (item) => {
  // kube-router's names only reference plugins too, and it is another object that says the rest;
  // outside kube-system such a file is for builds and containers inside pods.
  if (item.kind !== 'ConfigMap' || item.name.startsWith('kube-router')) return undefined;
  const config = Object.values(item.data).find((text) => /"(cniVersion|plugins)"/.test(text)) ?? '';
  const types = [...config.matchAll(/"type":\s*"([^"]+)"/g)].map((match) => match[1] ?? '');
  if (types.includes('flannel') && item.name.startsWith('kube-flannel')) {
    return { id: 'flannel', says: 'configures Flannel' };
  }
  const main = types.find((type) => type === 'bridge' || type === 'ptp');
  const only = item.namespace === 'kube-system' && types.every((type) => REFERENCE.has(type));
  return main !== undefined && only
    ? { id: 'reference-plugins', says: `configures the reference plugin \`${main}\`` }
    : undefined;
};

const REFERENCE = new Set(
  'bridge ptp host-local static dhcp portmap loopback bandwidth firewall tuning sbr'.split(' '),
);

const RULES = [signs, cilium, kubeRouter, kindnet, awsNode, awsConfig, k3s, kubeOvn, terway, cni];

/**
 * The plugins that the evidence shows, one entry for each row of the table, by workload rather than
 * by ConfigMap where both show it. What is not recognised is left out: no entry is no claim.
 */
export function recognisePlugins(evidence: readonly PluginEvidence[]): RecognisedPlugin[] {
  const found = new Map<string, RecognisedPlugin>();
  const rank = (item: PluginEvidence) => (item.kind === 'ConfigMap' ? 1 : 0);
  for (const because of evidence.toSorted((a, b) => rank(a) - rank(b))) {
    const sightings = RULES.map((rule) => rule(because, evidence));
    const sighting = sightings.find((seen) => seen !== undefined);
    const plugin = PLUGINS.find(({ id }) => id === sighting?.id);
    if (sighting === undefined || plugin === undefined || found.has(plugin.id)) continue;
    const object = [because.namespace, because.name].filter((part) => part !== '').join('/');
    const text = `${because.kind} \`${object}\` ${sighting.says}`;
    found.set(plugin.id, { plugin, because, text });
  }
  return [...found.values()];
}

/**
 * Whether the policies of the input are enforced by anything recognised: one enforcing engine
 * beside plugins that enforce nothing is enough (kube-router as firewall beside Flannel).
 */
export function enforcement(
  found: readonly RecognisedPlugin[],
): 'enforced' | 'not enforced' | 'partly' | 'unknown' {
  const levels = new Set(found.map(({ plugin }) => plugin.enforces));
  if (levels.has('all')) return 'enforced';
  if (levels.has('partly')) return 'partly';
  return levels.has('none') ? 'not enforced' : 'unknown';
}
