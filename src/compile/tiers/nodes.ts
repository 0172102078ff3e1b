import { podAddresses } from '../../evaluate/verdict/endpoint.ts';
import type { Address } from '../../model/address.ts';
import type { Node } from '../../model/cluster.ts';
import { selects } from '../../model/selector.ts';
import type { Pod } from '../../model/workload.ts';
import type { ClusterChange } from '../matrix/change.ts';
import { addressesText, sameLabels } from '../matrix/comparable.ts';
import type { Atom } from '../matrix/peer-class.ts';
import { podKey } from '../matrix/pod-record.ts';
import type { NodeGroup } from '../matrix/tier-atoms.ts';

/** An address at which packets are a node's, and what rules say of that node. */
export interface NodeAddress {
  readonly address: Address;
  readonly surely: readonly Atom[];
  readonly possibly: readonly Atom[];
}

/** The nodes of the cluster and the hostNetwork pods on them, which rules name by their labels (C20, D18). */
export class TierNodes {
  readonly #nodes = new Map<string, Node>();
  readonly #pods = new Map<string, Pod>();

  /** Takes over what changed; whether any rule could tell. */
  take({ nodes, pods }: ClusterChange): boolean {
    let isOther = false;
    for (const name of nodes.removed) isOther = this.#nodes.delete(name) || isOther;
    for (const node of nodes.upserted) {
      const before = this.#nodes.get(node.name);
      this.#nodes.set(node.name, node);
      isOther ||= before === undefined || !isSame(before, node);
    }
    for (const key of pods.removed) isOther = this.#pods.delete(key) || isOther;
    for (const { workload, pod } of pods.upserted) {
      if (pod.name === undefined) continue;
      const key = podKey(workload.namespace, pod.name);
      isOther = this.#pods.delete(key) || isOther;
      if (!pod.hostNetwork) continue;
      this.#pods.set(key, pod);
      isOther = true;
    }
    return isOther;
  }

  /** Every address of a node, with the groups the node is in. */
  addresses(groups: readonly NodeGroup[]): NodeAddress[] {
    if (groups.length === 0) return [];
    const found: NodeAddress[] = [];
    const add = (addresses: readonly Address[], node: Node | undefined): void => {
      if (addresses.length === 0) return;
      const atoms = (unreadable: boolean): Atom[] =>
        groups.filter(({ selector }) => isOn(selector, node, unreadable)).map(({ atom }) => atom);
      const [surely, possibly] = [atoms(false), atoms(true)];
      for (const address of addresses) found.push({ address, surely, possibly });
    };
    for (const node of this.#nodes.values()) add(node.addresses, node);
    for (const pod of this.#pods.values()) {
      add(
        podAddresses(pod, this.#nodes),
        pod.node === undefined ? undefined : this.#nodes.get(pod.node),
      );
    }
    return found;
  }
}

/** Whether a selector has a node; of one nobody has told of, whether it may have it. */
function isOn(
  selector: NodeGroup['selector'],
  node: Node | undefined,
  unreadable: boolean,
): boolean {
  if (node !== undefined) return selects(selector, node.labels, unreadable);
  return selector.length === 0 || unreadable;
}

function isSame(a: Node, b: Node): boolean {
  return (
    sameLabels(a.labels, b.labels) && addressesText(a.addresses) === addressesText(b.addresses)
  );
}
