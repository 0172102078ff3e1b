import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { NODES, PORTS, PORT_NAMES, PROTOCOLS, podAddress, podLabels } from './vocabulary.ts';

/** The address families a generated pod or node may have. */
export type Families = 'IPv4' | 'both';

/** What a generated pod is, before it has a name, an owner and an address of its own. */
export interface PodShape {
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly object[];
  /** Which containers declare the ports: a sidecar counts, a plain init container does not (P11). */
  readonly container: 'main' | 'sidecar' | 'init';
  readonly hostNetwork: boolean;
  readonly node: string | undefined;
  readonly phase: string | undefined;
  readonly addresses: readonly ('IPv4' | 'IPv6')[];
}

/** Pods, most of them ordinary. */
export function podShape(families: Families): Arbitrary<PodShape> {
  return fc.record({
    labels: podLabels,
    ports: fc.array(containerPort, { maxLength: 2 }),
    container: rarely('main', 'sidecar', 'init'),
    hostNetwork: fc.integer({ min: 0, max: 7 }).map((n) => n === 7),
    node: fc.option(fc.constantFrom(...NODES), { nil: undefined, freq: 2 }),
    phase: rarely(undefined, 'Running', 'Succeeded', 'Failed', 'Pending'),
    addresses:
      families === 'both' ? fc.subarray(['IPv4', 'IPv6'] as const) : fc.subarray(['IPv4'] as const),
  });
}

/** The first value in most cases, so that shrinking leads there too. */
function rarely<T>(usual: T, ...others: readonly T[]): Arbitrary<T> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.constantFrom(...others) },
  );
}

const containerPort: Arbitrary<object> = fc.record(
  {
    name: fc.constantFrom(...PORT_NAMES),
    containerPort: fc.constantFrom(...PORTS),
    protocol: fc.constantFrom(...PROTOCOLS),
  },
  { requiredKeys: ['containerPort'] },
);

/** The `spec` of a pod or of a pod template; a container each port, for two may have one name. */
export function podSpec({ ports, container, hostNetwork, node }: PodShape): object {
  const main = { name: 'main', image: 'app:1' };
  const serving = ports.map((port, i) => ({ name: `c${i}`, image: 'app:1', ports: [port] }));
  const always = serving.map((one) => ({ ...one, restartPolicy: 'Always' }));
  return {
    ...(hostNetwork && { hostNetwork }),
    ...(node !== undefined && { nodeName: node }),
    ...(container === 'sidecar' && { initContainers: always }),
    ...(container === 'init' && { initContainers: serving }),
    containers: container === 'main' && serving.length > 0 ? serving : [main],
  };
}

/** The `status` of the pod whose number among all pods is `n`, from 1; undefined when it has none. */
export function podStatus(
  { phase, addresses, hostNetwork }: PodShape,
  n: number,
): object | undefined {
  // most hostNetwork pods leave it to their node to have an address
  const own = hostNetwork && n % 2 === 0 ? [] : addresses;
  if (phase === undefined && own.length === 0) return undefined;
  const ips = own.map((family) => podAddress[family](n));
  return {
    ...(phase !== undefined && { phase }),
    ...(ips.length > 0 && { podIP: ips[0] }),
    ...(ips.length > 1 && { podIPs: ips.map((ip) => ({ ip })) }),
  };
}
