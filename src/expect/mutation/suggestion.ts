import type { Reachability } from '../../evaluate/map/reachability.ts';
import { findParty } from '../../evaluate/question/party.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { formatBlock } from '../../model/address-set.ts';
import type { Block } from '../../model/address-set.ts';
import { bits, formatAddress } from '../../model/address.ts';
import { Source } from '../../model/place.ts';
import {
  ALL_PORTS,
  PROTOCOLS,
  intersectPorts,
  isEvery,
  isNoPorts,
  subtractPorts,
} from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Expectation } from '../file/expectation.ts';
import { readExpectations } from '../file/read-expectations.ts';
import { judge } from '../judgement/judge.ts';
import { servedBy } from '../who/demands.ts';
import type { Directory } from '../who/directory.ts';
import type { ChangedPair, Difference } from './changed-pairs.ts';
import { Watch } from './watch.ts';

/** An expectation to add: it holds now, and would not after a change. */
export interface Suggestion {
  readonly kind: Expectation['kind'];
  /** One element of `allow` or `deny`, as YAML, without indentation. */
  readonly yaml: string;
  readonly expectation: Expectation;
}

/** Of how many differences of one change an expectation is sought. */
const MOST_TRIED = 8;
/** With more classes than this, the words that stand for many are not tried: they take all rows. */
const MOST_CLASSES = 400;
/** The longest list of exceptions that is still a sentence. */
const MOST_EXCEPTIONS = 4;

/** Finds expectations that would notice changes; one that notices several is proposed once. */
export class Suggester {
  readonly suggestions: Suggestion[] = [];
  readonly #reachability: Reachability;
  readonly #directory: Directory;
  readonly #watches = new Map<Suggestion, Watch>();

  constructor(reachability: Reachability, directory: Directory) {
    this.#reachability = reachability;
    this.#directory = directory;
  }

