import type { Reach } from '../../evaluate/grants/reach-table.ts';
import type { Reachability } from '../../evaluate/map/reachability.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { evaluate } from '../../evaluate/verdict/verdict.ts';
import {
  ALL_PORTS,
  NO_PORTS,
  intersectPorts,
  isNoPorts,
  subtractPorts,
} from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Demand } from '../who/target.ts';
import type { Fault } from './judgement.ts';

/** What is not as a demand would have it. */
export type Finding = Pick<Fault, 'ports' | 'answer' | 'unknowns'>;

/** How wrong a reach is, the worse the higher. */
export const FINE = 0;
export const UNSURE = 1;
export const WRONG = 2;

/** How wrong a finding is. */
export function rankOf(finding: Finding | undefined): number {
  if (finding === undefined) return FINE;
  return finding.answer === 'depends' ? UNSURE : WRONG;
}

/** Holds what two ends let through against a demand; few different things occur, so each is worked out once. */
export class Measure {
  readonly #demand: Demand;
  readonly #reachability: Reachability;
  readonly #known: (Finding | undefined)[] = [];
  /** By reach id, as far as it was asked for. */
  readonly #ranks: number[] = [];

  constructor(demand: Demand, reachability: Reachability) {
    this.#demand = demand;
    this.#reachability = reachability;
  }

  /** What is wrong with a reach, by its id; undefined when nothing is. */
  of(reach: number): Finding | undefined {
    return this.rank(reach) === FINE ? undefined : this.#known[reach];
  }

  /** How wrong a reach is. */
  rank(reach: number): number {
    return this.#ranks[reach] ?? this.#find(reach);
  }

  #find(reach: number): number {
    const finding = findingOf(this.#demand, this.#reachability.reach(reach));
    this.#known[reach] = finding;
    return (this.#ranks[reach] = rankOf(finding));
  }

  /** As {@link of}, of two ends that no policy selects, between which rows say nothing. */
  exempt(from: Endpoint, to: Endpoint): Finding | undefined {
    const port = { protocol: 'TCP' as const, number: 1 };
    const { answer } = evaluate(this.#reachability.cluster, { from, to, port });
    const open: Reach = { certain: ALL_PORTS, depends: NO_PORTS, unknowns: [] };
    const shut: Reach = { certain: NO_PORTS, depends: NO_PORTS, unknowns: [] };
    return findingOf(this.#demand, answer === 'allowed' ? open : shut);
  }
}

function findingOf({ kind, ports }: Demand, reach: Reach): Finding | undefined {
  const { certain, depends, unknowns } = reach;
  const found = (wrong: PortSet, answer: Finding['answer']): Finding | undefined =>
    isNoPorts(wrong) ? undefined : { ports: wrong, answer, unknowns };
  if (kind === 'deny') {
    const open = found(intersectPorts(ports, certain), 'allowed');
    return open ?? found(intersectPorts(ports, depends), 'depends');
  }
  const missing = subtractPorts(ports, certain);
  return found(subtractPorts(missing, depends), 'denied') ?? found(missing, 'depends');
}
