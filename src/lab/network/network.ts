import { readFileSync } from 'node:fs';
import { runLinkBatch, setSysctls } from '../../kernel/host/links.ts';
import { inNamespace, listNamespaces, namespacePath } from '../../kernel/host/namespace.ts';
import { endProcesses } from '../process/identity.ts';
import { inmatesOf } from '../process/inmates.ts';
import type { LabCluster } from '../state/cluster.ts';
import { isNamespaceOf, namespaceName } from '../state/names.ts';
import type { LabNode } from '../state/nodes.ts';
import type { LabPod } from '../state/pods.ts';
import { nodeWiring, peerWiring, podLinkWiring, strayRoutes } from './node-wiring.ts';
import { outsidePeerWiring, outsideStrayRoutes, outsideWiring } from './outside-wiring.ts';
import { parallel } from './parallel.ts';
import { podWiring } from './pod-wiring.ts';
import {
  addNamespaces,
  deleteNamespaces,
  hasDefaultRoute,
  patiently,
  wire,
} from './wire-namespace.ts';
import { OUTSIDE_MAC, UNDERLAY_MTU, nodeWire } from './wiring.ts';

/** The switch of the underlay. */
const SWITCH = 'br0';

/** How many programs run at once while namespaces are wired. */
const WIDTH = 8;

/** The network namespaces of one lab: made, changed and taken away. */
export class Network {
  readonly lab: string;

  constructor(lab: string) {
    this.lab = lab;
  }

  /** Whether everything of the lab that is no pod is there, as another process left it. */
  stands({ nodes }: LabCluster): boolean {
    const there = new Set(namespacesOf(this.lab));
    return (
      there.has(namespaceName.underlay(this.lab)) &&
      there.has(namespaceName.outside(this.lab)) &&
      nodes.every(({ node }) => there.has(namespaceName.node(this.lab, node.name)))
    );
  }

  /** Makes the pods that are missing or were not finished, and takes away those that should not be there. */
  settlePods(lab: LabCluster): Promise<void> {
    return patiently(async () => {
      const wired = this.#wired(lab.pods);
      const missing = lab.pods.filter((pod) => !wired.includes(pod));
      await this.#groupLinks(wired, lab);
      await this.#removeLinks(missing, lab);
      await this.#removeOthers(wired);
      await this.addPods(missing, lab);
    });
  }

