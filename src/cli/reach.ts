import { changedBy } from '../evaluate/difference/changed-by.ts';
import type { AnyPolicy } from '../evaluate/difference/policy-change.ts';
import { Reachability } from '../evaluate/map/reachability.ts';
import { isNew, newPodsOf, withNewPods } from '../evaluate/population/new-pod.ts';
import type { NewPod, PodPlan } from '../evaluate/population/new-pod.ts';
import { findParty, findSource } from '../evaluate/question/party.ts';
import type { Endpoint } from '../evaluate/verdict/endpoint.ts';
import type { Cluster } from '../model/cluster.ts';
import { nearest } from '../model/nearest.ts';
import type { Direction } from '../model/policy.ts';
import { unionPorts } from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';
import { reportReach } from '../report/reach/reach.ts';
import type { Grouping, ReachFormat } from '../report/reach/reach.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import { readInput, reportProblems, usesColour } from './input.ts';
import type { InputOptions } from './input.ts';
import { parsePodPlan } from './new-pod.ts';
import { Progress, writeOut } from './output.ts';
import { parsePorts } from './port.ts';
import { findWaysIn } from './ways-in.ts';

export interface ReachOptions extends InputOptions {
  readonly output: ReachFormat;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly port: readonly string[];
  readonly direction?: Direction;
  readonly changedBy?: string;
  readonly newPod?: readonly string[];
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
  const plans = (options.newPod ?? []).map(parsePodPlan);
  const asRead = await readInput(sources, options, console);
  noteNewNamespaces(asRead, plans, console);
  const { cluster, workloads } = withNewPods(asRead, plans);
  const reachability = new Reachability(cluster);
  const progress = new Progress(console, 'pairs');
  const changed =
    options.changedBy === undefined
      ? undefined
      : changedBy(reachability, findPolicy(reachability, options.changedBy));
  const newPods =
    plans.length > 0 ? newPodsOf(cluster, reachability.population, workloads) : undefined;
  const ends = {
    source: endpointFilter(reachability, options.from, findSource),
    destination: endpointFilter(reachability, options.to),
    ports: ports.length > 0 ? ports.reduce(unionPorts) : undefined,
  };
  const ways = showsWaysIn(options, reachability, ends.source)
    ? findWaysIn(reachability, {
        from: options.from,
        to: wayEnd(options, ends, newPods),
        ports: ends.ports,
      })
    : undefined;
  const pieces = reportReach({
    reachability,
    format: options.output,
    grouping,
    ...ends,
    direction: options.direction,
    ...(changed && {
      pair: changed.pair,
      source: (endpoint: Endpoint) => changed.source(endpoint) && ends.source(endpoint),
      destination: (endpoint: Endpoint) =>
        changed.destination(endpoint) && ends.destination(endpoint),
    }),
    ...(newPods && { newPods }),
    ...(ways && { waysIn: ways }),
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
export function endpointFilter(
  { cluster, population }: Reachability,
  names: readonly string[],
  find = findParty,
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
    const party = find(cluster, population, name);
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

/** What a map is narrowed to. */
interface Ends {
  readonly source: (endpoint: Endpoint) => boolean;
  readonly destination: (endpoint: Endpoint) => boolean;
  readonly ports: PortSet | undefined;
}

/**
 * Ways in go with a map that has the outside among its sources, and for people only when that is all they
 * ask for. A map of groups, or of what a policy changes, is not about them.
 */
function showsWaysIn(
  { output, by, from, direction, changedBy: changer }: ReachOptions,
  { population }: Reachability,
  source: Ends['source'],
): boolean {
  if (by !== 'workload' || direction !== undefined || changer !== undefined) return false;
  if (output === 'json' || output === 'yaml')
    return population.endpoints.some((one) => one.kind === 'addresses' && source(one));
  if (output !== 'table' && output !== 'markdown') return false;
  return (
    from.length > 0 && population.endpoints.every((one) => one.kind === 'addresses' || !source(one))
  );
}

/** Where ways in must lead; undefined: that is not asked. */
function wayEnd(
  { to }: ReachOptions,
  { destination }: Ends,
  newPods: readonly NewPod[] | undefined,
): ((endpoint: Endpoint) => boolean) | undefined {
  if (newPods !== undefined) return (endpoint) => destination(endpoint) && isNew(newPods, endpoint);
  return to.length === 0 ? undefined : destination;
}

/** A namespace that is not there is as good as a new one; whoever mistyped it should know. */
function noteNewNamespaces(
  { namespaces }: Cluster,
  plans: readonly PodPlan[],
  { stderr }: Console,
): void {
  for (const namespace of new Set(plans.map((plan) => plan.namespace))) {
    if (namespaces.has(namespace)) continue;
    const meant = nearest(namespace, namespaces.keys());
    const remedy = meant === undefined ? '' : `; did you mean \`${meant}\`?`;
    stderr.write(
      `note: namespace \`${namespace}\` is not in the input, so it is a new one without labels of its own${remedy}\n`,
    );
  }
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

function findPolicy({ cluster }: Reachability, name: string): AnyPolicy {
  const called = (policy: AnyPolicy): string =>
    policy.kind === 'NetworkPolicy' ? `${policy.namespace}/${policy.name}` : policy.name;
  const found = [...cluster.policies, ...cluster.clusterPolicies].filter(
    (policy) => called(policy) === name || policy.name === name,
  );
  if (found.length === 1) return found[0]!;
  const exact = found.filter((policy) => called(policy) === name);
  if (exact.length === 1) return exact[0]!;
  const names = found.map((policy) => `\`${called(policy)}\``).join(' or ');
  throw new UsageError(
    found.length === 0
      ? `there is no NetworkPolicy \`${name}\`; write NAMESPACE/NAME, or the NAME of a cluster policy`
      : `\`${name}\` may be ${names}`,
  );
}
