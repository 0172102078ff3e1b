import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { enforcement, recognisePlugins } from '../../src/lint/plugins/plugin-recognition.ts';
import type { PluginEvidence } from '../../src/lint/plugins/plugin-recognition.ts';
import { PLUGINS, PLUGINS_AS_OF } from '../../src/lint/plugins/plugins.ts';

// Each case: what it shows => the rows recognised => the answer, then the objects of the input, as
// `Kind namespace/name: container image argument… ; container image…` or `…: key=value ; key=value`.
const CASES = `
nothing is no claim => => unknown
an unknown plugin is no claim => => unknown
  DaemonSet kube-system/my-cni: cni registry.example/cni:v1

Flannel alone => flannel => not enforced
  DaemonSet kube-flannel/kube-flannel-ds: kube-flannel ghcr.io/flannel-io/flannel:v0.27.4 --ip-masq
Flannel from a mirror => flannel => not enforced
  DaemonSet kube-system/kube-flannel: kube-flannel rancher/mirrored-coreos-flannel:v0.15.1
Flannel by its ConfigMap => flannel => not enforced
  ConfigMap kube-flannel/kube-flannel-cfg: cni-conf.json={"plugins":[{"type":"flannel"},{"type":"portmap"}]}
an exporter for Flannel is not Flannel => => unknown
  DaemonSet monitoring/flannel-exporter: flannel-exporter registry.example/flannel-exporter:v1
Flannel with the controller of its chart => flannel-kube-network-policies => enforced
  DaemonSet kube-flannel/kube-flannel-ds: kube-flannel ghcr.io/flannel-io/flannel:v0.27.4 ; kube-network-policies registry.k8s.io/networking/kube-network-policies:v0.7.0
kube-network-policies beside Flannel => flannel kube-network-policies => enforced
  DaemonSet kube-flannel/kube-flannel-ds: kube-flannel ghcr.io/flannel-io/flannel:v0.27.4
  DaemonSet kube-system/kube-network-policies: kube-network-policies registry.k8s.io/networking/kube-network-policies:v1.0.0
Canal of RKE2 => canal => enforced
  DaemonSet kube-system/rke2-canal: calico-node rancher/hardened-calico:v3.30.3 ; kube-flannel rancher/hardened-flannel:v0.27.3

Calico => calico => enforced
  DaemonSet calico-system/calico-node: calico-node quay.io/calico/node:v3.32.0
Calico by its operator, beside the Amazon VPC CNI => aws-vpc-cni calico => enforced
  DaemonSet kube-system/aws-node: aws-node 602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.21.1
  Deployment tigera-operator/tigera-operator: tigera-operator quay.io/tigera/operator:v1.40.0

a bridge in kube-system => reference-plugins => not enforced
  ConfigMap kube-system/cni-config: 10-net.conflist={"cniVersion":"1.0.0","plugins":[{"type":"bridge","ipam":{"type":"host-local"}},{"type":"portmap"}]}
a bridge for builds inside pods => => unknown
  ConfigMap ci/buildkit-cni: cni.conflist={"cniVersion":"1.0.0","plugins":[{"type":"bridge"},{"type":"firewall"}]}
a bridge chained with a plugin of unknown behaviour => => unknown
  ConfigMap kube-system/cni-config: 10-net.conflist={"cniVersion":"1.0.0","plugins":[{"type":"bridge"},{"type":"other"}]}
kube-router, whose CNI configuration is a bridge => kube-router => enforced
  ConfigMap kube-system/kube-router-cfg: cni-conf.json={"cniVersion":"0.3.0","plugins":[{"type":"bridge"}]}
  DaemonSet kube-system/kube-router: kube-router docker.io/cloudnativelabs/kube-router --run-firewall=true
kube-router as firewall beside Flannel => flannel kube-router => enforced
  DaemonSet kube-system/kube-flannel-ds: kube-flannel quay.io/coreos/flannel:v0.15.1
  DaemonSet kube-system/kube-router: kube-router docker.io/cloudnativelabs/kube-router --run-router=false
kube-router that only advertises routes => kube-router-without-firewall => not enforced
  DaemonSet kube-system/kube-router: kube-router docker.io/cloudnativelabs/kube-router --run-firewall=false

Cilium with its defaults => cilium => enforced
  ConfigMap kube-system/cilium-config: enable-policy=default ; policy-audit-mode=false
  DaemonSet kube-system/cilium: cilium-agent quay.io/cilium/cilium:v1.20.1@sha256:0123 --config-dir=/tmp
Cilium that never enforces => cilium-without-policy => not enforced
  DaemonSet kube-system/cilium: cilium-agent quay.io/cilium/cilium:v1.20.1
  ConfigMap kube-system/cilium-config: enable-policy=never
Cilium without the NetworkPolicy API => cilium-without-policy => not enforced
  ConfigMap kube-system/cilium-config: enable-k8s-networkpolicy=false
Cilium in audit mode, by argument => cilium-without-policy => not enforced
  DaemonSet kube-system/cilium: cilium-agent quay.io/cilium/cilium:v1.18.0 --policy-audit-mode
Antrea => antrea => enforced
  DaemonSet kube-system/antrea-agent: antrea-agent antrea/antrea-agent-ubuntu:v2.7.0 ; antrea-ovs antrea/antrea-agent-ubuntu:v2.7.0

kindnet of kind 0.24.0 => kindnet => enforced
  DaemonSet kube-system/kindnet: kindnet-cni docker.io/kindest/kindnetd:v20240813-c6f155d6
kindnet of kind 0.23.0 => kindnet-without-policy => not enforced
  DaemonSet kube-system/kindnet: kindnet-cni docker.io/kindest/kindnetd:v20240513-cd2ac642
kindnet between the two => => unknown
  DaemonSet kube-system/kindnet: kindnet-cni docker.io/kindest/kindnetd:v20240725-00000000
kindnet without a date => => unknown
  DaemonSet kube-system/kindnet: kindnet-cni docker.io/kindest/kindnetd:local
kindnet told to => kindnet => enforced
  DaemonSet kube-system/kindnet: kindnet-cni ghcr.io/aojea/kindnetd:stable --network-policy=true

Weave Net => weave-net => enforced
  DaemonSet kube-system/weave-net: weave weaveworks/weave-kube:2.8.1 ; weave-npc weaveworks/weave-npc:2.8.1
Weave Net without its controller => weave-net-without-npc => not enforced
  DaemonSet kube-system/weave-net: weave weaveworks/weave-kube:2.8.1
Romana => romana => partly
  DaemonSet kube-system/romana-agent: romana-agent quay.io/romana/agent:v2.0.2
OVN-Kubernetes of OpenShift => ovn-kubernetes => enforced
  DaemonSet openshift-ovn-kubernetes/ovnkube-node: ovnkube-controller registry.example/ovn@sha256:0123
OpenShift SDN => openshift-sdn => partly
  DaemonSet openshift-sdn/sdn: sdn registry.example/sdn@sha256:0123

Amazon VPC CNI before its agent => aws-vpc-cni => not enforced
  DaemonSet kube-system/aws-node: aws-node 602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.12.1
Amazon VPC CNI as EKS installs it => aws-vpc-cni => not enforced
  DaemonSet kube-system/aws-node: aws-node x.ecr.example/amazon-k8s-cni:v1.21.1 ; aws-eks-nodeagent x.ecr.example/amazon/aws-network-policy-agent:v1.3.1 --enable-network-policy=false
  ConfigMap kube-system/amazon-vpc-cni: enable-network-policy-controller=false
Amazon VPC CNI with policies => aws-vpc-cni-with-policy => enforced
  DaemonSet kube-system/aws-node: aws-node x.ecr.example/amazon-k8s-cni:v1.21.1 ; aws-eks-nodeagent x.ecr.example/amazon/aws-network-policy-agent:v1.3.1 --enable-network-policy=true
  ConfigMap kube-system/amazon-vpc-cni: enable-network-policy-controller=true
Amazon VPC CNI, agent on, controller off => aws-vpc-cni => not enforced
  DaemonSet kube-system/aws-node: aws-node x.ecr.example/amazon-k8s-cni:v1.21.1 ; aws-eks-nodeagent x.ecr.example/amazon/aws-network-policy-agent:v1.3.1 --enable-network-policy=true
  ConfigMap kube-system/amazon-vpc-cni: enable-network-policy-controller=false
Amazon VPC CNI, agent off, controller on => aws-vpc-cni => not enforced
  DaemonSet kube-system/aws-node: aws-node x.ecr.example/amazon-k8s-cni:v1.21.1 ; aws-eks-nodeagent x.ecr.example/amazon/aws-network-policy-agent:v1.3.1 --enable-network-policy=false
  ConfigMap kube-system/amazon-vpc-cni: enable-network-policy-controller=true
EKS Auto Mode with policies => aws-vpc-cni-with-policy => enforced
  ConfigMap kube-system/amazon-vpc-cni: enable-network-policy-controller=true
the ConfigMap of EKS for something else => => unknown
  ConfigMap kube-system/amazon-vpc-cni: enable-windows-ipam=true

Azure CNI alone => azure-cni => not enforced
  DaemonSet kube-system/azure-cns: cns-container mcr.microsoft.com/containernetworking/v2/azure-cns:v1.8.13
Azure CNI with NPM => azure-cni azure-npm => enforced
  DaemonSet kube-system/azure-cns: cns-container mcr.microsoft.com/containernetworking/azure-cns:v1.6.18
  DaemonSet kube-system/azure-npm: azure-npm mcr.microsoft.com/containernetworking/azure-npm:v1.4.1
Azure CNI powered by Cilium => azure-cni cilium => enforced
  DaemonSet kube-system/azure-cns: cns-container mcr.microsoft.com/containernetworking/azure-cns:v1.6.18
  DaemonSet kube-system/cilium: cilium-agent mcr.microsoft.com/oss/cilium/cilium:1.17.0
GKE with Dataplane V2 => gke-without-policy gke-dataplane-v2 => enforced
  DaemonSet kube-system/netd: netd gke.gcr.io/netd:v0.6.19-gke-v0.2.5-gke.0
  DaemonSet kube-system/anetd: cilium-agent gke.gcr.io/cilium/cilium@sha256:0123
GKE without enforcement => gke-without-policy => not enforced
  DaemonSet kube-system/netd: netd gke.gcr.io/netd-amd64:v0.2.22
a netd of somebody else => => unknown
  DaemonSet kube-system/netd: netd registry.example/netd:v1
OCI VCN-native pod networking => oke-vcn-native => not enforced
  DaemonSet kube-system/vcn-native-ip-cni: cni iad.ocir.io/x/oke-public-vcn-native-ip-cni-plugin@sha256:916f

k3s => k3s => enforced
  Node /n1: k3s.io/node-args=["server","--tls-san","a.example"]
k3s with its controller off => k3s-without-policy => not enforced
  Node /n1: k3s.io/node-args=["server","--disable-network-policy","true"]
k3s with its controller not off => k3s => enforced
  Node /n1: k3s.io/node-args=["server","--disable-network-policy","false"]
an agent of k3s does not say => => unknown
  Node /n1: k3s.io/node-args=["agent"]
k3s with a Flannel of its own, known by ServiceLB => flannel k3s => enforced
  DaemonSet kube-flannel/kube-flannel-ds: kube-flannel ghcr.io/flannel-io/flannel:v0.27.4
  DaemonSet kube-system/svclb-traefik-0123: lb-tcp-80 rancher/klipper-lb:v0.4.9
k3s with its controller off, and ServiceLB => k3s-without-policy => not enforced
  DaemonSet kube-system/svclb-traefik-0123: lb-tcp-80 rancher/klipper-lb:v0.4.9
  Node /n1: k3s.io/node-args=["server","--disable-network-policy"]

Kube-OVN => kube-ovn => enforced
  Deployment kube-system/kube-ovn-controller: kube-ovn-controller kubeovn/kube-ovn:v1.15.0 --enable-np=true
Kube-OVN with policies off => kube-ovn-without-policy => not enforced
  Deployment kube-system/kube-ovn-controller: kube-ovn-controller kubeovn/kube-ovn:v1.15.0 --enable-np=false
Kube-OVN as a secondary plugin => => unknown
  Deployment kube-system/kube-ovn-controller: kube-ovn-controller kubeovn/kube-ovn:v1.15.0 --enable-np=false --non-primary-cni-mode=true
Terway => terway => enforced
  DaemonSet kube-system/terway-eniip: terway registry.aliyuncs.com/acs/terway:v1.16.4 ; policy registry.aliyuncs.com/acs/terway:v1.16.4
Terway with policies off => terway-without-policy => not enforced
  DaemonSet kube-system/terway-eniip: terway registry.aliyuncs.com/acs/terway:v1.16.4 ; policy registry.aliyuncs.com/acs/terway:v1.16.4
  ConfigMap kube-system/eni-config: disable_network_policy=true
`;

