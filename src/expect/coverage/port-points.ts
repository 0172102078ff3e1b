import { PROTOCOLS } from '../../model/port-set.ts';
import type { PortSet, Protocol } from '../../model/port-set.ts';
import type { Port } from '../../evaluate/verdict/verdict.ts';

/** Where sets of ports begin, and where what follows them begins: between two such numbers nothing differs. */
export class PortCuts {
  readonly #cuts: Readonly<Record<Protocol, Set<number>>> = {
    TCP: new Set(),
    UDP: new Set(),
    SCTP: new Set(),
  };

  /** `more`: cuts to add. */
  constructor(sets: Iterable<PortSet>, more?: PortCuts) {
    if (more !== undefined)
      for (const protocol of PROTOCOLS)
        for (const cut of more.#cuts[protocol]) this.#cuts[protocol].add(cut);
    for (const set of sets) {
      for (const protocol of PROTOCOLS)
        set[protocol].forEach((bound, i) =>
          this.#cuts[protocol].add(i % 2 === 0 ? bound : bound + 1),
        );
    }
  }

  /** Ports of a set, one for each part of it in which no other set differs. */
  *pointsOf(ports: PortSet): Generator<Port> {
    for (const protocol of PROTOCOLS) {
      const bounds = ports[protocol];
      for (let i = 0; i < bounds.length; i += 2) {
        const [low, high] = [bounds[i]!, bounds[i + 1]!];
        yield { protocol, number: low };
        if (low === high) continue;
        for (const number of this.#cuts[protocol])
          if (number > low && number <= high) yield { protocol, number };
      }
    }
    if (ports.other) yield { protocol: 'other', number: 0 };
  }
}
