import type { Reachability } from '../../evaluate/map/reachability.ts';
import { ClassSet } from '../../evaluate/population/class-set.ts';
import { LabelIndex } from '../../evaluate/population/label-index.ts';
import { INTERNET, findParty } from '../../evaluate/question/party.ts';
import type { WorkloadEndpoint } from '../../evaluate/verdict/endpoint.ts';
import type { WayIn } from '../../evaluate/ways-in/way-in.ts';
import { waysIn } from '../../evaluate/ways-in/ways-in.ts';
import type { Address } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import { DIRECTIONS, rulesOf } from '../../model/policy.ts';
import type { Direction, NetworkPolicy, PodPeer, Rule } from '../../model/policy.ts';
import { UNREADABLE } from '../../model/selector.ts';
import type { Pod, Workload } from '../../model/workload.ts';
import type { Housed } from './housed.ts';
import { ignores } from './ignore.ts';
import type { Annotated } from './ignore.ts';
import { Proofs } from './proofs.ts';
import { calledNamespace } from './selector-logic.ts';
import { ServiceIndex } from './service-index.ts';
import { Stranger } from './stranger.ts';
import { TierSurvey } from './tier-survey.ts';

/** A rule that counts: its policy isolates in its direction. */
export interface CountingRule {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly index: number;
  readonly rule: Rule;
}

/** A cluster under examination: what several lint rules ask the engine, each thing asked once. */
export class Survey {
  readonly cluster: Cluster;
  readonly reachability: Reachability;
  readonly services: ServiceIndex;
  /** The tiers around NetworkPolicy. */
  readonly tiers: TierSurvey;
  readonly proofs: Proofs;
  readonly #labels: LabelIndex;
  /** Whether all labels can be read, so that a subject is found by the index of peers, which is faster. */
  readonly #readable: boolean;
  readonly #subjects = new Map<NetworkPolicy, ClassSet>();
  readonly #housed = new Map<string, Housed[]>();
  #classOf: Map<Pod, number> | undefined;
  #waysIn: readonly WayIn[] | undefined;
  #stranger: Stranger | undefined;
  #entered: ReadonlySet<Pod> | undefined;
  readonly #isolating: Partial<Record<Direction, readonly (readonly NetworkPolicy[])[]>> = {};