/** One object of a case. */
function evidence(line: string): PluginEvidence {
  const [, kind = '', namespace = '', name = '', rest = ''] =
    /^ {2}(\w+) ([^/]*)\/(\S+): (.*)$/.exec(line) ?? [];
  const parts = rest.split(' ; ');
  const entries = parts.map((part) => [part.split('=', 1)[0], part.replace(/^[^=]*=/, '')]);
  const settings = kind === 'ConfigMap' || kind === 'Node';
  const containers = (settings ? [] : parts).map((part) => {
    const [container = '', image = '', ...args] = part.split(' ');
    return { name: container, image, args, env: {} };
  });
  const images = containers.map(({ image }) => image);
  const data: PluginEvidence['data'] = settings ? Object.fromEntries(entries) : {};
  return { kind, namespace, name, images, containers, data };
}

const cases = CASES.split(/\n+(?=\S)/)
  .filter((text) => text.trim() !== '')
  .map((text) => {
    const [head = '', ...objects] = text.trimEnd().split('\n');
    const [why = '', ids = '', answer = ''] = head.split(' =>').map((part) => part.trim());
    const input = objects.filter((line) => line !== '').map(evidence);
    return { why, ids: ids.split(' ').filter((id) => id !== ''), answer, input };
  });

test.each(cases)('$why', ({ ids, answer, input }) => {
  const found = recognisePlugins(input);
  expect(found.map(({ plugin }) => plugin.id)).toEqual(ids);
  expect(enforcement(found)).toBe(answer);
});

