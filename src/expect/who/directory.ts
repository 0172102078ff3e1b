import type { Population } from '../../evaluate/population/population.ts';
import { backends } from '../../evaluate/question/ask.ts';
import { findParty } from '../../evaluate/question/party.ts';
import { outsideAddresses } from '../../evaluate/verdict/outside.ts';
import { NO_ADDRESSES, intersectAddresses, isEmpty } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Problem } from '../../model/problem.ts';
import { selects } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import type { Pod, Workload } from '../../model/workload.ts';
import type {
  BlockTerm,
  FilterTerm,
  NameTerm,
  NamespaceCondition,
  PatternTerm,
  Term,
  Who,
} from '../file/expectation.ts';
import { Glob } from '../file/glob.ts';
import { noFit, noLabels, noNamespace } from './absent-words.ts';
import { NOBODY, crowdOf, isNobody, podsOf, together, without } from './crowd.ts';
import type { Crowd } from './crowd.ts';
import { namesNothing } from './names-nothing.ts';

/** Whom one word or map of a file stands for: a set, or a Service, which turns ports. */
export type Found =
  | { readonly kind: 'crowd'; readonly crowd: Crowd }
  | { readonly kind: 'service'; readonly name: string; readonly service: Service };

/** What was looked up in one cluster, whatever its policies. */
class Memory {
  readonly known = new Map<Term, readonly Found[] | Problem>();
  readonly owner = new Map<Pod, Workload>();
  /** Every pod with a network of its own: a hostNetwork pod is on its node's, and goes by its own name only. */
  readonly pods: Crowd;
  readonly outside: AddressSet;

  constructor(cluster: Cluster) {
    const own = new Set<Pod>();
    for (const workload of cluster.workloads) {
      for (const pod of workload.pods) {
        this.owner.set(pod, workload);
        if (!pod.hostNetwork) own.add(pod);
      }
    }
    this.pods = { ...NOBODY, pods: own };
    this.outside = outsideAddresses(cluster);
  }
}

/** Looks up whom the words of expectations stand for in one cluster; each term once. */
export class Directory {
  readonly cluster: Cluster;
  /** What the found are sorted into, in the end. */
  readonly population: Population;
  readonly #memory: Memory;

  constructor(cluster: Cluster, population: Population, memory = new Memory(cluster)) {
    this.cluster = cluster;
    this.population = population;
    this.#memory = memory;
  }

  /** The same people, told apart by other policies: what was looked up stays. */
  withPopulation(population: Population): Directory {
    return new Directory(this.cluster, population, this.#memory);
  }

  /** Whom the terms stand for, one by one; undefined, with problems, when any names nothing. */
  find({ terms }: Who, problems: Problem[]): readonly Found[] | undefined {
    const found: Found[] = [];
    let good = true;
    for (const term of terms) {
      const own = this.#lookUp(term);
      if ('code' in own) {
        problems.push(own);
        good = false;
      } else found.push(...own);
    }
    return good ? found : undefined;
  }

  #lookUp(term: Term): readonly Found[] | Problem {
    let known = this.#memory.known.get(term);
    if (known === undefined) this.#memory.known.set(term, (known = this.#findTerm(term)));
    return known;
  }

  #findTerm(term: Term): readonly Found[] | Problem {
    switch (term.kind) {
      case 'everyone':
        return oneCrowd(this.#everyone());
      case 'name':
        return this.#findName(term);
      case 'pattern':
        return this.#findPattern(term);
      case 'block':
        return this.#findBlock(term);
      case 'group': {
        const problems: Problem[] = [];
        return this.find(term.who, problems) ?? problems[0]!;
      }
      case 'filter':
        return this.#findFilter(term);
    }
  }

