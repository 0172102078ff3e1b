import type { Population } from '../evaluate/population/population.ts';
import type { Endpoint } from '../evaluate/verdict/endpoint.ts';
import type { Port } from '../evaluate/verdict/verdict.ts';
import type { Demand } from '../expect/who/target.ts';
import { OUTSIDE_ADDRESSES } from '../lab/network/outside-wiring.ts';
import { labEnds, outsideEnd } from '../lab/questions/end.ts';
import type { LabEnd } from '../lab/questions/end.ts';
import { predict } from '../lab/questions/question.ts';
import type { Question, Server } from '../lab/questions/question.ts';
import { OUTSIDE, nodeStand } from '../lab/questions/stands.ts';
import type { LabCluster } from '../lab/state/cluster.ts';
import { SERVICE_NETWORKS } from '../lab/state/services.ts';
import { usableAddress } from '../lab/state/usable-address.ts';
import type { Address, Family } from '../model/address.ts';
import { PROTOCOLS, hasPort } from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';

/** One connection that an expectation is about, as real packets can try it. */
export interface Trial {
  readonly demand: Demand;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly question: Question;
  /** Trials of one key are alternatives of each other by family (D1). */
  readonly key: string;
}

/** Makes the connections to try in a lab from what expectations demand of its cluster. */
export class Trials {
  readonly #lab: LabCluster;
  readonly #byId: ReadonlyMap<string, LabEnd>;
  readonly #outside: readonly LabEnd[];
  /** A port on which nobody listens: a refusal shows that the packet passed. */
  readonly #closed: Port;

  constructor(lab: LabCluster, population: Population) {
    this.#lab = lab;
    const { ends } = labEnds(lab, population);
    this.#byId = new Map(ends.map((end) => [end.id, end]));
    this.#outside = ends.filter(({ stand }) => stand === OUTSIDE);
    const used = new Set(ends.flatMap(({ ports }) => ports.map(({ number }) => number)));
    let number = 4242;
    while (used.has(number)) number++;
    this.#closed = { protocol: 'TCP', number };
  }

  /** Every connection of a demand, each pair of pods, nodes and chosen addresses. */
  *of(demand: Demand): Generator<Trial> {
    for (const source of [...demand.from.values()].flat()) {
      for (const from of this.#endsOf(source)) {
        // the outside has no way to addresses of Services: it comes to the pods by what forwards it
        const isIn = from.stand !== OUTSIDE;
        if (isIn && demand.service !== undefined && !demand.service.service.headless) {
          yield* this.#toService(demand, source, from);
          continue;
        }
        for (const destination of [...demand.to.values()].flat()) {
          for (const to of this.#endsOf(destination)) {
            if (from.id === to.id || (from.stand === to.stand && !isPod(from))) continue;
            yield* this.#direct(demand, [source, destination], from, to);
          }
        }
      }
    }
  }