  /** An expectation that holds now and would not after a change, the most telling first. */
  suggest(
    differences: readonly Difference[],
    pairs: readonly ChangedPair[],
  ): Suggestion | undefined {
    const known = this.suggestions.find((one) => this.#watches.get(one)!.notices(pairs));
    if (known !== undefined) return known;
    for (const difference of byTelling(differences).slice(0, MOST_TRIED)) {
      for (const candidate of this.#candidates(difference)) {
        const [judgement] = judge([candidate.expectation], this.#reachability, this.#directory);
        if (judgement!.state !== 'passed') continue;
        const watch = new Watch(this.#reachability, judgement!.demands);
        if (!watch.notices(pairs)) continue;
        this.suggestions.push(candidate);
        this.#watches.set(candidate, watch);
        return candidate;
      }
    }
    return undefined;
  }

  *#candidates({ from, to, closed, opened }: Difference): Generator<Suggestion> {
    const [source, destination] = [this.#nameOf(from), this.#nameOf(to)];
    if (!isNoPorts(closed)) {
      const all: [string, string][] = [[source, destination]];
      if (from.kind === 'addresses') all.unshift(['internet', destination]);
      if (to.kind === 'addresses') all.unshift([source, 'internet']);
      // what is served there says most of what someone relies on
      const served = intersectPorts(servedBy(to), closed);
      yield* this.#written('allow', all, portWords(isNoPorts(served) ? closed : served, to));
      return;
    }
    const ends: [string, string][] = [];
    if (this.#reachability.classes.length <= MOST_CLASSES) {
      if (to.kind === 'workload') ends.push(...this.#general(to, 'from'));
      if (from.kind === 'workload') ends.push(...this.#general(from, 'to'));
    }
    ends.push([source, destination]);
    yield* this.#written('deny', ends, undefined);
    yield* this.#written('deny', ends, portWords(opened, to));
  }

  /** Sentences about everyone, or nearly everyone, at the other end of a workload. */
  #general(end: Endpoint, other: 'from' | 'to'): [string, string][] {
    const own = this.#nameOf(end);
    const words = ['any', 'internet'];
    const partners = this.#partnersOf(end, other);
    if (partners !== undefined) words.splice(1, 0, exceptions(partners));
    return words.map((word) => (other === 'from' ? [word, own] : [own, word]));
  }

  *#written(
    kind: Expectation['kind'],
    ends: readonly (readonly [string, string])[],
    ports: string | undefined,
  ): Generator<Suggestion> {
    for (const [from, to] of ends) {
      const yaml = `- from: ${from}\n  to: ${to}\n${ports === undefined ? '' : `  ports: ${ports}\n`}`;
      const text = `${kind}:\n${yaml}`;
      const [expectation] = readExpectations(new Source('(suggested)', text)).expectations;
      if (expectation !== undefined) yield { kind, yaml, expectation };
    }
  }

  /** The few that an end already talks to; undefined when they are many, or have no name. */
  #partnersOf(end: Endpoint, role: 'from' | 'to'): readonly string[] | undefined {
    const { classes, population } = this.#reachability;
    const own = classOf(end, population.endpoints, population.classOf);
    if (own === undefined) return undefined;
    const talking = classes.filter(({ index, endpoints }) => {
      const [from, to] = role === 'from' ? [index, own] : [own, index];
      const { certain, depends } = this.#reachability.reach(this.#reachability.pair(from, to));
      // nodes and hostNetwork pods are not among `any` and patterns anyway
      const isMeant = index < population.subjects || endpoints[0]!.kind === 'addresses';
      return isMeant && !(isNoPorts(certain) && isNoPorts(depends));
    });
    const pods = talking.filter(({ index }) => index < population.subjects);
    const names: string[] = pods.length === population.subjects ? [`'*/*'`] : [];
    for (const { index, endpoints } of talking) {
      if (index < population.subjects && pods.length === population.subjects) continue;
      for (const endpoint of endpoints) {
        if (endpoint.kind === 'addresses' && blockOf(endpoint) === undefined) return undefined;
        names.push(this.#nameOf(endpoint));
        if (names.length > MOST_EXCEPTIONS) return undefined;
      }
    }
    return names.length === 0 ? undefined : names;
  }

  /** The shortest name that stands for the endpoint. */
  #nameOf(endpoint: Endpoint): string {
    if (endpoint.kind === 'addresses') {
      const { family, bounds } = endpoint;
      const block = blockOf(endpoint);
      if (block?.prefix === bits(family) || block === undefined)
        return quoted(formatAddress({ family, value: bounds[0]! }));
      return quoted(formatBlock(block));
    }
    if (endpoint.kind !== 'workload') return quoted(endpoint.id);
    const { namespace, kind, name } = endpoint.workload;
    const { cluster } = this.#reachability;
    const own = endpoint.pods.length < endpoint.workload.pods.length && endpoint.pods[0]!.name;
    if (typeof own === 'string') return quoted(`${namespace}/Pod/${own}`);
    const short = `${namespace}/${name}`;
    const isPlain = findParty(cluster, this.#reachability.population, short).kind === 'endpoints';
    return quoted(isPlain ? short : `${namespace}/${kind}/${name}`);
  }
}

function classOf(
  end: Endpoint,
  endpoints: readonly Endpoint[],
  classes: readonly number[],
): number | undefined {
  if (end.kind !== 'workload') return undefined;
  const at = endpoints.findIndex(
    (one) => one.kind === 'workload' && one.pods.includes(end.pods[0]!),
  );
  return at === -1 ? undefined : classes[at];
}

function exceptions(names: readonly string[]): string {
  return `{ not: ${names.length === 1 ? names[0] : `[${names.join(', ')}]`} }`;
}

/** The difference that tells a person most. */
export function mostTelling(differences: readonly Difference[]): Difference {
  return byTelling(differences)[0]!;
}

/** Between pods first, then from outside, then the rest; what opens before what closes. */
function byTelling(differences: readonly Difference[]): readonly Difference[] {
  const rank = ({ from, to, opened }: Difference): number =>
    Number(from.kind !== 'workload') +
    Number(to.kind !== 'workload') +
    Number(isNoPorts(opened)) / 2;
  return [...differences].sort((a, b) => rank(a) - rank(b));
}

/** The block that a range of addresses is; undefined when it is none. */
function blockOf({
  family,
  bounds,
}: Extract<Endpoint, { kind: 'addresses' }>): Pick<Block, 'family' | 'prefix' | 'low'> | undefined {
  const [low, high] = [bounds[0]!, bounds[1]!];
  const size = (high - low + 1n).toString(2);
  if (bounds.length > 2 || !/^10*$/.test(size) || low % (high - low + 1n) !== 0n) return undefined;
  return { family, prefix: bits(family) - (size.length - 1), low };
}

/** How many ranges of ports are listed. */
const MOST_PORTS = 4;

/** Ports as a file has them: all of them when they are few; else one, that is served there if any is. */
function portWords(ports: PortSet, to: Endpoint): string {
  const [some, others] = [ports, subtractPorts(ALL_PORTS, ports)].map(wordsOf) as [
    string[],
    string[],
  ];
  if (others.length === 0) return 'all';
  if (some.length <= MOST_PORTS) return listOf(some);
  return others.length <= MOST_PORTS ? `{ not: ${listOf(others)} }` : portWord(ports, to);
}

function listOf(words: readonly string[]): string {
  return words.length === 1 ? words[0]! : `[${words.join(', ')}]`;
}

function wordsOf(ports: PortSet): string[] {
  const words: string[] = ports.other ? ['icmp'] : [];
  for (const protocol of PROTOCOLS) {
    const bounds = ports[protocol];
    if (isEvery(bounds)) words.push(protocol);
    else {
      for (let i = 0; i < bounds.length; i += 2) {
        const [low, high] = [bounds[i]!, bounds[i + 1]!];
        const range = low === high ? `${low}` : `${low}-${high}`;
        words.push(protocol === 'TCP' ? range : `${range}/${protocol}`);
      }
    }
  }
  return words;
}

function portWord(ports: PortSet, to: Endpoint): string {
  const served = intersectPorts(servedBy(to), ports);
  const some = isNoPorts(served) ? ports : served;
  for (const protocol of PROTOCOLS) {
    const number = some[protocol][0];
    if (number !== undefined) return protocol === 'TCP' ? `${number}` : `${number}/${protocol}`;
  }
  return 'icmp';
}

function quoted(name: string): string {
  return /^[a-zA-Z0-9][\w./-]*$/.test(name) ? name : `'${name}'`;
}