  /** Nodes are not among them: to a pod's own node it is always open (N1), so nothing could be said. */
  #everyone(): Crowd {
    const { pods, outside } = this.#memory;
    return { ...pods, outside };
  }

  #findName(term: NameTerm): readonly Found[] | Problem {
    const party = findParty(this.cluster, this.population, term.text);
    if (party.kind === 'unknown') return namesNothing(term, party.message);
    if (party.kind === 'service') return [party];
    const crowd = crowdOf(party.endpoints);
    const outside = isEmpty(crowd.outside)
      ? crowd.outside
      : intersectAddresses(crowd.outside, this.#memory.outside);
    const within = { ...crowd, outside };
    if (!isNobody(within)) return oneCrowd(within);
    return namesNothing(
      term,
      `\`${term.text}\` is in the pod network, and no pod of the input has it`,
    );
  }

  #findPattern(term: PatternTerm): readonly Found[] | Problem {
    const { namespace, workloadKind, name, text } = term;
    const names = new Glob(name);
    if (namespace === undefined) {
      const nodes = [...this.cluster.nodes.keys()].filter((node) => names.fits(node));
      if (nodes.length > 0)
        return oneCrowd({ ...NOBODY, ids: new Set(nodes.map((node) => `node/${node}`)) });
      return namesNothing(term, `\`${text}\` fits no node of the input; Node objects tell of them`);
    }
    const spaces = new Glob(namespace);
    const kinds = new Glob((workloadKind ?? '*').toLowerCase());
    const fitting = this.cluster.workloads.filter(
      (one) =>
        spaces.fits(one.namespace) && kinds.fits(one.kind.toLowerCase()) && names.fits(one.name),
    );
    const pods = fitting.flatMap((workload) => workload.pods);
    const own = pods.filter(({ hostNetwork }) => !hostNetwork);
    if (own.length > 0) return oneCrowd({ ...NOBODY, pods: new Set(own) });
    if (pods.length > 0) {
      const message = `\`${text}\` fits only pods on the network of their node (hostNetwork), where patterns do not look; name them one by one`;
      return namesNothing(term, message);
    }
    return namesNothing(term, noFit(this.cluster, text, spaces));
  }

  #findBlock(term: BlockTerm): readonly Found[] | Problem {
    const { family, low, high } = term.block;
    const outside = intersectAddresses(
      { ...NO_ADDRESSES, [family]: [low, high] },
      this.#memory.outside,
    );
    if (!isEmpty(outside)) return oneCrowd({ ...NOBODY, outside });
    const message = `no address of \`${term.text}\` is outside the cluster: pods and nodes go by their names`;
    return namesNothing(term, message);
  }

  #findFilter(term: FilterTerm): readonly Found[] | Problem {
    const { within, labels, namespaces, not } = term;
    const problems: Problem[] = [];
    const found = within && this.find(within, problems);
    const taken = not && this.find(not, problems);
    if (problems.length > 0) return problems[0]!;
    let crowd = this.#startOf(found, labels !== undefined || namespaces !== undefined);
    if (namespaces !== undefined) {
      const fits = this.#namespaceTest(namespaces);
      crowd = podsOf(crowd, (pod) => fits(this.#memory.owner.get(pod)!.namespace));
      if (isNobody(crowd)) return namesNothing(term, noNamespace(this.cluster, namespaces));
    }
    if (labels !== undefined) {
      crowd = podsOf(crowd, (pod) => selects(labels, pod.labels));
      if (isNobody(crowd)) return namesNothing(term, noLabels(this.#memory.owner.keys(), labels));
    }
    if (taken !== undefined) crowd = without(crowd, this.#crowdOf(taken));
    return isNobody(crowd) ? namesNothing(term, 'nobody is left') : oneCrowd(crowd);
  }

  #startOf(found: readonly Found[] | undefined, onlyPods: boolean): Crowd {
    if (found !== undefined) return this.#crowdOf(found);
    return onlyPods ? this.#memory.pods : this.#everyone();
  }

  /** Everybody found as one set; a Service stands for whoever is behind it. */
  #crowdOf(found: readonly Found[]): Crowd {
    return together(
      found.map((one) =>
        one.kind === 'crowd' ? one.crowd : crowdOf(backends(this.cluster, one.service)),
      ),
    );
  }

  #namespaceTest(condition: NamespaceCondition): (namespace: string) => boolean {
    if (condition.kind === 'names') {
      const globs = condition.names.map((name) => new Glob(name));
      return (namespace) => globs.some((glob) => glob.fits(namespace));
    }
    const { namespaces } = this.cluster;
    return (namespace) => selects(condition.selector, namespaces.get(namespace)?.labels ?? {});
  }
}

function oneCrowd(crowd: Crowd): readonly Found[] {
  return [{ kind: 'crowd', crowd }];
}
