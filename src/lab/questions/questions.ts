import { populationOf } from '../../evaluate/population/population.ts';
import type { Port } from '../../evaluate/verdict/verdict.ts';
import { FAMILIES, formatAddress } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { Service, ServicePort } from '../../model/service.ts';
import { dnsServiceOf } from '../dns/dns.ts';
import { backendsOf } from '../services/backends.ts';
import type { LabCluster } from '../state/cluster.ts';
import { labEnds, outsideEnd } from './end.ts';
import type { LabEnd } from './end.ts';
import { expected, predict } from './question.ts';
import type { NameQuestion, Question, Server, Via } from './question.ts';
import { OUTSIDE, dnsServerFor, searchOf } from './stands.ts';

/** Which questions are asked; everything absent means all. */
export interface QuestionFilter {
  readonly vias: ReadonlySet<Via>;
  /** Whether a name of the command line, `ns/name` and so on, stands for an end or a Service. */
  readonly from: (end: LabEnd) => boolean;
  readonly to: (end: LabEnd) => boolean;
  readonly toService: (service: Service) => boolean;
  readonly ports: readonly Port[];
}

/** What the outside is asked for unless ports are given. */
const OUTSIDE_PORTS: readonly Port[] = [
  { protocol: 'TCP', number: 443 },
  { protocol: 'UDP', number: 53 },
];

/** Makes the questions of a lab: every pair of ends, on every port that is of interest there. */
export class Questions {
  readonly ends: readonly LabEnd[];
  /** Parts of the outside that no address stands for. */
  readonly left: number;
  /** A port on which nobody listens. */
  readonly closed: Port;
  readonly #lab: LabCluster;
  readonly #filter: QuestionFilter;
  readonly #byAddress = new Map<string, LabEnd>();
  readonly #served = new Map<LabEnd, readonly Port[]>();

  constructor(lab: LabCluster, filter: QuestionFilter) {
    this.#lab = lab;
    this.#filter = filter;
    const { ends, left } = labEnds(lab, populationOf(lab.cluster));
    this.ends = ends;
    this.left = left;
    for (const end of ends) {
      // A hostNetwork pod has the address of its node, which comes later and is the one to name.
      for (const address of end.addresses) this.#byAddress.set(formatAddress(address), end);
    }
    this.closed = closedPort(ends);
    this.#noteServed();
  }

  /** Beside the ports pods declare: those that Services lead to. */
  #noteServed(): void {
    for (const service of this.#lab.cluster.services) {
      for (const port of service.ports) {
        for (const { address, port: number } of backendsOf(this.#lab.cluster, service, port)) {
          const end = this.#byAddress.get(formatAddress(address));
          if (end === undefined) continue;
          const own = this.#served.get(end) ?? [];
          this.#served.set(end, [...own, { protocol: port.protocol, number }]);
        }
      }
    }
  }

