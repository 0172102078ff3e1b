import type { ContainerPort } from '../../model/workload.ts';
import type { Id } from '../ids/pair-memo.ts';
import { SequenceIds } from '../ids/sequence-ids.ts';
import { podOf } from '../verdict/endpoint.ts';
import type { WorkloadEndpoint } from '../verdict/endpoint.ts';
import { namedPortsOf } from '../verdict/match.ts';
import type { PortNames } from './port-names.ts';

/**
 * A coarse partition of the pod classes, by what a grant to all pods can still turn on: how port names
 * resolve there, and whether the address is known. Grants to whole zones need no lists of classes.
 */
export class Zones {
  /** The zone of each subject class. */
  readonly of: Int32Array;
  /** By zone: container ports, among them all whose names policies ask for. */
  readonly ports: readonly (readonly ContainerPort[])[];
  /** By zone: whether the addresses of its pods are known. */
  readonly known: readonly boolean[];

  constructor(pods: readonly WorkloadEndpoint[], portNames: PortNames) {
    const ports: (readonly ContainerPort[])[] = [];
    const known: boolean[] = [];
    const ids = new SequenceIds();
    const zones = new Map<Id, number>();
    this.of = Int32Array.from(pods, (endpoint) => {
      const own = namedPortsOf(endpoint);
      const isKnown = podOf(endpoint).addresses.length > 0;
      const id = ids.longer(ids.ofSorted(portNames.answersOf(own)), isKnown ? 1 : 0);
      let zone = zones.get(id);
      if (zone === undefined) {
        zones.set(id, (zone = ports.push(own) - 1));
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