  constructor(cluster: Cluster, reachability: Reachability) {
    this.cluster = cluster;
    this.reachability = reachability;
    const { classes, subjects, distinctions } = reachability.population;
    const speakers = classes
      .slice(0, subjects)
      .map(({ endpoints }) => endpoints[0] as WorkloadEndpoint);
    const keys = distinctions.podLabels.keys();
    this.#labels = new LabelIndex(cluster, speakers, classes.length, keys);
    this.tiers = new TierSurvey(cluster, this.#labels);
    this.proofs = new Proofs(reachability);
    for (const workload of cluster.workloads) {
      const list = this.#housed.get(workload.namespace) ?? [];
      for (const pod of workload.pods) list.push({ workload, pod });
      this.#housed.set(workload.namespace, list);
    }
    this.#readable = speakers.every(({ pods }) => pods[0]!.labels[UNREADABLE] === undefined);
    this.services = new ServiceIndex(cluster.services, this.#housed);
  }

  /** The rules that count, policy by policy. */
  *rules(): Generator<CountingRule> {
    for (const policy of this.cluster.policies) {
      for (const direction of DIRECTIONS) {
        if (!policy.isolates.includes(direction)) continue;
        const rules = rulesOf(policy, direction);
        for (let index = 0; index < rules.length; index++)
          yield { policy, direction, index, rule: rules[index]! };
      }
    }
  }

  /** The classes a policy selects. */
  subjectsOf(policy: NetworkPolicy): ClassSet {
    let set = this.#subjects.get(policy);
    if (set === undefined) {
      set = this.#readable
        ? this.peersOf(policy, { namespaces: 'own', pods: policy.subject })
        : ClassSet.of(this.reachability.classes.length, this.#labels.subjectsOf(policy));
      this.#subjects.set(policy, set);
    }
    return set;
  }

  /** The classes a pod peer matches, or would match if the policy had it. */
  peersOf(
    policy: NetworkPolicy,
    { namespaces, pods }: Pick<PodPeer, 'namespaces' | 'pods'>,
  ): ClassSet {
    return this.#labels.peersOf(policy, {
      kind: 'pods',
      place: policy.place,
      // by its name a namespace is looked up in the index, whatever its size
      namespaces: namespaces === 'own' ? calledNamespace(policy.namespace) : namespaces,
      pods,
    });
  }

  /** The policies that isolate a class of pods in a direction, in the order of the input. */
  isolating(direction: Direction, index: number): readonly NetworkPolicy[] {
    return (this.#isolating[direction] ??= this.#listIsolating(direction))[index] ?? [];
  }

  #listIsolating(direction: Direction): readonly (readonly NetworkPolicy[])[] {
    const lists = Array.from(
      { length: this.reachability.population.subjects },
      (): NetworkPolicy[] => [],
    );
    for (const policy of this.cluster.policies) {
      if (policy.isolates.includes(direction))
        this.subjectsOf(policy).forEach((index) => lists[index]!.push(policy));
    }
    return lists;
  }

  /** The ways in from the internet. */
  get waysIn(): readonly WayIn[] {
    return (this.#waysIn ??= this.#findWaysIn());
  }

  #findWaysIn(): readonly WayIn[] {
    const { population } = this.reachability;
    const internet = findParty(this.cluster, population, INTERNET);
    const endpoints = internet.kind === 'endpoints' ? internet.endpoints : [];
    const clients = endpoints.filter((endpoint) => endpoint.kind === 'addresses');
    return waysIn(this.cluster, population, clients);
  }

  /** A pod that nobody has named. */
  get stranger(): Stranger {
    return (this.#stranger ??= new Stranger(this.cluster));
  }

  /** The pods that some way in from outside leads to. */
  get entered(): ReadonlySet<Pod> {
    return (this.#entered ??= new Set(
      this.waysIn.flatMap(({ targets }) =>
        targets.flatMap(({ endpoint }) => (endpoint.kind === 'workload' ? endpoint.pods : [])),
      ),
    ));
  }

  /** How many namespaces have pods. */
  get inhabited(): number {
    return this.#housed.size;
  }

  /** The pods of a namespace, hostNetwork ones included. */
  housedIn(namespace: string): readonly Housed[] {
    return this.#housed.get(namespace) ?? [];
  }

  /** The pods of a class. */
  *podsOf(index: number): Generator<Housed> {
    for (const endpoint of this.reachability.classes[index]!.endpoints) {
      if (endpoint.kind !== 'workload') continue;
      for (const pod of endpoint.pods) yield { workload: endpoint.workload, pod };
    }
  }

  /** The workloads that have pods in any of the classes. */
  workloadsOf(classes: Iterable<number>): Workload[] {
    const workloads = new Set<Workload>();
    for (const index of classes)
      for (const { workload } of this.podsOf(index)) workloads.add(workload);
    return [...workloads];
  }

  /** The namespaces of classes of pods; all pods of a class are of one. */
  namespacesOf(classes: Iterable<number>): string[] {
    const namespaces = new Set<string>();
    for (const index of classes) {
      const [endpoint] = this.reachability.classes[index]!.endpoints;
      if (endpoint?.kind === 'workload') namespaces.add(endpoint.workload.namespace);
    }
    return [...namespaces];
  }

  /** The class a pod is in. */
  classOf(pod: Pod): number {
    if (this.#classOf === undefined) {
      this.#classOf = new Map();
      const { endpoints, classOf } = this.reachability.population;
      for (const [i, endpoint] of endpoints.entries()) {
        if (endpoint.kind !== 'workload') continue;
        for (const own of endpoint.pods) this.#classOf.set(own, classOf[i]!);
      }
    }
    return this.#classOf.get(pod)!;
  }

  /** The class of outside addresses that holds one; undefined when it is a pod's, a node's or the pod network's. */
  outsideOf(address: Address): number | undefined {
    const { family, value } = address;
    return this.reachability.classes.find(({ endpoints }) =>
      endpoints.some((endpoint) => {
        if (endpoint.kind !== 'addresses' || endpoint.family !== family) return false;
        const { bounds } = endpoint;
        for (let i = 0; i < bounds.length; i += 2)
          if (bounds[i]! <= value && value <= bounds[i + 1]!) return true;
        return false;
      }),
    )?.index;
  }

  /** Whether annotations ask not to hear of a code on the object. */
  ignores(code: string, object: Annotated): boolean {
    return ignores(this.cluster, code, object);
  }
}
