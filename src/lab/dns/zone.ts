import { backends } from '../../evaluate/question/ask.ts';
import { podAddresses } from '../../evaluate/verdict/endpoint.ts';
import { formatAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Service, ServicePort } from '../../model/service.ts';
import { backendsOf } from '../services/backends.ts';
import { domainEntries, outsideRecords } from './outside-names.ts';
import { reverseName } from './reverse.ts';

/** What a name leads to. */
export type DnsData =
  | { readonly type: 'A' | 'AAAA' | 'PTR' | 'NS'; readonly data: string }
  | { readonly type: 'TXT'; readonly data: string }
  | {
      readonly type: 'SRV';
      readonly data: { readonly port: number; readonly target: string };
    };

/** What is known of a name. */
export type DnsLookup =
  /** its records of every type; none when only names below it exist */
  | { readonly kind: 'found'; readonly records: readonly DnsData[] }
  | { readonly kind: 'no-such-name' }
  /** not a name of the cluster */
  | { readonly kind: 'not-ours' };

export const CLUSTER_DOMAIN = 'cluster.local';

/** The version of the specification that names follow. */
const VERSION = '1.1.0';

/**
 * All names of a cluster, after the Kubernetes DNS-Based Service Discovery specification 1.1.0 with
 * CoreDNS's choices: dashed addresses for the pods behind a headless Service, own names for those of a
 * StatefulSet, and `ADDRESS.NAMESPACE.pod` for pods that are there. Names are looked up in any case. Names outside that
 * policies are about lead to the outside.
 */
export class DnsZone {
  readonly domain: string;
  readonly #records = new Map<string, DnsData[]>();
  /** What policies say of names outside. */
  readonly #entries: ReadonlySet<string>;

  constructor(cluster: Cluster, domain = CLUSTER_DOMAIN) {
    this.domain = domain;
    this.#entries = domainEntries(cluster);
    this.#add(`dns-version.${domain}`, { type: 'TXT', data: VERSION });
    this.#add(domain, { type: 'NS', data: `ns.dns.${domain}` });
    for (const name of [`svc.${domain}`, `pod.${domain}`]) this.#has(name);
    for (const namespace of cluster.namespaces.keys()) {
      this.#has(`${namespace}.svc.${domain}`);
      this.#has(`${namespace}.pod.${domain}`);
    }
    for (const service of cluster.services) this.#addService(cluster, service);
    this.#addPods(cluster);
  }

  lookup(name: string): DnsLookup {
    const lower = name.toLowerCase();
    const records = this.#records.get(lower);
    if (records !== undefined) return { kind: 'found', records };
    const ours = lower.endsWith(`.${this.domain}`) || /\.(?:in-addr|ip6)\.arpa$/.test(lower);
    if (ours) return { kind: 'no-such-name' };
    const outside = outsideRecords(this.#entries, lower);
    return outside.length > 0 ? { kind: 'found', records: outside } : { kind: 'not-ours' };
  }

  #addService(cluster: Cluster, service: Service): void {
    const name = `${service.name}.${service.namespace}.svc.${this.domain}`;
    this.#has(name);
    if (service.headless) {
      this.#addHeadless(cluster, service, name);
      return;
    }
    for (const address of service.addresses) {
      this.#add(name, addressRecord(address));
      this.#add(reverseName(address), { type: 'PTR', data: name });
    }
    for (const port of service.ports) {
      if (port.name === undefined) continue;
      this.#add(portName(port, name), { type: 'SRV', data: { port: port.port, target: name } });
    }
  }

  /** A headless Service's name is the addresses of its pods, and each pod has a name below it. */
  #addHeadless(cluster: Cluster, service: Service, name: string): void {
    const names = new Map<string, string>();
    for (const { host, address } of members(cluster, service)) {
      const own = `${host}.${name}`;
      names.set(formatAddress(address), own);
      this.#add(name, addressRecord(address));
      this.#add(own, addressRecord(address));
      this.#add(reverseName(address), { type: 'PTR', data: own });
    }
    for (const port of service.ports) {
      if (port.name === undefined) continue;
      for (const { address, port: number } of backendsOf(cluster, service, port)) {
        const target = names.get(formatAddress(address));
        if (target === undefined) continue;
        this.#add(portName(port, name), { type: 'SRV', data: { port: number, target } });
      }
    }
  }

  #addPods(cluster: Cluster): void {
    for (const { namespace, pods } of cluster.workloads) {
      for (const pod of pods) {
        for (const address of podAddresses(pod, cluster.nodes)) {
          const name = `${dashed(address)}.${namespace}.pod.${this.domain}`;
          this.#add(name, addressRecord(address));
        }
      }
    }
  }

  #add(name: string, record: DnsData): void {
    const records = this.#has(name);
    // endpoints that differ in their port only are one address
    if (!records.some((one) => isSame(one, record))) records.push(record);
  }

  /** The name, and all it is below, exist from now on (RFC 8020). */
  #has(name: string): DnsData[] {
    const lower = name.toLowerCase();
    const known = this.#records.get(lower);
    if (known !== undefined) return known;
    const records: DnsData[] = [];
    this.#records.set(lower, records);
    const parent = lower.slice(lower.indexOf('.') + 1);
    if (parent.endsWith(this.domain)) this.#has(parent);
    return records;
  }
}

function isSame(a: DnsData, b: DnsData): boolean {
  if (a.type !== b.type) return false;
  if (a.type !== 'SRV' || b.type !== 'SRV') return a.data === b.data;
  return a.data.port === b.data.port && a.data.target === b.data.target;
}

/** The pods, or listed addresses, behind a headless Service and what each is called there. */
function members(cluster: Cluster, service: Service): { host: string; address: Address }[] {
  if (service.selector === undefined) {
    return service.endpoints.flatMap(({ addresses }) =>
      addresses.map((address) => ({ host: dashed(address), address })),
    );
  }
  return backends(cluster, service).flatMap((endpoint) => {
    if (endpoint.kind !== 'workload') return [];
    const [pod] = endpoint.pods;
    // the model does not say which Service governs a StatefulSet: every headless one that selects it may
    const own = endpoint.workload.kind === 'StatefulSet' ? pod!.name : undefined;
    return podAddresses(pod!, cluster.nodes).map((address) => ({
      host: own ?? dashed(address),
      address,
    }));
  });
}

function addressRecord(address: Address): DnsData {
  return { type: address.family === 4 ? 'A' : 'AAAA', data: formatAddress(address) };
}

function portName({ name, protocol }: ServicePort, service: string): string {
  return `_${name}._${protocol.toLowerCase()}.${service}`;
}

/** `10-244-0-7`, `fd00--7`: an address as a label; one that begins or ends with `::` gets a zero there. */
function dashed(address: Address): string {
  return formatAddress(address)
    .replace(/^::/, '0::')
    .replace(/::$/, '::0')
    .replaceAll(/[.:]/g, '-');
}
