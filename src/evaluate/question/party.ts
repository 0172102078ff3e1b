import {
  addressRange,
  subtractAddresses,
  unionAddresses,
  parseBlock,
  ALL_ADDRESSES,
  intersectAddresses,
} from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import { formatAddress, parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import { parseDomainName } from '../../model/domain-name.ts';
import { nearest } from '../../model/nearest.ts';
import type { Service } from '../../model/service.ts';
import { workloadId } from '../../model/workload.ts';
import type { Workload } from '../../model/workload.ts';
import type { Population } from '../population/population.ts';
import { addressEndpoint, domainEndpoint } from '../verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';
import { splitAddresses, outsideAddresses } from '../verdict/outside.ts';

/** Who a question is about: what one name on the command line stands for. */
export type Party =
  | {
      readonly kind: 'endpoints';
      readonly name: string;
      /** More than one where a workload's pods differ, or blocks divide the internet. */
      readonly endpoints: readonly Endpoint[];
      /** Whether a single pod is meant, so that it may be both ends itself (N4). */
      readonly onePod: boolean;
    }
  | { readonly kind: 'service'; readonly name: string; readonly service: Service };

/** A name that means nothing here, and what to write instead. */
export interface UnknownParty {
  readonly kind: 'unknown';
  readonly message: string;
}

/** The name that stands for every public address. */
export const INTERNET = 'internet';

/**
 * Finds who `ns/name`, `ns/Kind/name`, `node/NAME`, an address, `internet`, `svc/ns/name` or `domain/NAME`
 * is. One name without a namespace is taken to be in `default` when there is one such workload, else anywhere.
 */
export function findParty(
  cluster: Cluster,
  population: Population,
  name: string,
): Party | UnknownParty {
  const address = parseAddress(name);
  if (address !== undefined) return partyAt(cluster, address);
  if (name === INTERNET) return internetParty(cluster, population);
  const parts = name.split('/');
  const [first, second, third] = parts;
  if (first === 'svc' || first === 'service' || second === 'Service') {
    const [namespace, own] = second === 'Service' ? [first!, third] : [second!, third];
    return serviceParty(cluster, name, namespace, own);
  }
  if (first === 'domain' && parts.length === 2) {
    const domain = parseDomainName(second!);
    if (domain !== undefined) {
      const endpoint = domainEndpoint(domain);
      return { kind: 'endpoints', name: endpoint.id, endpoints: [endpoint], onePod: false };
    }
    if (!cluster.namespaces.has('domain')) return noDomain(second!);
  }
  if (first === 'node' && parts.length === 2) {
    const node = cluster.nodes.get(second!);
    if (node === undefined)
      return unknown(
        name,
        [...cluster.nodes.keys()].map((one) => `node/${one}`),
      );
    return {
      kind: 'endpoints',
      name,
      endpoints: [{ kind: 'node', id: name, node }],
      onePod: false,
    };
  }
  return workloadParty(cluster, population, name, parts);
}

/** As {@link findParty}, of who connects: that is nobody known by a name (decision D19). */
export function findSource(
  cluster: Cluster,
  population: Population,
  name: string,
): Party | UnknownParty {
  const party = findParty(cluster, population, name);
  const isDomain =
    party.kind === 'endpoints' && party.endpoints.some(({ kind }) => kind === 'domain');
  if (!isDomain) return party;
  const message = `\`${party.name}\` cannot connect: a name says where to, not from where; ask from an address or \`internet\``;
  return { kind: 'unknown', message };
}

function noDomain(text: string): UnknownParty {
  const message = `\`${text}\` is no domain name; write one like \`domain/www.example.com\`, or \`domain/*.example.com\` for all names below it`;
  return { kind: 'unknown', message };
}

function workloadParty(
  cluster: Cluster,
  population: Population,
  name: string,
  parts: readonly string[],
): Party | UnknownParty {
  const matches = cluster.workloads.filter((workload) => isNamed(workload, parts));
  const inDefault = matches.filter((workload) => workload.namespace === 'default');
  const found = parts.length === 1 && inDefault.length === 1 ? inDefault : matches;
  if (found.length > 1) {
    const choices = found.map((workload) => `\`${workloadId(workload)}\``).join(' or ');
    return { kind: 'unknown', message: `\`${name}\` may be ${choices}; write one of these` };
  }
  const [workload] = found;
  if (workload === undefined) return podParty(cluster, name, parts);
  const endpoints = population.endpoints.filter(
    (endpoint) => endpoint.kind === 'workload' && endpoint.workload === workload,
  );
  return {
    kind: 'endpoints',
    name: workloadId(workload),
    endpoints,
    onePod: workload.kind === 'Pod',
  };
}

/** A pod that belongs to a workload may be named by itself: `ns/Pod/name`, or `ns/name`. */
function podParty(cluster: Cluster, name: string, parts: readonly string[]): Party | UnknownParty {
  const [namespace, kind, own] = parts.length === 3 ? parts : [parts[0], 'Pod', parts[1]];
  for (const workload of cluster.workloads) {
    if (workload.namespace !== namespace || kind !== 'Pod') continue;
    const pod = workload.pods.find((one) => one.name === own);
    if (pod === undefined) continue;
    const id = `${namespace}/Pod/${own}`;
    const endpoint: WorkloadEndpoint = { kind: 'workload', id, workload, pods: [pod] };
    return { kind: 'endpoints', name: id, endpoints: [endpoint], onePod: true };
  }
  const known = cluster.workloads.map((workload) =>
    parts.length === 3 ? workloadId(workload) : `${workload.namespace}/${workload.name}`,
  );
  return unknown(name, known);
}

function isNamed({ namespace, kind, name }: Workload, parts: readonly string[]): boolean {
  if (parts.length === 3) {
    return (
      parts[0] === namespace && parts[1]!.toLowerCase() === kind.toLowerCase() && parts[2] === name
    );
  }
  return parts.length === 2 ? parts[0] === namespace && parts[1] === name : parts[0] === name;
}

function serviceParty(
  cluster: Cluster,
  name: string,
  namespace: string,
  own: string | undefined,
): Party | UnknownParty {
  const service = cluster.services.find((one) => one.namespace === namespace && one.name === own);
  if (service !== undefined) return { kind: 'service', name: `svc/${namespace}/${own}`, service };
  return unknown(
    name,
    cluster.services.map((one) => `svc/${one.namespace}/${one.name}`),
  );
}

function unknown(name: string, candidates: readonly string[]): UnknownParty {
  const meant = nearest(name, candidates);
  const remedy =
    meant === undefined
      ? 'write NAMESPACE/NAME, NAMESPACE/KIND/NAME, node/NAME, svc/NAMESPACE/NAME, domain/NAME, an address, or `internet`'
      : `did you mean \`${meant}\`?`;
  return { kind: 'unknown', message: `there is no \`${name}\` in the input: ${remedy}` };
}

/** An address is the pod that has it, else the node, else a Service, else the outside (D11). */
function partyAt(cluster: Cluster, address: Address): Party {
  const has = (list: readonly Address[]): boolean =>
    list.some(({ family, value }) => family === address.family && value === address.value);
  const pods = cluster.workloads.flatMap((workload) =>
    workload.pods
      .filter((pod) => !pod.hostNetwork && has(pod.addresses))
      .map((pod): WorkloadEndpoint => {
        const id = `${workload.namespace}/Pod/${pod.name ?? workload.name}`;
        return { kind: 'workload', id, workload, pods: [pod] };
      }),
  );
  const nodes = [...cluster.nodes.values()]
    .filter((node) => has(node.addresses))
    .map((node): Endpoint => ({ kind: 'node', id: `node/${node.name}`, node }));
  // snapshots taken while an address changes hands show it twice: then either may be meant
  const endpoints: readonly Endpoint[] = pods.length > 0 ? pods : nodes;
  const [first] = endpoints;
  if (first !== undefined) {
    const name = endpoints.length === 1 ? first.id : formatAddress(address);
    return { kind: 'endpoints', name, endpoints, onePod: pods.length === 1 };
  }
  const service = cluster.services.find((one) => has(one.addresses));
  if (service !== undefined)
    return { kind: 'service', name: `svc/${service.namespace}/${service.name}`, service };
  const endpoint = addressEndpoint(address.family, [address.value, address.value]);
  return { kind: 'endpoints', name: formatAddress(address), endpoints: [endpoint], onePod: false };
}

// IANA special-purpose registries (RFC 6890 and its updates): what is not on the public internet.
const NOT_PUBLIC: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001:db8::/32',
];

function publicAddresses(): AddressSet {
  const ranges = NOT_PUBLIC.map((cidr) => {
    const { family, low, high } = parseBlock(cidr)!;
    return addressRange(family, low, high);
  });
  return subtractAddresses(ALL_ADDRESSES, unionAddresses(ranges));
}

function internetParty(cluster: Cluster, { distinctions }: Population): Party {
  const addresses = intersectAddresses(publicAddresses(), outsideAddresses(cluster));
  const endpoints = splitAddresses(addresses, distinctions.blocks);
  return { kind: 'endpoints', name: INTERNET, endpoints, onePod: false };
}
