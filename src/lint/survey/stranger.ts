import { podOf } from '../../evaluate/verdict/endpoint.ts';
import type { WorkloadEndpoint } from '../../evaluate/verdict/endpoint.ts';
import { evaluate } from '../../evaluate/verdict/verdict.ts';
import type { Answer, Port, Side } from '../../evaluate/verdict/verdict.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import type { Cluster, Namespace } from '../../model/cluster.ts';
import { Place, Source } from '../../model/place.ts';
import type { Direction } from '../../model/policy.ts';
import type { Pod } from '../../model/workload.ts';

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

  /** What the policies of a pod say when it connects to the pod, for `ingress`, or is connected to by it. */
  sideOf(endpoint: WorkloadEndpoint, direction: Direction, port: Port): Side {
    const isIngress = direction === 'ingress';
    const [from, to] = isIngress ? [this.#endpoint, endpoint] : [endpoint, this.#endpoint];
    return evaluate(this.#cluster, { from, to, port })[direction];
  }

  /** Whether the policies of a pod let it through, on a port that the pod declares. */
  meets(endpoint: WorkloadEndpoint, direction: Direction): Answer {
    const declared = podOf(endpoint).ports.find(({ protocol }) => protocol === 'TCP');
    const number = direction === 'ingress' ? declared?.number : undefined;
    const port = { protocol: 'TCP', number: number ?? USUAL_PORT } as const;
    const side = this.sideOf(endpoint, direction, port);
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
