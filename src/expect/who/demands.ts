import { backends } from '../../evaluate/question/ask.ts';
import { podOf } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import {
  ALL_PORTS,
  NO_PORTS,
  isNoPorts,
  portRange,
  portSetKey,
  unionPorts,
} from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Problem } from '../../model/problem.ts';
import type { Expectation, Who } from '../file/expectation.ts';
import { crowdOf, together } from './crowd.ts';
import type { Crowd } from './crowd.ts';
import type { Directory, Found } from './directory.ts';
import { membersOf } from './members.ts';
import type { Members } from './members.ts';
import { namesNothing } from './names-nothing.ts';
import { serviceTargets } from './service-targets.ts';
import type { Demand, Target } from './target.ts';

/**
 * What an expectation demands of a cluster; undefined, with problems, when it names something that is not
 * there. Never empty.
 */
export function demandsOf(
  expectation: Expectation,
  directory: Directory,
  problems: Problem[],
): readonly Demand[] | undefined {
  const { kind } = expectation;
  const before = problems.length;
  const from = directory.find(expectation.from, problems);
  const to = directory.find(expectation.to, problems);
  if (from === undefined || to === undefined) return undefined;
  const sources = crowdsOf(from, directory).map((crowd) => membersOf(crowd, directory.population));
  if (from.some((one) => one.kind === 'crowd' && hasDomain(one.crowd))) {
    const message = 'a DNS name is no source: connections come from addresses';
    problems.push(namesNothing(expectation.from, message));
    return undefined;
  }
  const named = to.filter((one) => one.kind === 'crowd');
  const targets = crowdsOf(named, directory).flatMap((crowd) =>
    targetsOf(membersOf(crowd, directory.population), expectation, problems),
  );
  for (const one of to) {
    if (one.kind === 'service')
      targets.push(...serviceTargets(one, expectation, sources, directory, problems));
  }
  if (problems.length > before) return undefined;
  return sources.flatMap((source) => targets.map((target) => ({ kind, from: source, ...target })));
}

/**
 * All pods as one crowd, and each word for addresses by itself: the families of one word are alternatives,
 * those of two words are not.
 */
function crowdsOf(found: readonly Found[], { cluster }: Directory): Crowd[] {
  const crowds = found.map((one) =>
    one.kind === 'crowd' ? one.crowd : crowdOf(backends(cluster, one.service)),
  );
  const isInside = ({ outside }: Crowd): boolean => outside[4].length + outside[6].length === 0;
  const inside = crowds.filter(isInside);
  const rest = crowds.filter((crowd) => !isInside(crowd));
  return inside.length === 0 ? rest : [together(inside), ...rest];
}

function hasDomain({ ids }: Crowd): boolean {
  return [...ids].some((id) => id.startsWith('domain/'));
}

/** Each port that is listed is judged by itself, for each may pass over another family. */
function targetsOf(members: Members, { ports, to }: Expectation, problems: Problem[]): Target[] {
  switch (ports.kind) {
    case 'all':
      return [{ to: members, ports: ALL_PORTS, service: undefined }];
    case 'listed':
      return ports.sets.map((set) => ({ to: members, ports: set, service: undefined }));
    case 'served':
      return servedTargets(members, to, problems);
  }
}

function servedTargets(members: Members, to: Who, problems: Problem[]): Target[] {
  const byPorts = new Map<string, { ports: PortSet; members: Map<number, Endpoint[]> }>();
  for (const [index, endpoints] of members) {
    for (const endpoint of endpoints) {
      const ports = servedBy(endpoint);
      if (isNoPorts(ports)) {
        const message = `\`${endpoint.id}\` does not say which ports it serves; write \`ports\``;
        problems.push(namesNothing(to, message));
        return [];
      }
      const key = portSetKey(ports);
      let alike = byPorts.get(key);
      if (alike === undefined) byPorts.set(key, (alike = { ports, members: new Map() }));
      const own = alike.members.get(index);
      if (own === undefined) alike.members.set(index, [endpoint]);
      else own.push(endpoint);
    }
  }
  return [...byPorts.values()].map(({ ports, members: own }) => {
    return { to: own, ports, service: undefined };
  });
}

/** The ports an endpoint says it serves. */
export function servedBy(endpoint: Endpoint): PortSet {
  if (endpoint.kind !== 'workload') return NO_PORTS;
  return podOf(endpoint).ports.reduce(
    (set, { protocol, number }) => unionPorts(set, portRange(protocol, number, number)),
    NO_PORTS,
  );
}
