import { ClassSet } from '../../evaluate/population/class-set.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { evaluate } from '../../evaluate/verdict/verdict.ts';
import type { Side, Verdict } from '../../evaluate/verdict/verdict.ts';
import { containsAddress } from '../../model/address-set.ts';
import type { Address } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import { Place, Source } from '../../model/place.ts';
import type { NetworkPolicy, Peer, PortRule, Rule } from '../../model/policy.ts';
import { hasPort, isNoPorts } from '../../model/port-set.ts';
import type { Workload } from '../../model/workload.ts';
import { sideBetween } from '../survey/denier.ts';
import type { Survey } from '../survey/survey.ts';
import { ASSUMED_DNS, DNS_PORT, findDns } from './cluster-dns.ts';
import type { ClusterDns, DnsProtocol, DnsServer } from './cluster-dns.ts';

/** Asks the engine who may look up names. */
export class DnsAccess {
  readonly dns: ClusterDns;
  readonly #survey: Survey;
  readonly #servers: ReadonlySet<number>;
  /** The addresses of a cache that is there, by the input or by what some policy allows. */
  readonly #caches: readonly number[];
  /** The classes of pods that are called by the name of a Service. */
  readonly #named: ClassSet;
  readonly #byName = new Map<Rule, boolean>();
  readonly #assumed = new Map<string, Side>();

  constructor(survey: Survey) {
    this.#survey = survey;
    this.dns = findDns(survey);
    this.#servers = new Set(this.dns.servers.map(({ index }) => index));
    this.#caches = this.dns.cacheAddresses
      .filter((address) => this.dns.cached || namesAddress(survey.cluster, address))
      .flatMap((address) => survey.outsideOf(address) ?? []);
    const named = new Set<number>();
    for (const service of survey.cluster.services) {
      for (const { pod } of survey.services.backendsOf(service) ?? []) {
        const index = survey.classOf(pod);
        if (!this.#servers.has(index)) named.add(index);
      }
    }
    const members = [...named].sort((a, b) => a - b);
    this.#named = ClassSet.of(survey.reachability.classes.length, members);
  }

  /**
   * The classes of pods, but for the DNS pods, that NetworkPolicies isolate for egress, with those that do
   * it, and the classes that other tiers may deny something.
   */
  *askers(): Generator<{ index: number; policies: readonly NetworkPolicy[] }> {
    for (let index = 0; index < this.#survey.reachability.population.subjects; index++) {
      const policies = this.#survey.isolating('egress', index);
      const isHeld = policies.length > 0 || this.#survey.tiers.mayDeny('egress', index);
      if (isHeld && !this.#servers.has(index)) yield { index, policies };
    }
  }

  /** Whether a class reaches pods behind a Service, which are called by its name. */
  reachesNamed(index: number): boolean {
    const { reachability } = this.#survey;
    return this.#named.toArray().some((to) => {
      if (to === index && !reachability.hasTwo(index)) return false;
      return !isNoPorts(reachability.reach(reachability.pair(index, to)).certain);
    });
  }

  /** Whether policies let out to anything one calls by its name: pods behind a Service, the wide outside. */
  usesNames(policies: readonly NetworkPolicy[]): boolean {
    return policies.some((policy) => policy.egress.some((rule) => this.#isByName(policy, rule)));
  }

  #isByName(policy: NetworkPolicy, rule: Rule): boolean {
    let byName = this.#byName.get(rule);
    if (byName === undefined) {
      const { peers, ports } = rule;
      const onlyDns = ports !== 'all' && ports.every(isDnsPort);
      byName =
        !onlyDns &&
        (peers === 'all' ||
          peers.some((peer) => {
            if (peer.kind === 'block') return isWide(peer.addresses);
            if (peer.kind === 'nothing') return false;
            return this.#survey.peersOf(policy, peer).intersect(this.#named).count > 0;
          }));
      this.#byName.set(rule, byName);
    }
    return byName;
  }

  /** The DNS pods that a class reaches, surely or perhaps. */
  serversReached(index: number, protocol: DnsProtocol): DnsServer[] {
    return this.dns.servers.filter((server) =>
      this.#reaches(index, server.index, protocol, server.ports[protocol]),
    );
  }

  reachesCache(index: number, protocol: DnsProtocol): boolean {
    return this.#caches.some((cache) => this.#reaches(index, cache, protocol, DNS_PORT));
  }

  #reaches(from: number, to: number, protocol: DnsProtocol, port: number): boolean {
    const { reachability } = this.#survey;
    const { certain, depends } = reachability.reach(reachability.pair(from, to));
    return hasPort(certain, protocol, port) || hasPort(depends, protocol, port);
  }

