import { NAMESPACE_NAME_LABEL } from '../model/cluster.ts';
import type { Cluster, Namespace } from '../model/cluster.ts';
import { Place, Source } from '../model/place.ts';
import type { Direction } from '../model/policy.ts';
import type { Pod } from '../model/workload.ts';
import { podOf } from '../evaluate/endpoint.ts';
import type { WorkloadEndpoint } from '../evaluate/endpoint.ts';
import { evaluate } from '../evaluate/verdict.ts';
import type { Answer } from '../evaluate/verdict.ts';

const USUAL_PORT = 80;
const NOWHERE = new Place(new Source('(assumed)', ''), 1, 0, '');

/**
 * A pod that nobody has named: of a namespace of its own, without labels. What policies say to it is what
 * they say to whoever may come, so that a pod it may connect to is open, though not to everyone perhaps.
 */
export class Stranger {
  readonly #cluster: Cluster;
  readonly #endpoint: WorkloadEndpoint;

  constructor(cluster: Cluster) {
    let name = 'elsewhere';
    while (cluster.namespaces.has(name)) name += '-';
    const labels = { [NAMESPACE_NAME_LABEL]: name };
    const namespace: Namespace = { name, labels, annotations: {}, place: undefined };
    this.#cluster = {
      ...cluster,
      namespaces: new Map(cluster.namespaces).set(name, namespace),
    };
    this.#endpoint = podWithoutLabels(name);
  }

  /** Whether it may connect to a pod, for `ingress`, or be connected to: on a port the other end declares. */
  meets(endpoint: WorkloadEndpoint, direction: Direction): Answer {
    const isIngress = direction === 'ingress';
    const [from, to] = isIngress ? [this.#endpoint, endpoint] : [endpoint, this.#endpoint];
    const declared = podOf(to).ports.find(({ protocol }) => protocol === 'TCP');
    const port = { protocol: 'TCP', number: declared?.number ?? USUAL_PORT } as const;
    const verdict = evaluate(this.#cluster, { from, to, port });
    const side = verdict[direction];
    if (side.state === 'exempt' || side.state === 'open') return 'allowed';
    return side.state;
  }

  /** As {@link meets}, of a new pod without labels in a namespace of the cluster. */
  meetsNewIn(namespace: string, direction: Direction): Answer {
    return this.meets(podWithoutLabels(namespace), direction);
  }
}

function podWithoutLabels(namespace: string): WorkloadEndpoint {
  const pod: Pod = {
    name: undefined,
    place: NOWHERE,
    labels: {},
    ports: [],
    hostNetwork: false,
    node: undefined,
    addresses: [],
    count: 1,
  };
  const workload = {
    namespace,
    kind: 'Deployment',
    name: 'new-pod',
    place: NOWHERE,
    annotations: {},
    pods: [pod],
  };
  return { kind: 'workload', id: `${namespace}/Deployment/new-pod`, workload, pods: [pod] };
}
