import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { headCount } from '../../src/evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../src/evaluate/verdict/endpoint.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import {
  ALL_PORTS,
  intersectPorts,
  isNoPorts,
  NO_PORTS,
  portSetKey,
  subtractPorts,
  unionPorts,
} from '../../src/model/port-set.ts';
import type { PortSet } from '../../src/model/port-set.ts';
import type { ReachRequest } from '../../src/report/reach/reach.ts';
import { documentPorts } from './reach-pairs.ts';
import type { Document, PairMap } from './reach-pairs.ts';

interface Member {
  readonly group: string;
  readonly class: number;
  readonly endpoint: Endpoint;
  /** The endpoint it is all or some pods of. */
  readonly whole: Endpoint;
}

interface Reached {
  readonly allowed: PortSet;
  readonly depends: PortSet;
}

/** What the evaluator says of groups, from every pair of their members: ports, and whether all alike. */
export function evaluatedGroups(cluster: Cluster, request: Partial<ReachRequest>): PairMap {
  const reachability = new Reachability(cluster);
  const { ports = ALL_PORTS, direction, grouping } = request;
  const members = membersOf(reachability, grouping!);
  const between = new Map<string, Reached[]>();
  for (const from of members) {
    for (const to of members) {
      if (request.source?.(from.whole) === false) continue;
      if (request.destination?.(to.whole) === false) continue;
      if (request.pair?.(from.class, to.class) === false) continue;
      if (from === to && headCount(from.endpoint) < 2) continue;
      const judged = direction === 'egress' ? from.class : to.class;
      if (direction !== undefined && !reachability.isHeld(judged, direction)) continue;
      const { certain, depends } = reachability.reach(reachability.pair(from.class, to.class));
      const key = `${from.group} → ${to.group}`;
      const reached = {
        allowed: intersectPorts(certain, ports),
        depends: intersectPorts(depends, ports),
      };
      between.set(key, [...(between.get(key) ?? []), reached]);
    }
  }
  const map: [string, string][] = [];
  for (const [key, reached] of between) {
    const allowed = reached.map((one) => one.allowed).reduce(unionPorts, NO_PORTS);
    const possible = reached.map((one) => one.depends).reduce(unionPorts, NO_PORTS);
    const depends = subtractPorts(possible, allowed);
    for (const [certainty, open] of [
      ['allowed', allowed],
      ['depends', depends],
    ] as const) {
      if (isNoPorts(open)) continue;
      const all = reached.every((one) => isNoPorts(subtractPorts(open, one[certainty])));
      map.push([`${key} ${certainty}`, `${portSetKey(open)} ${all ? 'all' : 'some'}`]);
    }
  }
  return new Map(map);
}

function membersOf({ population }: Reachability, grouping: ReachRequest['grouping']): Member[] {
  return population.endpoints.flatMap((endpoint, i): Member[] => {
    const own = { class: population.classOf[i]!, whole: endpoint, endpoint };
    if (endpoint.kind === 'node') return [{ ...own, group: '(nodes)' }];
    if (endpoint.kind === 'addresses') return [{ ...own, group: '(outside)' }];
    if (endpoint.kind === 'domain') return [{ ...own, group: endpoint.id }];
    if (grouping.by !== 'label') return [{ ...own, group: endpoint.workload.namespace }];
    const { key } = grouping;
    const groupOf = (labels: Readonly<Record<string, string>>): string =>
      Object.hasOwn(labels, key) ? labels[key]! || `(empty ${key})` : `(no ${key})`;
    const groups = new Set(endpoint.pods.map(({ labels }) => groupOf(labels)));
    return [...groups].map((group) => ({
      ...own,
      group,
      endpoint: {
        ...endpoint,
        pods: endpoint.pods.filter(({ labels }) => groupOf(labels) === group),
      },
    }));
  });
}

/** What a document by group says. */
export function documentGroups({
  connections,
}: {
  connections: readonly {
    from: string | string[];
    to: string | string[];
    certainty: string;
    ports: Document['connections'][number]['ports'];
    pairs: string;
  }[];
}): PairMap {
  const list = connections.flatMap(({ from, to, certainty, ports, pairs }) =>
    [from]
      .flat()
      .flatMap((one) =>
        [to]
          .flat()
          .map((other): [string, string] => [
            `${one} → ${other} ${certainty}`,
            `${portSetKey(documentPorts(ports))} ${pairs}`,
          ]),
      ),
  );
  return new Map(list);
}
