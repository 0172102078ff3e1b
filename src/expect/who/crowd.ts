import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import {
  NO_ADDRESSES,
  isEmpty,
  subtractAddresses,
  unionAddresses,
} from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import type { Pod } from '../../model/workload.ts';

/** Any number of possible ends of connections, as a set. */
export interface Crowd {
  readonly pods: ReadonlySet<Pod>;
  /** Ids of nodes and domains: `node/n1`, `domain/example.com`. */
  readonly ids: ReadonlySet<string>;
  readonly outside: AddressSet;
}

export const NOBODY: Crowd = { pods: new Set(), ids: new Set(), outside: NO_ADDRESSES };

/** The crowd of some endpoints. */
export function crowdOf(endpoints: readonly Endpoint[]): Crowd {
  const pods = new Set<Pod>();
  const ids = new Set<string>();
  const outside: AddressSet[] = [];
  for (const endpoint of endpoints) {
    switch (endpoint.kind) {
      case 'workload':
        for (const pod of endpoint.pods) pods.add(pod);
        break;
      case 'addresses':
        outside.push({ ...NO_ADDRESSES, [endpoint.family]: endpoint.bounds });
        break;
      case 'node':
      case 'domain':
        ids.add(endpoint.id);
    }
  }
  return { pods, ids, outside: unionAddresses(outside) };
}

export function together(crowds: readonly Crowd[]): Crowd {
  if (crowds.length === 1) return crowds[0]!;
  return {
    pods: new Set(crowds.flatMap(({ pods }) => [...pods])),
    ids: new Set(crowds.flatMap(({ ids }) => [...ids])),
    outside: unionAddresses(crowds.map(({ outside }) => outside)),
  };
}

/** Those of the crowd who are not in the other. */
export function without(crowd: Crowd, other: Crowd): Crowd {
  return {
    pods: new Set([...crowd.pods].filter((pod) => !other.pods.has(pod))),
    ids: new Set([...crowd.ids].filter((id) => !other.ids.has(id))),
    outside: subtractAddresses(crowd.outside, other.outside),
  };
}

/** The crowd's pods that meet a condition, and nobody else. */
export function podsOf(crowd: Crowd, meets: (pod: Pod) => boolean): Crowd {
  return { ...NOBODY, pods: new Set([...crowd.pods].filter(meets)) };
}

export function isNobody({ pods, ids, outside }: Crowd): boolean {
  return pods.size === 0 && ids.size === 0 && isEmpty(outside);
}