  /** What the policies at both ends say of asking one DNS pod. */
  verdict(index: number, server: DnsServer, protocol: DnsProtocol): Verdict {
    const survey = this.#survey;
    const [from, to] = [index, server.index].map(
      (one) => survey.reachability.classes[one]!.endpoints[0]!,
    ) as [Endpoint, Endpoint];
    // policies that do not isolate either end say nothing, and leaving them out makes it quick
    const policies = [
      ...survey.isolating('egress', index),
      ...survey.isolating('ingress', server.index),
    ];
    const port = { protocol, number: server.ports[protocol] };
    return evaluate({ ...survey.cluster, policies }, { from, to, port });
  }

  /** What the policies of a class say of DNS pods as they usually are, when the input has none. */
  assumedEgress(index: number, policies: readonly NetworkPolicy[]): Side {
    const names = policies.map(({ namespace, name }) => `${namespace}/${name}`).join();
    // policies of the other tiers may hold some of these pods and not others
    const key = this.#survey.tiers.isEmpty ? names : `${names} ${index}`;
    let side = this.#assumed.get(key);
    if (side === undefined) {
      const { cluster } = this.#survey;
      const from = this.#survey.reachability.classes[index]!.endpoints[0]!;
      const port = { protocol: 'UDP', number: DNS_PORT } as const;
      const assumed = withAssumedDns(cluster, policies);
      side = evaluate(assumed, { from, to: ASSUMED_POD, port }).egress;
      this.#assumed.set(key, side);
    }
    return side;
  }

  /** What the policies of a class say of NodeLocal DNSCache. */
  cacheEgress(index: number): Side | undefined {
    const [cache] = this.#caches;
    if (cache === undefined) return undefined;
    return sideBetween(this.#survey, index, cache, { protocol: 'UDP', number: DNS_PORT }, 'egress');
  }
}

/** Whether some policy lets out to the address by a block so small that it was meant. */
function namesAddress({ policies }: Cluster, address: Address): boolean {
  const isMeant = (peer: Peer): boolean =>
    peer.kind === 'block' &&
    sizeOf(peer.addresses[address.family]) <= 1n << 16n &&
    containsAddress(peer.addresses, address);
  return policies.some(({ egress }) =>
    egress.some(({ peers }) => peers !== 'all' && peers.some(isMeant)),
  );
}

function isDnsPort(port: PortRule): boolean {
  if (port.kind === 'numbered') return port.low === DNS_PORT && port.high === DNS_PORT;
  return port.kind === 'named' && port.name.startsWith('dns');
}

/** More addresses than a /8 of IPv4 or a /16 of IPv6 hold: nobody keeps so many by number. */
function isWide(addresses: Record<4 | 6, readonly bigint[]>): boolean {
  return sizeOf(addresses[4]) > 1n << 24n || sizeOf(addresses[6]) > 1n << 112n;
}

function sizeOf(bounds: readonly bigint[]): bigint {
  let size = 0n;
  for (let i = 0; i < bounds.length; i += 2) size += bounds[i + 1]! - bounds[i]! + 1n;
  return size;
}

const NOWHERE = new Place(new Source('(assumed)', ''), 1, 0, '');

const ASSUMED_WORKLOAD: Workload = {
  namespace: ASSUMED_DNS.namespace.name,
  kind: 'Deployment',
  name: 'coredns',
  place: NOWHERE,
  annotations: {},
  pods: [
    {
      name: undefined,
      place: NOWHERE,
      labels: ASSUMED_DNS.labels,
      ports: [
        { name: 'dns', protocol: 'UDP', number: DNS_PORT },
        { name: 'dns-tcp', protocol: 'TCP', number: DNS_PORT },
      ],
      hostNetwork: false,
      node: undefined,
      addresses: [],
      count: 2,
    },
  ],
};

const ASSUMED_POD: Endpoint = {
  kind: 'workload',
  id: 'kube-system/Deployment/coredns',
  workload: ASSUMED_WORKLOAD,
  pods: ASSUMED_WORKLOAD.pods,
};

function withAssumedDns(cluster: Cluster, policies: readonly NetworkPolicy[]): Cluster {
  const { namespace } = ASSUMED_DNS;
  const known = cluster.namespaces.get(namespace.name);
  const labels = { ...namespace.labels, ...known?.labels };
  const namespaces = new Map(cluster.namespaces).set(namespace.name, { ...namespace, labels });
  return { ...cluster, policies, namespaces };
}
