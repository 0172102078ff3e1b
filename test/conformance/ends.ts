import { addressEndpoint, domainEndpoint } from '../../src/evaluate/verdict/endpoint.ts';
import type { Endpoint, WorkloadEndpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { parseAddress } from '../../src/model/address.ts';
import type { Address } from '../../src/model/address.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { parseDomainName } from '../../src/model/domain-name.ts';
import { workloadId } from '../../src/model/workload.ts';
import type { Pod, Workload } from '../../src/model/workload.ts';

/** One thing that connects or is connected to: a single pod, a node, an outside address or a domain. */
export interface End {
  readonly id: string;
  readonly endpoint: Endpoint;
}

/** What the text of one end of a question stands for. */
export interface Ends {
  readonly ends: readonly End[];
  /** Whether a workload was asked for as a whole, rather than one pod, node or address. */
  readonly isWorkload: boolean;
}

/** Two ends of one connection. */
export interface Pair {
  readonly from: End;
  readonly to: End;
}

/** The pairs a question comes down to (D5, D6); `itself` when it is a pod asked about itself (N4). */
export function pairsOf(from: Ends, to: Ends): readonly Pair[] | 'itself' {
  const pairs = from.ends.flatMap((one) => to.ends.map((other) => ({ from: one, to: other })));
  const different = pairs.filter((pair) => pair.from.id !== pair.to.id);
  if (different.length > 0) return different;
  return from.isWorkload || to.isWorkload ? pairs : 'itself';
}

/** Knows every end of a cluster by the texts that stand for it. */
export class EndIndex {
  readonly #pods: End[] = [];
  readonly #nodes: End[] = [];
  readonly #workloads = new Map<string, Ends>();
  readonly #byText = new Map<string, Ends>();

  constructor(cluster: Cluster) {
    for (const node of cluster.nodes.values()) {
      const id = `node/${node.name}`;
      this.#nodes.push({ id, endpoint: { kind: 'node', id, node } });
    }
    for (const workload of cluster.workloads) {
      const ends = workload.pods.map((pod) => podEnd(workload, pod));
      const isWorkload = workload.kind !== 'Pod' || workload.pods[0]!.name === undefined;
      this.#workloads.set(workloadId(workload), { ends, isWorkload });
      for (const [i, pod] of workload.pods.entries()) {
        if (pod.name !== undefined) this.#pods.push(ends[i]!);
      }
    }
    for (const end of [...this.#pods, ...this.#nodes])
      this.#byText.set(end.id, { ends: [end], isWorkload: false });
  }

  /** The ids of everything but addresses, each in its long form. */
  ids(): string[] {
    return [...new Set([...this.#workloads.keys(), ...this.#byText.keys()])];
  }

  /** What a text stands for; throws a RangeError when that is nothing, or several things. */
  find(text: string): Ends {
    let ends = this.#byText.get(text);
    if (ends === undefined) this.#byText.set(text, (ends = this.#resolve(text)));
    return ends;
  }

  #resolve(text: string): Ends {
    const address = parseAddress(text);
    if (address !== undefined) return { ends: this.#at(text, address), isWorkload: false };
    const domain = text.startsWith('domain/') && parseDomainName(text.slice('domain/'.length));
    if (domain) return { ends: [endOf(domainEndpoint(domain))], isWorkload: false };
    const found = [...this.#workloads].filter(([id]) =>
      [id, id.replace(/\/.*\//, '/')].includes(text),
    );
    if (found.length !== 1)
      throw new RangeError(`${found.length} workloads are called \`${text}\``);
    return found[0]![1];
  }

  /** D11: an address is the pod that has it, else the node, else the outside. */
  #at(text: string, address: Address): End[] {
    const pods = this.#pods.filter(({ endpoint }) => {
      const pod = (endpoint as WorkloadEndpoint).pods[0]!;
      return !pod.hostNetwork && hasAddress(pod.addresses, address);
    });
    if (pods.length > 0) return pods;
    const nodes = this.#nodes.filter(
      ({ endpoint }) => endpoint.kind === 'node' && hasAddress(endpoint.node.addresses, address),
    );
    if (nodes.length > 0) return nodes;
    const { family, value } = address;
    return [{ id: text, endpoint: addressEndpoint(family, [value, value]) }];
  }
}

function endOf(endpoint: Endpoint): End {
  return { id: endpoint.id, endpoint };
}

function podEnd(workload: Workload, pod: Pod): End {
  const id =
    pod.name === undefined ? workloadId(workload) : `${workload.namespace}/Pod/${pod.name}`;
  return { id, endpoint: { kind: 'workload', id, workload, pods: [pod] } };
}

function hasAddress(addresses: readonly Address[], { family, value }: Address): boolean {
  return addresses.some((one) => one.family === family && one.value === value);
}
