import type { ContainerPort } from '../model/workload.ts';
import { portNameKey } from './distinctions.ts';
import { podOf } from './endpoint.ts';
import type { WorkloadEndpoint } from './endpoint.ts';
import { namedPortsOf } from './match.ts';

/**
 * A coarse partition of the pod classes, by what a grant to all pods can still turn on: how port names
 * resolve there, and whether the address is known. Grants to whole zones need no lists of classes.
 */
export class Zones {
  /** The zone of each subject class. */
  readonly of: Int32Array;
  /** By zone: the container ports whose names policies ask for. */
  readonly ports: readonly (readonly ContainerPort[])[];
  /** By zone: whether the addresses of its pods are known. */
  readonly known: readonly boolean[];

  constructor(pods: readonly WorkloadEndpoint[], portNames: ReadonlySet<string>) {
    const ports: (readonly ContainerPort[])[] = [];
    const known: boolean[] = [];
    const bySignature = new Map<string, number>();
    this.of = Int32Array.from(pods, (endpoint) => {
      const named = namedPortsOf(endpoint).filter((port) => portNames.has(portNameKey(port)));
      const isKnown = podOf(endpoint).addresses.length > 0;
      const resolved = named.map((port) => `${portNameKey(port)} ${port.number}`).sort();
      const signature = `${isKnown}|${resolved.join()}`;
      let zone = bySignature.get(signature);
      if (zone === undefined) {
        bySignature.set(signature, (zone = ports.length));
        ports.push(named);
        known.push(isKnown);
      }
      return zone;
    });
    this.ports = ports;
    this.known = known;
  }

  get count(): number {
    return this.ports.length;
  }
}