  /** Connections to pods, nodes and the outside by their own addresses. */
  *direct(): Generator<Question> {
    if (!this.#filter.vias.has('pod')) return;
    for (const from of this.ends.filter(this.#filter.from)) {
      for (const to of this.ends.filter(this.#filter.to)) {
        // Policies are pods' only; what passes between others nobody asks.
        if (!isPod(from) && !isPod(to)) continue;
        for (const address of to.addresses) {
          if (!hasFamily(from, address.family)) continue;
          for (const port of this.#portsOf(to)) yield this.#direct(from, to, address, port);
        }
      }
    }
  }

  #direct(from: LabEnd, to: LabEnd, address: Address, port: Port): Question {
    const { family } = address;
    const samePod = from.id === to.id && isPod(from);
    const servers = [predict(this.#lab.cluster, from, to, port, { family, samePod })];
    return { via: 'pod', from, to: to.id, group: to.group, address, port, servers };
  }

  #portsOf(to: LabEnd): readonly Port[] {
    if (this.#filter.ports.length > 0) return this.#filter.ports;
    if (to.stand === OUTSIDE) return OUTSIDE_PORTS;
    const ports = [...to.ports, ...(this.#served.get(to) ?? []), this.closed];
    const byKey = new Map(ports.map((port) => [`${port.protocol} ${port.number}`, port]));
    return [...byKey.values()].map(({ protocol, number }) => ({ protocol, number }));
  }

  /** Connections by the addresses of Services. The outside has no way to those. */
  *services(): Generator<Question> {
    if (!this.#filter.vias.has('service')) return;
    for (const from of this.#clients()) {
      for (const { service, port } of this.#servicePorts()) {
        for (const address of service.addresses) {
          if (hasFamily(from, address.family))
            yield this.at(from, service, port, address, 'service');
        }
      }
    }
  }

  /** One connection to a Service's port at an address: its own, or one of a headless one's pods. */
  at(from: LabEnd, service: Service, port: ServicePort, address: Address, via: Via): Question {
    const to = `svc/${service.namespace}/${service.name}`;
    const asked = { protocol: port.protocol, number: port.port };
    const servers = this.#serversOf(from, service, port, address);
    return { via, from, to, group: to, address, port: asked, servers };
  }

  #serversOf(from: LabEnd, service: Service, port: ServicePort, address: Address): Server[] {
    const { cluster } = this.#lab;
    const { family } = address;
    const { protocol } = port;
    if (service.headless) {
      const asked = { protocol, number: port.port };
      const to = this.#endAt(address);
      return [predict(cluster, from, to, asked, { family, samePod: from.id === to.id })];
    }
    return backendsOf(cluster, service, port)
      .filter((backend) => backend.address.family === family)
      .map((backend) =>
        predict(
          cluster,
          from,
          this.#endAt(backend.address),
          { protocol, number: backend.port },
          { family },
        ),
      );
  }

  #endAt(address: Address): LabEnd {
    return this.#byAddress.get(formatAddress(address)) ?? outsideEnd(address);
  }

  /** The names of Services, asked for by pods. */
  *names(): Generator<{ readonly question: NameQuestion; readonly service: Service }> {
    const dns = dnsServiceOf(this.#lab.cluster);
    const dnsPort = dns?.ports.find(({ protocol, port }) => protocol === 'UDP' && port === 53);
    if (!this.#filter.vias.has('name') || !dns || !dnsPort) return;
    const services = new Set(this.#servicePorts().map(({ service }) => service));
    for (const from of this.#clients().filter(isPod)) {
      const server = dnsServerFor(from.addresses, dns.addresses);
      if (server === undefined) continue;
      const asked = { servers: this.#serversOf(from, dns, dnsPort, server) };
      for (const service of services) {
        const name = `${service.name}.${searchOf(service.namespace)[0]}`;
        const addresses = this.#addressesOf(service);
        if (addresses.length === 0) continue;
        yield { question: { from, name, addresses, dns: asked }, service };
        // Whoever may not ask waits for every name in vain; one tells as much as all.
        if (expected(asked) === 'denied') break;
      }
    }
  }

  #addressesOf(service: Service): readonly Address[] {
    if (!service.headless) return service.addresses;
    const found = service.ports.flatMap((port) => backendsOf(this.#lab.cluster, service, port));
    return found.map(({ address }) => address);
  }

  #clients(): LabEnd[] {
    return this.ends.filter((end) => end.stand !== OUTSIDE && this.#filter.from(end));
  }

  #servicePorts(): { readonly service: Service; readonly port: ServicePort }[] {
    const { ports } = this.#filter;
    const wanted = ({ protocol, port }: ServicePort): boolean =>
      ports.length === 0 || ports.some((one) => one.protocol === protocol && one.number === port);
    return this.#lab.cluster.services
      .filter((service) => service.type !== 'ExternalName' && this.#filter.toService(service))
      .flatMap((service) => service.ports.filter(wanted).map((port) => ({ service, port })));
  }

  /** The ports of a Service that are asked about. */
  portsOfService(service: Service): ServicePort[] {
    return this.#servicePorts().flatMap((one) => (one.service === service ? [one.port] : []));
  }
}

function isPod({ stand, id }: LabEnd): boolean {
  return stand !== OUTSIDE && !id.startsWith('node/');
}

function hasFamily({ addresses }: LabEnd, family: Family): boolean {
  return FAMILIES.includes(family) && addresses.some((address) => address.family === family);
}

function closedPort(ends: readonly LabEnd[]): Port {
  const used = new Set(ends.flatMap(({ ports }) => ports.map(({ number }) => number)));
  let number = 4242;
  while (used.has(number)) number++;
  return { protocol: 'TCP', number };
}
