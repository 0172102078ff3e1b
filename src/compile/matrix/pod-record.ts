import type { WorkloadEndpoint } from '../../evaluate/verdict/endpoint.ts';
import { formatAddress } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { Pod } from '../../model/workload.ts';
import type { ClusterPod } from './change.ts';
import type { Grants } from './grants.ts';
import type { AddressValue, Member, PeerClass } from './peer-class.ts';
import type { PolicyRecord } from './policy-record.ts';
import type { Row } from './row.ts';

/** A pod with a network of its own, as it was told last; a changed pod is another record. */
export class PodRecord {
  /** `namespace/name`. */
  readonly key: string;
  readonly namespace: string;
  readonly pod: Pod;
  /** The pod as the engine's matching sees it. */
  readonly endpoint: WorkloadEndpoint;
  /** Whether it runs on the node the ruleset is for, so that policies may have it as subject. */
  readonly isLocal: boolean;
  readonly addresses: PodAddress[] = [];
  /** The policies that isolate it in some direction; of local pods only. */
  readonly policies: PolicyRecord[] = [];
  /** What the policies that isolate it grant; undefined in a direction in which none does. */
  ingress: Grants | undefined;
  egress: Grants | undefined;

  constructor({ workload, pod }: ClusterPod, isLocal: boolean) {
    this.key = podKey(workload.namespace, pod.name!);
    this.namespace = workload.namespace;
    this.pod = pod;
    this.endpoint = { kind: 'workload', id: this.key, workload, pods: [pod] };
    this.isLocal = isLocal;
  }
}

/** `namespace/name`: the key of a pod everywhere in the compiler. */
export function podKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** What the kernel holds for the address of a pod. */
export interface Programmed {
  /** The id of its class in `peersN`. */
  peer: number | undefined;
  known: boolean;
  /** The link it may send from, as it stands in `sourcesN`. */
  link: string | undefined;
  ingress: Row | undefined;
  egress: Row | undefined;
}

/** An address that pods say they have. */
export class PodAddress implements Member {
  readonly family: Family;
  readonly value: AddressValue;
  readonly text: string;
  /** The pods that say so; more than one while an address changes hands. */
  readonly claims: PodRecord[] = [];
  class: PeerClass | undefined;
  ingress: Row | undefined;
  egress: Row | undefined;
  kernel: Programmed = {
    peer: undefined,
    known: false,
    link: undefined,
    ingress: undefined,
    egress: undefined,
  };

  constructor(address: Address) {
    this.family = address.family;
    this.value = valueOf(address);
    this.text = formatAddress(address);
  }

  /**
   * The pod whose address it is: the only one that says so, or the only one on this node, which gives its
   * own addresses out. Otherwise nobody's: it matches no group and, on this node, is closed.
   */
  get owner(): PodRecord | undefined {
    if (this.claims.length <= 1) return this.claims[0];
    const local = this.claims.filter(({ isLocal }) => isLocal);
    return local.length === 1 ? local[0] : undefined;
  }
}

/** An address as hot loops compare it. */
export function valueOf({ family, value }: Address): AddressValue {
  return family === 4 ? Number(value) : value;
}
