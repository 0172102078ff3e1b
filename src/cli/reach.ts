import type { Endpoint } from '../evaluate/endpoint.ts';
import { findParty } from '../evaluate/party.ts';
import { Reachability } from '../evaluate/reachability.ts';
import { changedBy } from '../evaluate/changed-by.ts';
import type { Direction } from '../model/policy.ts';
import { unionPorts } from '../model/port-set.ts';
import { reportReach } from '../report/reach.ts';
import type { Grouping, ReachFormat } from '../report/reach.ts';
import { EXIT, UsageError } from './exit.ts';
import { readInput, reportProblems, usesColour } from './input.ts';
import type { InputOptions } from './input.ts';
import type { Console } from './main.ts';
import { Progress, writeOut } from './output.ts';
import { parsePorts } from './port.ts';

export interface ReachOptions extends InputOptions {
  readonly output: ReachFormat;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly port: readonly string[];
  readonly direction?: Direction;
  readonly changedBy?: string;
  readonly by: string;
  readonly expand: boolean;
}

const NARROWEST = 60;

/** `sluice reach`: prints the map; exit 0, or 3 when problems hide part of it. */
export async function reach(
  sources: readonly string[],
  options: ReachOptions,
  console: Console,
): Promise<number> {
  const grouping = parseGrouping(options.by);
  const ports = options.port.map(parsePorts);
  const cluster = await readInput(sources, options, console);
  const reachability = new Reachability(cluster);
  const progress = new Progress(console, 'pairs');
  const pair =
    options.changedBy === undefined
      ? undefined
      : changedBy(reachability, findPolicy(reachability, options.changedBy));
  const pieces = reportReach({
    reachability,
    format: options.output,
    grouping,
    source: endpointFilter(reachability, options.from),
    destination: endpointFilter(reachability, options.to),
    ports: ports.length > 0 ? ports.reduce(unionPorts) : undefined,
    direction: options.direction,
    ...(pair && { pair }),
    expand: options.expand,
    colour: usesColour(console, console.stdout),
    width: Math.max(console.stdout.columns ?? 120, NARROWEST),
    onRow: progress.update,
  });
  await writeOut(pieces, console);
  progress.end();
  return reportProblems(cluster, console, EXIT.yes);
}

function parseGrouping(by: string): Grouping {
  if (by === 'workload' || by === 'namespace') return { by };
  const [kind, key] = by.split('=', 2);
  if (kind === 'label' && key) return { by: 'label', key };
  throw new UsageError(`--by \`${by}\`: write workload, namespace or label=KEY`);
}

/** Endpoints that any of the names stands for: a party, or `NAMESPACE/*`; all when there is no name. */
function endpointFilter(
  { cluster, population }: Reachability,
  names: readonly string[],
): (endpoint: Endpoint) => boolean {
  if (names.length === 0) return () => true;
  const wanted = new Set<string>();
  for (const name of names) {
    if (name.endsWith('/*')) {
      const namespace = name.slice(0, -2);
      if (!cluster.namespaces.has(namespace))
        throw new UsageError(`there is no namespace \`${namespace}\` in the input`);
      for (const endpoint of population.endpoints) {
        if (endpoint.kind === 'workload' && endpoint.workload.namespace === namespace)
          wanted.add(endpoint.id);
      }
      continue;
    }
    const party = findParty(cluster, population, name);
    if (party.kind === 'unknown') throw new UsageError(party.message);
    if (party.kind === 'service')
      throw new UsageError(
        `\`${name}\`: a map has pods, not Services; ask \`sluice explain FROM ${name}\``,
      );
    for (const endpoint of population.endpoints) {
      if (party.endpoints.some((one) => meets(endpoint, one))) wanted.add(endpoint.id);
    }
  }
  return ({ id }) => wanted.has(id);
}

/** Whether an endpoint of the map is, or is in part, the one that was named. */
function meets(endpoint: Endpoint, named: Endpoint): boolean {
  switch (endpoint.kind) {
    case 'workload':
      return named.kind === 'workload' && named.pods.some((pod) => endpoint.pods.includes(pod));
    case 'node':
    case 'domain':
      return endpoint.id === named.id;
    case 'addresses':
      if (named.kind !== 'addresses' || named.family !== endpoint.family) return false;
      return overlap(endpoint.bounds, named.bounds);
  }
}

function overlap(a: readonly bigint[], b: readonly bigint[]): boolean {
  return a.some(
    (low, i) =>
      i % 2 === 0 && b.some((other, k) => k % 2 === 0 && low <= b[k + 1]! && other <= a[i + 1]!),
  );
}

function findPolicy(
  { cluster }: Reachability,
  name: string,
): Reachability['cluster']['policies'][number] {
  const found = cluster.policies.filter(
    (policy) => `${policy.namespace}/${policy.name}` === name || policy.name === name,
  );
  if (found.length === 1) return found[0]!;
  const names = found.map((policy) => `\`${policy.namespace}/${policy.name}\``).join(' or ');
  throw new UsageError(
    found.length === 0
      ? `there is no NetworkPolicy \`${name}\`; write NAMESPACE/NAME`
      : `\`${name}\` may be ${names}`,
  );
}
