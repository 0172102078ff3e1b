import { NO_ADDRESSES } from '../../model/address-set.ts';
import type { Cluster } from '../../model/cluster.ts';
import { isUnreadable } from '../../model/selector.ts';
import type { Pod } from '../../model/workload.ts';
import type { Id } from '../ids/pair-memo.ts';
import { EMPTY, SequenceIds } from '../ids/sequence-ids.ts';
import { familiesOf, podAddresses } from '../verdict/endpoint.ts';
import type { Endpoint } from '../verdict/endpoint.ts';
import { nodesOf } from '../verdict/match.ts';
import type { BlockIndex } from './block-index.ts';
import type { Distinctions } from './distinctions.ts';
import { WordIds } from './word-ids.ts';

/** A label that policies ask for, and the values they name. */
interface AskedLabel {
  readonly key: string;
  readonly values: ReadonlyMap<string, number>;
}

// what stands for a label whose value is not named; the named ones count from OTHER_VALUE + 1
const ABSENT = 0;
const UNREADABLE = 1;
const OTHER_VALUE = 2;

/** Where a part of a signature ends whose length is not known. */
const END = -1;

/** What a signature begins with, beside the numbers of namespaces. */
const HOST = -2;
const NODE = -3;
const ADDRESSES = -4;

/** Puts all that the policies of a cluster can see of an endpoint into one number, its signature. */
export class Signer {
  readonly #blocks: BlockIndex;
  readonly #cluster: Cluster;
  readonly #distinctions: Distinctions;
  readonly #labels: readonly AskedLabel[];
  /** Node traffic is told by nodes (N1), so where pods run matters once there is any. */
  readonly #placed: boolean;
  readonly #ids = new SequenceIds();
  readonly #words = new WordIds();

  constructor(cluster: Cluster, distinctions: Distinctions, blocks: BlockIndex) {
    this.#blocks = blocks;
    this.#cluster = cluster;
    this.#distinctions = distinctions;
    this.#labels = [...distinctions.podLabels].map(([key, values]) => ({
      key,
      values: new Map([...values].map((value, i) => [value, OTHER_VALUE + 1 + i])),
    }));
    this.#placed =
      cluster.nodes.size > 0 ||
      cluster.workloads.some(({ pods }) => pods.some((pod) => pod.hostNetwork));
  }

  /** Equal for endpoints that no policy can tell apart, and different for others. */
  sign(endpoint: Endpoint): Id {
    const ids = this.#ids;
    switch (endpoint.kind) {
      case 'workload': {
        const { namespace } = endpoint.workload;
        const pod = ids.longer(this.signPod(endpoint.pods[0]!), this.#words.of(namespace));
        if (!this.#placed) return pod;
        const placement = [...nodesOf(endpoint)].map(String).sort().join();
        return ids.longer(pod, this.#words.of(placement));
      }
      case 'node':
      case 'domain':
        return ids.longer(ids.longer(EMPTY, NODE), this.#words.of(endpoint.id));
      case 'addresses': {
        const { inside } = this.#blocks.holding(endpoint);
        return this.#all(ids.longer(ids.longer(EMPTY, ADDRESSES), endpoint.family), inside);
      }
    }
  }

  /** The part of a signature that is about a pod itself. */
  signPod(pod: Pod): Id {
    let id = EMPTY;
    if (pod.hostNetwork) id = this.#ids.longer(id, HOST);
    else {
      for (const label of this.#labels) id = this.#ids.longer(id, valueOf(pod, label));
      id = this.#all(id, this.#distinctions.portNames.answersOf(pod.ports));
    }
    return this.#addMembership(this.#ids.longer(id, END), pod);
  }

  #addMembership(id: Id, pod: Pod): Id {
    const known = podAddresses(pod, this.#cluster.nodes);
    if (known.length === 0) return id;
    const view = { known, range: NO_ADDRESSES };
    const { inside, perhaps } = this.#blocks.membership(view);
    const families = this.#all(id, familiesOf(view));
    return this.#all(
      this.#ids.longer(this.#all(this.#ids.longer(families, END), inside), END),
      perhaps,
    );
  }

  #all(id: Id, items: readonly number[]): Id {
    let all = id;
    for (let i = 0; i < items.length; i++) all = this.#ids.longer(all, items[i]!);
    return all;
  }
}

/** What stands for the pod's value of a label in its signature. */
function valueOf({ labels }: Pod, { key, values }: AskedLabel): number {
  const value = labels[key];
  if (value !== undefined && Object.hasOwn(labels, key)) return values.get(value) ?? OTHER_VALUE;
  return isUnreadable(labels, key) ? UNREADABLE : ABSENT;
}