  /** Makes the links of pods those that the rules know them by. */
  async #groupLinks(pods: readonly LabPod[], { nodes }: LabCluster): Promise<void> {
    for (const { node } of nodes) {
      const local = pods.filter(({ pod, link }) => link !== undefined && pod.node === node.name);
      await runLinkBatch(
        local.map(({ link, linkGroup }) => `link set ${link} group ${linkGroup}`),
        { netns: this.nodePath(node.name) },
      );
    }
  }

  /** The pods that are there with all their links. */
  #wired(pods: readonly LabPod[]): LabPod[] {
    const there = new Set(namespacesOf(this.lab));
    return pods.filter((pod) => {
      if (pod.link === undefined) return true;
      if (!there.has(namespaceName.pod(this.lab, pod.key))) return false;
      // The routes are the last that a pod gets.
      return inNamespace(this.podPath(pod), hasDefaultRoute);
    });
  }

  /** Takes away the namespaces of pods that are not among those given. */
  async #removeOthers(pods: readonly LabPod[]): Promise<void> {
    const kept = new Set(pods.map(({ key }) => namespaceName.pod(this.lab, key)));
    const begin = namespaceName.pod(this.lab, '');
    const others = namespacesOf(this.lab).filter(
      (name) => name.startsWith(begin) && !kept.has(name),
    );
    await deleteNamespaces(others);
  }

  /** Makes the underlay, the outside and the nodes, in place of all that was there; no pod yet. */
  addNodes(lab: LabCluster): Promise<void> {
    return patiently(async () => {
      await this.remove();
      await this.#addAll(lab);
    });
  }

  async #addAll({ nodes }: LabCluster): Promise<void> {
    const names = [
      namespaceName.underlay(this.lab),
      namespaceName.outside(this.lab),
      ...nodes.map(({ node }) => namespaceName.node(this.lab, node.name)),
    ];
    await addNamespaces(names);
    const [underlay, outside] = names.map(namespacePath) as [string, string];
    await setSysctls({ 'net.ipv6.conf.default.disable_ipv6': 1 }, { netns: underlay });
    await runLinkBatch(
      [
        `link add ${SWITCH} mtu ${UNDERLAY_MTU} type bridge mcast_snooping 0`,
        `link set ${SWITCH} up`,
        ...switchPort('outside', OUTSIDE_MAC, namespaceName.outside(this.lab)),
      ],
      { netns: underlay },
    );
    await wire(outside, outsideWiring());
    for (const [i, node] of nodes.entries()) await this.#addNode(node, nodes.slice(0, i));
  }

  /** Joins one more node to those that are there. */
  async addNode(node: LabNode, others: readonly LabNode[]): Promise<void> {
    await addNamespaces([namespaceName.node(this.lab, node.node.name)]);
    await this.#addNode(node, others);
  }

  async #addNode(node: LabNode, others: readonly LabNode[]): Promise<void> {
    const path = this.nodePath(node.node.name);
    const wiring = nodeWiring(node);
    await setSysctls(wiring.settings, { netns: path });
    await runLinkBatch(
      switchPort(
        `n${node.index}`,
        nodeWire.mac(node),
        namespaceName.node(this.lab, node.node.name),
      ),
      { netns: namespacePath(namespaceName.underlay(this.lab)) },
    );
    await wire(path, wiring);
    await runLinkBatch(outsidePeerWiring(node), { netns: this.outsidePath() });
    for (const other of others) {
      await wire(path, peerWiring(node, other));
      await wire(this.nodePath(other.node.name), peerWiring(other, node));
    }
  }

  /** Makes pods of the lab and joins them to their nodes; hostNetwork pods need nothing. */
  async addPods(pods: readonly LabPod[], { nodes }: LabCluster): Promise<void> {
    const own = pods.filter(({ link }) => link !== undefined);
    await addNamespaces(own.map(({ key }) => namespaceName.pod(this.lab, key)));
    await parallel(own, WIDTH, (pod) =>
      setSysctls(podWiring(pod).settings, { netns: this.podPath(pod) }),
    );
    for (const node of nodes) {
      const local = own.filter(({ pod }) => pod.node === node.node.name);
      const netns = this.nodePath(node.node.name);
      const links = local.flatMap((pod) =>
        podLinkWiring(node, pod, namespaceName.pod(this.lab, pod.key)),
      );
      await runLinkBatch(links, { netns });
      for (const pod of local) await this.#routeStray(pod, node, nodes, 'add');
    }
    await parallel(own, WIDTH, (pod) =>
      runLinkBatch(podWiring(pod).links, { netns: this.podPath(pod) }),
    );
  }

  /** Takes pods away, with the programs that run in them. */
  async removePods(pods: readonly LabPod[], { nodes }: LabCluster): Promise<void> {
    const own = pods.filter(({ link }) => link !== undefined);
    if (own.length === 0) return;
    await endProcesses(inmatesOf(own.map((pod) => this.podPath(pod))));
    for (const node of nodes) {
      const local = own.filter(({ pod }) => pod.node === node.node.name);
      for (const pod of local) await this.#routeStray(pod, node, nodes, 'remove');
      const netns = this.nodePath(node.node.name);
      await runLinkBatch(
        local.map(({ link }) => `link del ${link}`),
        { netns },
      );
    }
    await deleteNamespaces(own.map(({ key }) => namespaceName.pod(this.lab, key)));
  }

  /** Takes away what is left of pods that were not finished. */
  async #removeLinks(pods: readonly LabPod[], { nodes }: LabCluster): Promise<void> {
    for (const { node } of nodes) {
      const netns = this.nodePath(node.name);
      const local = pods.filter(({ pod, link }) => link !== undefined && pod.node === node.name);
      const there = inNamespace(netns, () => readFileSync('/proc/thread-self/net/dev', 'utf8'));
      const left = local.filter(({ link }) => there.includes(` ${link}:`));
      await runLinkBatch(
        left.map(({ link }) => `link del ${link}`),
        { netns },
      );
    }
  }

  async #routeStray(
    pod: LabPod,
    home: LabNode,
    nodes: readonly LabNode[],
    what: 'add' | 'remove',
  ): Promise<void> {
    await runLinkBatch(outsideStrayRoutes(pod, home)[what], { netns: this.outsidePath() });
    for (const route of strayRoutes(pod, home, nodes)) {
      await runLinkBatch(route[what], { netns: this.nodePath(route.node.node.name) });
    }
  }

  podPath({ key, link, pod }: LabPod): string {
    return link === undefined
      ? this.nodePath(pod.node)
      : namespacePath(namespaceName.pod(this.lab, key));
  }

  nodePath(node: string): string {
    return namespacePath(namespaceName.node(this.lab, node));
  }

  outsidePath(): string {
    return namespacePath(namespaceName.outside(this.lab));
  }

  /** Takes everything of the lab away that has a name; never fails for what is not there. */
  async remove(): Promise<void> {
    await deleteNamespaces(namespacesOf(this.lab));
  }
}

/** The names of all network namespaces of a lab. */
export function namespacesOf(lab: string): string[] {
  return listNamespaces(`sluice-${lab}-`).filter((name) => isNamespaceOf(lab, name));
}

function switchPort(port: string, mac: string, netns: string): string[] {
  return [
    `link add ${port} mtu ${UNDERLAY_MTU} type veth peer name eth0 mtu ${UNDERLAY_MTU} address ${mac} netns ${netns}`,
    `link set ${port} master ${SWITCH} up`,
  ];
}