test('every row of the table is recognised in some case', () => {
  const covered = new Set(cases.flatMap(({ ids }) => ids));
  expect(PLUGINS.map(({ id }) => id).filter((id) => !covered.has(id))).toEqual([]);
});

test('the text is one clause that names the object and the setting', () => {
  const texts = cases.flatMap(({ input }) => recognisePlugins(input).map((seen) => seen.text));
  expect(texts).toContain('DaemonSet `kube-flannel/kube-flannel-ds` runs Flannel');
  expect(texts).toContain('Node `n1` runs k3s with its network policy controller');
  expect(texts).toContain(
    'DaemonSet `kube-system/aws-node` runs the Amazon VPC CNI with `--enable-network-policy=false`',
  );
});

test('a plugin seen twice is named once, by its workload', () => {
  const config = evidence(
    '  ConfigMap kube-flannel/kube-flannel-cfg: c={"plugins":[{"type":"flannel"}]}',
  );
  const workload = evidence(
    '  DaemonSet kube-flannel/kube-flannel-ds: kube-flannel flannel/flannel:v1',
  );
  const found = recognisePlugins([config, workload, workload]);
  expect(found.map(({ because }) => because)).toEqual([workload]);
});

test('docs/plugins.md says what the table says', () => {
  const docs = readFileSync(new URL('../../docs/plugins.md', import.meta.url), 'utf8');
  expect(docs).toContain(`As of ${PLUGINS_AS_OF}`);
  for (const { name, enforces, since, supports, source } of PLUGINS) {
    const row = docs.split('\n').find((line) => line.startsWith(`| ${name} |`));
    const level = { all: 'yes', none: 'no', partly: 'in part' }[enforces];
    expect(row, name).toContain(`| ${level}${since === undefined ? '' : `, since ${since}`} |`);
    expect(row, name).toContain(`(${source})`);
    if (enforces === 'none') continue;
    const parts =
      `\`ipBlock\` ${supports.ipBlock}, named ports ${supports.namedPorts}, ` +
      `\`endPort\` ${supports.endPort}, SCTP ${supports.sctp}, ` +
      `CNP ${supports.clusterNetworkPolicy}, ANP ${supports.adminNetworkPolicy}.`;
    const verified = Object.values(supports).some((support) => support !== 'not verified');
    expect(row, name).toContain(verified ? parts : 'Parts of the API: not verified.');
  }
});
