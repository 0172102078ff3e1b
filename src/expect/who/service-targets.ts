import { ask } from '../../evaluate/question/ask.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Port } from '../../evaluate/verdict/verdict.ts';
import { formatPorts, hasPort, portRange } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Problem } from '../../model/problem.ts';
import type { Service } from '../../model/service.ts';
import type { Expectation } from '../file/expectation.ts';
import { crowdOf } from './crowd.ts';
import type { Directory, Found } from './directory.ts';
import { membersOf } from './members.ts';
import type { Members } from './members.ts';
import { namesNothing } from './names-nothing.ts';
import type { Target } from './target.ts';

/** What it means to reach a Service: whoever is behind it, each on the port that the Service turns to. */
export function serviceTargets(
  { name, service }: Extract<Found, { kind: 'service' }>,
  expectation: Expectation,
  sources: readonly Members[],
  directory: Directory,
  problems: Problem[],
): Target[] {
  const fault = (message: string): Target[] => {
    problems.push(namesNothing(expectation.to, message));
    return [];
  };
  const [source] = sources[0]!.values().next().value!;
  const ports = portsOf(service, expectation);
  if (ports.length === 0) {
    const there = service.ports.map(({ protocol, port }) => portRange(protocol, port, port));
    const listed = there.map(formatPorts).join(', ') || 'none';
    return fault(`\`${name}\` has no such port; its ports: ${listed}`);
  }
  const targets: Target[] = [];
  for (const port of ports) {
    const from = { kind: 'endpoints' as const, name: '', endpoints: [source!], onePod: false };
    const asked = ask(directory.cluster, from, { kind: 'service', name, service }, port);
    const byNumber = new Map<number, Endpoint[]>();
    for (const { connection } of asked.parts) {
      const { to, port: turned } = connection;
      const own = byNumber.get(turned.number);
      if (own === undefined) byNumber.set(turned.number, [to]);
      else own.push(to);
    }
    if (byNumber.size === 0) return fault(deadWords(name, asked.service?.dead));
    for (const [number, endpoints] of byNumber) {
      const members = membersOf(crowdOf(endpoints), directory.population);
      if (members.size === 0) continue;
      const turned = portSetOf({ ...port, number });
      targets.push({ to: members, ports: turned, service: { service, port } });
    }
  }
  return targets.length === 0 ? fault(deadWords(name, undefined)) : targets;
}

function portSetOf({ protocol, number }: Port): PortSet {
  return portRange(protocol === 'other' ? 'TCP' : protocol, number, number);
}

/** The ports of the Service that are meant: all it has, unless some are listed. */
function portsOf(service: Service, { ports }: Expectation): Port[] {
  const own = service.ports.map(({ protocol, port }): Port => ({ protocol, number: port }));
  if (ports.kind !== 'listed') return own;
  const found = ports.sets.map((set) =>
    own.filter(({ protocol, number }) => hasPort(set, protocol, number)),
  );
  // each that is listed must be there
  return found.some((some) => some.length === 0) ? [] : found.flat();
}

function deadWords(name: string, dead: string | undefined): string {
  switch (dead) {
    case 'no-pods':
      return `nobody is behind \`${name}\`: its selector matches no pod of the input`;
    case 'target-port-unserved':
      return `no pod behind \`${name}\` serves its target port`;
    default:
      return `nobody of the input is behind \`${name}\``;
  }
}
