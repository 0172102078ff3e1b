import { cover, containsAddress } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import { FAMILIES, formatAddress } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { Node } from '../../model/cluster.ts';
import type { Pod, Workload } from '../../model/workload.ts';

/** Either end of a connection. */
export type Endpoint = WorkloadEndpoint | NodeEndpoint | AddressEndpoint | DomainEndpoint;

/** Pods of one workload that no policy can tell apart. */
export interface WorkloadEndpoint {
  readonly kind: 'workload';
  /** `shop/Deployment/web`, with `#1`, `#2` … where the workload's pods differ. */
  readonly id: string;
  readonly workload: Workload;
  /** The pods, all alike to the policies; the first speaks for all. */
  readonly pods: readonly Pod[];
}

/** A node: its kubelet, its host processes. */
export interface NodeEndpoint {
  readonly kind: 'node';
  readonly id: string;
  readonly node: Node;
}

/** Outside addresses that no policy can tell apart. */
export interface AddressEndpoint {
  readonly kind: 'addresses';
  readonly id: string;
  readonly family: Family;
  /** Inclusive bounds, ascending: one range, or several where pods' own addresses lie between. */
  readonly bounds: readonly bigint[];
}

/**
 * What a DNS name leads to, or all names below one: a destination only, whose addresses nobody knows
 * beforehand (decision D19).
 */
export interface DomainEndpoint {
  readonly kind: 'domain';
  /** `domain/NAME`, or `domain/*.NAME` for all names below it. */
  readonly id: string;
  /** Lower case, without a final dot. */
  readonly name: string;
}

/** The endpoint of a name, or with a leading `*.` of all names below one. */
export function domainEndpoint(name: string): DomainEndpoint {
  return { kind: 'domain', id: `domain/${name}`, name };
}

/** The endpoint of outside addresses of one family, given by their inclusive bounds. */
export function addressEndpoint(family: Family, bounds: readonly bigint[]): AddressEndpoint {
  return new OutsideAddresses(family, bounds);
}

/** Thousands of these are made and few are ever shown, so the id is written when asked for. */
class OutsideAddresses implements AddressEndpoint {
  readonly kind = 'addresses';
  readonly family: Family;
  readonly bounds: readonly bigint[];

  constructor(family: Family, bounds: readonly bigint[]) {
    this.family = family;
    this.bounds = bounds;
  }

  get id(): string {
    const [low, high] = [this.bounds[0]!, this.bounds.at(-1)!];
    const first = formatAddress({ family: this.family, value: low });
    return low === high ? first : `${first}-${formatAddress({ family: this.family, value: high })}`;
  }
}

/** The pod that speaks for a workload endpoint. */
export function podOf(endpoint: WorkloadEndpoint): Pod {
  return endpoint.pods[0]!;
}

/** Whether policies can select the endpoint: a pod with a network of its own (N6). */
export function isSubject(endpoint: Endpoint): endpoint is WorkloadEndpoint {
  return endpoint.kind === 'workload' && !podOf(endpoint).hostNetwork;
}

/** Whether traffic from the endpoint is a node's: the node itself or a hostNetwork pod (N7). */
export function isNodeTraffic(endpoint: Endpoint): boolean {
  return endpoint.kind === 'node' || (endpoint.kind === 'workload' && podOf(endpoint).hostNetwork);
}

/** How many pods or hosts an endpoint stands for; 2 for a range of addresses, a domain and an uncounted DaemonSet. */
export function headCount(endpoint: Endpoint): number {
  switch (endpoint.kind) {
    case 'workload': {
      const count = endpoint.pods.reduce((sum, pod) => sum + pod.count, 0);
      return endpoint.workload.kind === 'DaemonSet' && count === 0 ? 2 : count;
    }
    case 'node':
      return 1;
    case 'addresses':
      return endpoint.bounds[0] === endpoint.bounds.at(-1) ? 1 : 2;
    case 'domain':
      return 2;
  }
}

/** Known addresses of a pod or node; a hostNetwork pod has its node's when it has none of its own. */
export function addressesOf(
  endpoint: WorkloadEndpoint | NodeEndpoint,
  nodes: ReadonlyMap<string, Node>,
): readonly Address[] {
  if (endpoint.kind === 'node') return endpoint.node.addresses;
  return podAddresses(podOf(endpoint), nodes);
}

/** As {@link addressesOf}, of one pod. */
export function podAddresses(pod: Pod, nodes: ReadonlyMap<string, Node>): readonly Address[] {
  if (!pod.hostNetwork || pod.addresses.length > 0 || pod.node === undefined) return pod.addresses;
  return nodes.get(pod.node)?.addresses ?? [];
}

/** Something that holds, does not, or depends on what the input does not tell. */
export type Certainty = 'yes' | 'no' | 'depends';

/** Addresses a policy may be asked about: those known, or where unknown ones may lie. */
export interface AddressView {
  readonly known: readonly Address[];
  /** Where an unknown address may lie; used only when none is known. */
  readonly range: AddressSet;
}

/** The families the view can connect over (decision D1). */
export function familiesOf({ known, range }: AddressView): Family[] {
  return FAMILIES.filter((family) =>
    known.length > 0
      ? known.some((address) => address.family === family)
      : range[family].length > 0,
  );
}

/** Whether a block holds the address the endpoint uses in the family (B6, B7, Z5). */
export function insideBlock(
  { known, range }: AddressView,
  block: AddressSet,
  family: Family,
): Certainty {
  if (known.length === 0) {
    const covered = cover(block, range, family);
    return covered === 'inside' ? 'yes' : covered === 'outside' ? 'no' : 'depends';
  }
  const used = known.filter((address) => address.family === family);
  const inside = used.filter((address) => containsAddress(block, address)).length;
  return inside === 0 ? 'no' : inside === used.length ? 'yes' : 'depends';
}
