import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { headCount } from '../../src/evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../src/evaluate/verdict/endpoint.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import {
  ALL_PORTS,
  intersectPorts,
  NO_PORTS,
  portRange,
  portSetKey,
  PROTOCOLS,
  unionPorts,
} from '../../src/model/port-set.ts';
import type { PortSet, Protocol } from '../../src/model/port-set.ts';
import type { ReachRequest } from '../../src/report/reach/reach.ts';

/** What a map says of pairs of endpoints: `from → to` and certainty, to the ports as a text. */
export type PairMap = Map<string, string>;

type Collected = Map<string, PortSet>;

function collect(
  map: Collected,
  from: string,
  to: string,
  certainty: string,
  ports: PortSet,
): void {
  const key = `${from} → ${to} ${certainty}`;
  map.set(key, unionPorts(map.get(key) ?? NO_PORTS, ports));
}

function finish(map: Collected): PairMap {
  return new Map([...map].map(([key, ports]) => [key, portSetKey(ports)] as const));
}

/** What the evaluator says of every pair a request asks about, one by one. */
export function evaluatedPairs(cluster: Cluster, request: Partial<ReachRequest> = {}): PairMap {
  const reachability = new Reachability(cluster);
  const { endpoints, classOf } = reachability.population;
  const { source = all, destination = all, ports = ALL_PORTS, direction, pair = all } = request;
  const map: Collected = new Map();
  endpoints.forEach((from, i) => {
    if (!source(from)) return;
    endpoints.forEach((to, k) => {
      const [one, other] = [classOf[i]!, classOf[k]!];
      if (!destination(to) || !pair(one, other) || (from === to && headCount(from) < 2)) return;
      if (direction === 'egress' && !reachability.isHeld(one, direction)) return;
      if (direction === 'ingress' && !reachability.isHeld(other, direction)) return;
      const { certain, depends } = reachability.reach(reachability.pair(one, other));
      for (const [certainty, open] of [
        ['allowed', intersectPorts(certain, ports)],
        ['depends', intersectPorts(depends, ports)],
      ] as const) {
        if (portSetKey(open) !== portSetKey(NO_PORTS))
          collect(map, from.id, to.id, certainty, open);
      }
    });
  });
  return finish(map);
}

function all(): boolean {
  return true;
}

/** What the documents have that the laws look at. */
export interface Document {
  readonly endpoints: readonly {
    id: string;
    kind: Endpoint['kind'];
    class: number;
    pods?: number;
  }[];
  readonly connections: readonly {
    from: string | number[];
    to: string | number[];
    certainty: string;
    ports: 'all' | { protocol: Protocol | 'other'; ranges: [number, number][] }[];
    because?: string;
  }[];
}

/** What a document of `reach -o json` or `-o yaml` says of pairs of endpoints. */
export function documentPairs({ endpoints, connections }: Document): PairMap {
  const byId = new Map(endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const members = (end: string | number[]): Document['endpoints'] =>
    typeof end === 'string'
      ? [byId.get(end)!]
      : end.flatMap((index) => endpoints.filter((endpoint) => endpoint.class === index));
  const map: Collected = new Map();
  for (const { from, to, certainty, ports } of connections) {
    const open = documentPorts(ports);
    for (const one of members(from)) {
      for (const other of members(to)) {
        const isItself = one === other && (one.kind === 'node' || (one.pods ?? 2) < 2);
        if (!isItself) collect(map, one.id, other.id, certainty, open);
      }
    }
  }
  return finish(map);
}

/** The ports of a connection in a document. */
export function documentPorts(ports: Document['connections'][number]['ports']): PortSet {
  return ports === 'all' ? ALL_PORTS : ports.map(portsOf).reduce(unionPorts);
}

function portsOf({ protocol, ranges }: { protocol: string; ranges: [number, number][] }): PortSet {
  if (protocol === 'other') return { ...NO_PORTS, other: true };
  return ranges
    .map(([low, high]) => portRange(protocol as Protocol, low, high))
    .reduce(unionPorts, NO_PORTS);
}

/** What a CSV says of pairs; `alone` tells of an endpoint whether it is a single pod or host. */
export function csvPairs(text: string, alone: (id: string) => boolean): PairMap {
  const map: Collected = new Map();
  for (const [from, to, certainty, protocol, ports] of csvRows(text).slice(1)) {
    for (const one of from!.split(' ')) {
      for (const other of to!.split(' ')) {
        if (one !== other || !alone(one))
          collect(map, one, other, certainty!, csvPorts(protocol!, ports!));
      }
    }
  }
  return finish(map);
}

function csvPorts(protocol: string, ports: string): PortSet {
  if (protocol === 'all') return ALL_PORTS;
  if (protocol === 'other') return { ...NO_PORTS, other: true };
  const ranges = ports === 'all' ? ['1-65535'] : ports.split(' ');
  const known = PROTOCOLS.find((one) => one === protocol)!;
  return ranges
    .map((range) => range.split('-').map(Number))
    .map(([low, high = low]) => portRange(known, low!, high!))
    .reduce(unionPorts);
}

/** The cells of a CSV (RFC 4180). */
export function csvRows(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
        ([, quoted, plain]) => quoted?.replace(/""/g, '"') ?? plain!,
      ),
    );
}