  *#direct(
    demand: Demand,
    [source, destination]: readonly [Endpoint, Endpoint],
    from: LabEnd,
    to: LabEnd,
  ): Generator<Trial> {
    for (const address of to.addresses) {
      const { family } = address;
      if (!hasFamily(from, family)) continue;
      for (const port of this.#portsOf(demand.ports, to)) {
        const servers = [predict(this.#lab.cluster, from, to, port, { family })];
        const { id, group } = to;
        const question: Question = { via: 'pod', from, to: id, group, address, port, servers };
        const key = `${keyOf(from)} ${keyOf(to)} ${port.protocol} ${port.number}`;
        yield { demand, from: source, to: destination, question, key };
      }
    }
  }

  /** One connection for each address of the Service, whoever behind it answers. */
  *#toService(demand: Demand, source: Endpoint, from: LabEnd): Generator<Trial> {
    const { service, port } = demand.service!;
    const id = `svc/${service.namespace}/${service.name}`;
    const here = this.#lab.cluster.services.find(
      (one) => one.namespace === service.namespace && one.name === service.name,
    );
    const to = demand.to.values().next().value![0]!;
    const number = PROTOCOLS.map((protocol) => demand.ports[protocol][0]).find((one) => one)!;
    for (const address of here?.addresses ?? []) {
      const { family } = address;
      if (!hasFamily(from, family)) continue;
      const servers = [...demand.to.values()]
        .flat()
        .flatMap((endpoint) =>
          this.#endsOf(endpoint).map((end): Server =>
            predict(this.#lab.cluster, from, end, { ...port, number }, { family }),
          ),
        );
      const question = { via: 'service' as const, from, to: id, group: id, address, port, servers };
      yield { demand, from: source, to, question, key: `${from.id} ${id} ${port.number}` };
    }
  }

  #endsOf(endpoint: Endpoint): LabEnd[] {
    switch (endpoint.kind) {
      case 'workload': {
        const { namespace } = endpoint.workload;
        return endpoint.pods.flatMap(({ name }) => this.#byId.get(`${namespace}/${name}`) ?? []);
      }
      case 'node':
        return [this.#byId.get(nodeStand(endpoint.node.name))].filter((end) => end !== undefined);
      case 'addresses': {
        const { family, bounds } = endpoint;
        const known = this.#outside.filter(({ addresses: [own] }) =>
          isWithin(own!, family, bounds),
        );
        if (known.length > 0) return known.slice(0, 1);
        const address = this.#addressIn(family, bounds);
        return address === undefined ? [] : [outsideEnd(address)];
      }
      case 'domain':
        return [];
    }
  }

  /** Some address within bounds that the outside can have: a well-known one, or one near a border. */
  #addressIn(family: Family, bounds: readonly bigint[]): Address | undefined {
    const known = OUTSIDE_ADDRESSES.find((address) => isWithin(address, family, bounds));
    if (known !== undefined) return known;
    for (let i = 0; i < bounds.length; i += 2) {
      const [low, high] = [bounds[i]!, bounds[i + 1]!];
      // the first of a network is nobody's
      for (const value of low === high ? [low] : [low + 1n, high - 1n, (low + high) / 2n]) {
        const address = { family, value };
        const isService = SERVICE_NETWORKS.some(
          (block) => block.family === family && block.low <= value && value <= block.high,
        );
        if (value >= low && !isService && usableAddress(address) === undefined) return address;
      }
    }
    return undefined;
  }

  /** Of a set of ports, those that tell most: what is served, one that is not, and the ends of short lists. */
  #portsOf(ports: PortSet, to: LabEnd): Port[] {
    const chosen = new Map<string, Port>();
    const add = (port: Port): void => {
      if (port.protocol !== 'other' && !hasPort(ports, port.protocol, port.number)) return;
      chosen.set(`${port.protocol} ${port.number}`, port);
    };
    for (const { protocol, number } of to.ports) add({ protocol, number });
    add(this.#closed);
    for (const protocol of PROTOCOLS) {
      const bounds = ports[protocol];
      if (bounds.length > FEW_BOUNDS) continue;
      const narrow = bounds.filter((bound) => bound !== 1 && bound !== 65_535);
      for (const number of narrow) add({ protocol, number });
    }
    if (ports.other) add({ protocol: 'other', number: 0 });
    return [...chosen.values()];
  }
}

const FEW_BOUNDS = 8;

function isPod({ id, group }: LabEnd): boolean {
  return id !== group;
}

/** The outside is one end as far as families go. */
function keyOf(end: LabEnd): string {
  return end.stand === OUTSIDE ? OUTSIDE : end.id;
}

function hasFamily({ addresses }: LabEnd, family: Family): boolean {
  return addresses.some((address) => address.family === family);
}

function isWithin({ family, value }: Address, own: Family, bounds: readonly bigint[]): boolean {
  if (family !== own) return false;
  return bounds.some((low, i) => i % 2 === 0 && low <= value && value <= bounds[i + 1]!);
}
