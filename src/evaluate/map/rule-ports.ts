import type { PortRule, Rule } from '../../model/policy.ts';
import { PROTOCOLS } from '../../model/port-set.ts';
import { ALL_PORTS_ID, NO_PORTS_ID } from '../grants/port-table.ts';
import type { PortTable } from '../grants/port-table.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { Zones } from '../population/zones.ts';
import { portsOfElement } from '../verdict/match.ts';

/** Above every port number. */
const PORTS = 0x1_0000;

/** The ports rules open, as ids: thousands of rules are put together from a few elements. */
export class RulePorts {
  readonly #ports: PortTable;
  readonly #zones: Zones;
  readonly #numbered = new Map<number, Id>();
  /** By zone, then by name and protocol. */
  readonly #named: readonly Map<string, Id>[];

  constructor(ports: PortTable, zones: Zones) {
    this.#ports = ports;
    this.#zones = zones;
    this.#named = zones.ports.map(() => new Map<string, Id>());
  }

  /** The ports a rule opens on pods of the zone, or where no port has a name. */
  of({ ports }: Rule, zone?: number): Id {
    if (ports === 'all') return ALL_PORTS_ID;
    let all = NO_PORTS_ID;
    for (const element of ports) all = this.#ports.union(all, this.#ofElement(element, zone));
    return all;
  }

  #ofElement(element: PortRule, zone: number | undefined): Id {
    switch (element.kind) {
      case 'nothing':
        return NO_PORTS_ID;
      case 'numbered': {
        const { protocol, low, high } = element;
        const key = (PROTOCOLS.indexOf(protocol) * PORTS + low) * PORTS + high;
        let id = this.#numbered.get(key);
        if (id === undefined) {
          id = this.#ports.add(portsOfElement(element, []));
          this.#numbered.set(key, id);
        }
        return id;
      }
      case 'named': {
        if (zone === undefined) return NO_PORTS_ID;
        const key = `${element.name} ${element.protocol}`;
        const named = this.#named[zone]!;
        let id = named.get(key);
        if (id === undefined) {
          id = this.#ports.add(portsOfElement(element, this.#zones.ports[zone]!));
          named.set(key, id);
        }
        return id;
      }
    }
  }
}

/** Whether a rule, of whatever kind of policy, asks for the names of ports. */
export function namesPorts({
  ports,
}: {
  readonly ports: 'all' | readonly { readonly kind: string }[];
}): boolean {
  return ports !== 'all' && ports.some(({ kind }) => kind === 'named');
}
