import type { ClusterRule } from '../../model/cluster-policy.ts';
import { ALL_PORTS, NO_PORTS, portRange, unionPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { ContainerPort } from '../../model/workload.ts';

type Ports = Exclude<ClusterRule['ports'], 'all'>;

/** What lists without names come to: single connections ask for the same ones thousands of times. */
const WITHOUT_NAMES = new WeakMap<Ports, PortSet>();

/**
 * The ports a rule of a cluster policy is for on a destination, whoever the peer: a name is every container
 * port that bears it, with the protocol it is declared with (C25, C26, C28).
 */
export function clusterPortsOf(
  { ports }: Pick<ClusterRule, 'ports'>,
  destination: readonly ContainerPort[],
): PortSet {
  if (ports === 'all') return ALL_PORTS;
  const known = WITHOUT_NAMES.get(ports);
  if (known !== undefined) return known;
  let all = NO_PORTS;
  for (const element of ports) {
    if (element.kind === 'numbered') {
      all = unionPorts(all, portRange(element.protocol, element.low, element.high));
      continue;
    }
    for (const { name, protocol, number } of destination) {
      if (name === element.name) all = unionPorts(all, portRange(protocol, number, number));
    }
  }
  if (ports.every(({ kind }) => kind === 'numbered')) WITHOUT_NAMES.set(ports, all);
  return all;
}
