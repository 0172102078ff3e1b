import { ALL_ADDRESSES } from '../../model/address-set.ts';
import { FAMILIES } from '../../model/address.ts';
import type { Cluster, Namespace } from '../../model/cluster.ts';
import { hasPort } from '../../model/port-set.ts';
import { UNREADABLE } from '../../model/selector.ts';
import type { Pod, Workload } from '../../model/workload.ts';
import type { Part } from '../question/ask.ts';
import { addressEndpoint } from '../verdict/endpoint.ts';
import type { AddressEndpoint, Endpoint, WorkloadEndpoint } from '../verdict/endpoint.ts';
import { isSubjectOf, namedPortsOf, portsOfRule } from '../verdict/match.ts';
import { evaluate } from '../verdict/verdict.ts';
import type { Answer, Port, Verdict } from '../verdict/verdict.ts';

/** The namespace of pods nobody knows; no real one has a name like this. */
const NOWHERE = '(not in the input)';

/** Every address there is, one endpoint a family: a client of which nothing is known but that it is outside. */
export const ANY_ADDRESS: readonly AddressEndpoint[] = FAMILIES.map((family) =>
  addressEndpoint(family, ALL_ADDRESSES[family]),
);

/** Asks for connections of a proxy that is not in the input: who may it be, for all that is known? */
export class AnyProxy {
  readonly #cluster: Cluster;
  readonly #stranger: WorkloadEndpoint;

  constructor(cluster: Cluster) {
    const [like] = cluster.workloads;
    const place = like?.place ?? cluster.routing.routes[0]?.place;
    // without pods nothing is ever asked, so the place is never seen
    this.#stranger = strangerAt(place!);
    const namespace: Namespace = {
      name: NOWHERE,
      labels: { [UNREADABLE]: 'all' },
      annotations: {},
      place: undefined,
    };
    this.#cluster = {
      ...cluster,
      namespaces: new Map([...cluster.namespaces, [NOWHERE, namespace]]),
    };
  }

  /**
   * Allowed when a pod of any labels in any namespace may, and any address of the families the destination
   * has; denied when the policies that isolate it let no one in on the port, its own node aside (N1); else
   * it depends on who the proxy is.
   */
  answer({ connection: { to, port } }: Part): Answer {
    const ask = (from: Endpoint): Verdict => evaluate(this.#cluster, { from, to, port });
    const asAddress = ANY_ADDRESS.map(ask).filter(({ families }) => families.length > 0);
    const answers = [ask(this.#stranger), ...asAddress].map(({ answer }) => answer);
    if (answers.every((one) => one === 'allowed')) return 'allowed';
    if (answers.every((one) => one === 'denied') && !this.#admitsSomeone(to, port)) return 'denied';
    return 'depends';
  }

  /** Whether some rule for the destination opens the port to anyone at all. */
  #admitsSomeone(to: Endpoint, { protocol, number }: Port): boolean {
    const { policies, clusterPolicies } = this.#cluster;
    if (clusterPolicies.length > 0) return true;
    return policies.some(
      (policy) =>
        policy.isolates.includes('ingress') &&
        isSubjectOf(policy, to) &&
        policy.ingress.some(
          (rule) =>
            (rule.peers === 'all' || rule.peers.some(({ kind }) => kind !== 'nothing')) &&
            hasPort(portsOfRule(rule, namedPortsOf(to)), protocol, number),
        ),
    );
  }
}

function strangerAt(place: Workload['place']): WorkloadEndpoint {
  const pod: Pod = {
    name: undefined,
    place,
    labels: { [UNREADABLE]: 'all' },
    ports: [],
    hostNetwork: false,
    node: undefined,
    addresses: [],
    count: 1,
  };
  return pseudo('proxy', pod);
}

/** A node of which nothing is known, in the form policies see it: a pod of a node's network (N7). */
export function unknownNode(place: Workload['place']): WorkloadEndpoint {
  const pod = { ...strangerAt(place).pods[0]!, hostNetwork: true };
  return pseudo('node', pod);
}

function pseudo(name: string, pod: Pod): WorkloadEndpoint {
  const workload: Workload = {
    namespace: NOWHERE,
    kind: 'Pod',
    name,
    place: pod.place,
    annotations: {},
    pods: [pod],
  };
  return { kind: 'workload', id: `${name} ${NOWHERE}`, workload, pods: [pod] };
}
