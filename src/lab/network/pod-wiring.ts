import type { LabPod } from '../state/pods.ts';
import {
  HOST_MAC,
  ICMP_UNLIMITED,
  PLAIN_IPV6,
  POD_GATEWAY,
  addressOn,
  neighbour,
} from './wiring.ts';
import type { Wiring } from './wiring.ts';

/** A pod's own side: an address of its own, and everything by way of its node. */
export function podWiring({ pod }: LabPod): Wiring {
  const families = [...new Set(pod.addresses.map(({ family }) => family))];
  return {
    settings: { ...ICMP_UNLIMITED, ...PLAIN_IPV6 },
    links: [
      'link set lo up',
      'link set eth0 addrgenmode none',
      'link set eth0 up',
      ...pod.addresses.map((address) => addressOn('eth0', address)),
      ...families.flatMap((family) => [
        neighbour(POD_GATEWAY[family], HOST_MAC, 'eth0'),
        `route add default via ${POD_GATEWAY[family]} dev eth0 onlink`,
      ]),
    ],
  };
}
