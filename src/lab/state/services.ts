import { parseBlock } from '../../model/address-set.ts';
import { formatAddress } from '../../model/address.ts';
import type { Address, Family } from '../../model/address.ts';
import type { Service, ServicePort } from '../../model/service.ts';
import type { AddressPool } from './address-pool.ts';
import { keptAddresses, keptAt } from './kept.ts';
import type { Kept } from './kept.ts';
import { LabRefusal } from './refusal.ts';
import { usableAddress } from './usable-address.ts';

/** Where ClusterIPs come from when the input does not give them. */
export const SERVICE_NETWORKS = ['10.96.0.0/16', 'fd00:10:96::/112'].map((cidr) =>
  parseBlock(cidr)!,
);

/** The API server's default --service-node-port-range. */
const NODE_PORTS = { low: 30_000, high: 32_767 };

/** Gives every Service its ClusterIPs, one a family, and its node ports; a headless one has neither. */
export function labServices(
  services: readonly Service[],
  kept: Kept,
  families: readonly Family[],
  pool: AddressPool,
  notes: string[],
): Service[] {
  // What is given comes first, then what was before, and only then is anything new given out.
  const given = services.map((service) => givenAddresses(service, pool, notes));
  const before = services.map((service, i) =>
    given[i]!.length > 0 ? [] : keptAddressesOf(service, kept, pool),
  );
  const ports = new NodePorts(services, kept);
  return services.map((service, i) => {
    if (!hasAddress(service)) return { ...service, addresses: [] };
    let addresses = [...given[i]!, ...before[i]!];
    if (addresses.length === 0) addresses = newAddresses(service, families, pool);
    return { ...service, addresses, ports: ports.of(service) };
  });
}

/** Whether a Service has an address of its own (ClusterIP, NodePort, LoadBalancer). */
export function hasAddress({ headless, type }: Service): boolean {
  return !headless && type !== 'ExternalName';
}

function givenAddresses(service: Service, pool: AddressPool, notes: string[]): Address[] {
  if (!hasAddress(service)) return [];
  const owner = ownerOf(service);
  return service.addresses.filter((address) => {
    const fault = usableAddress(address) ?? (pool.claim(address, owner) ? undefined : 'is taken');
    if (fault === undefined) return true;
    const text = formatAddress(address);
    notes.push(
      `Service \`${keyOf(service)}\`: its address ${text} ${fault}; it has another one here`,
    );
    return false;
  });
}

function keptAddressesOf(service: Service, kept: Kept, pool: AddressPool): Address[] {
  if (!hasAddress(service)) return [];
  const before = keptAddresses(keptAt(kept.services, keyOf(service))?.addresses ?? []);
  return before.filter((address) => pool.claim(address, ownerOf(service)));
}

function newAddresses(service: Service, families: readonly Family[], pool: AddressPool): Address[] {
  return SERVICE_NETWORKS.filter(({ family }) => families.includes(family)).map((network) => {
    const address = pool.take(network, ownerOf(service));
    if (address === undefined) throw new LabRefusal('there are no more addresses for Services');
    return address;
  });
}

function keyOf({ namespace, name }: Service): string {
  return `${namespace}/${name}`;
}

/** Told from a pod of the same name. */
function ownerOf(service: Service): string {
  return `svc/${keyOf(service)}`;
}

/** Which node port is whose: those given, those of before, and after them the lowest free ones. */
class NodePorts {
  readonly #taken = new Map<string, string>();
  #next = NODE_PORTS.low;

  constructor(services: readonly Service[], kept: Kept) {
    for (const service of services) {
      for (const port of service.ports) {
        if (port.nodePort !== undefined) this.#claim(service, port, port.nodePort);
      }
    }
    for (const service of services.filter(hasNodePorts)) {
      const before = keptAt(kept.services, keyOf(service))?.nodePorts ?? {};
      for (const port of service.ports) {
        const number = keptAt(before, `${port.protocol}/${port.port}`);
        if (port.nodePort === undefined && number !== undefined) this.#claim(service, port, number);
      }
    }
  }

  of(service: Service): readonly ServicePort[] {
    if (!hasNodePorts(service)) return service.ports;
    return service.ports.map((port) => ({
      ...port,
      nodePort: port.nodePort ?? this.#claimed(service, port) ?? this.#free(service, port),
    }));
  }

  #claim(service: Service, port: ServicePort, number: number): boolean {
    const key = `${port.protocol} ${number}`;
    if (this.#taken.has(key)) return false;
    this.#taken.set(key, portKey(service, port));
    return true;
  }

  #claimed(service: Service, port: ServicePort): number | undefined {
    const key = portKey(service, port);
    const found = [...this.#taken].find(([, owner]) => owner === key);
    return found && Number(found[0].split(' ')[1]);
  }

  #free(service: Service, port: ServicePort): number {
    while (this.#next <= NODE_PORTS.high) {
      const number = this.#next++;
      if (this.#claim(service, port, number)) return number;
    }
    throw new LabRefusal('there are no more node ports for Services');
  }
}

function hasNodePorts({ type }: Service): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

function portKey(service: Service, { protocol, port }: ServicePort): string {
  return `${keyOf(service)} ${protocol}/${port}`;
}
