import type { Cluster } from '../../model/cluster.ts';
import type { Gateway, ProxyClass, Route } from '../../model/routing.ts';
import type { Labels } from '../../model/selector.ts';
import type { Pod } from '../../model/workload.ts';
import { PROXY_KINDS, isImageOf, kindsOfClassName, kindsOfController } from './proxy-kinds.ts';
import type { ProxyKind } from './proxy-kinds.ts';

/** Who connects to the backends of a route. */
export interface Proxies {
  /** The proxy's pods in the input; empty when they are not in it, or there are none. */
  readonly pods: readonly Pod[];
  /** What it is called, as far as the input tells: `ingress-nginx`, class `internal`. */
  readonly name: string | undefined;
  readonly elsewhere: 'nodes' | 'outside' | undefined;
}

const NOBODY_KNOWN: Proxies = { pods: [], name: undefined, elsewhere: undefined };

/** Labels that charts give a class and the pods of its controller alike. */
const RELEASE_LABELS = ['app.kubernetes.io/instance', 'app.kubernetes.io/name'];

/** Finds the pods of proxies by what their classes and labels say; guesses nothing. */
export class ProxyFinder {
  readonly #cluster: Cluster;
  readonly #ofKind = new Map<ProxyKind, readonly Pod[]>();
  readonly #ofIngress = new Map<string | undefined, Proxies>();
  readonly #ofGateway = new Map<Gateway, Proxies>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Who serves an Ingress: by its class, or the default one, or when it has none the only one there is. */
  ofIngress({ className }: Route): Proxies {
    let proxies = this.#ofIngress.get(className);
    if (proxies === undefined) {
      const { classes } = this.#cluster.routing;
      const proxyClass = classes.find(
        ({ kind, name, isDefault }) =>
          kind === 'IngressClass' && (className === undefined ? isDefault : name === className),
      );
      proxies =
        proxyClass === undefined && className === undefined
          ? this.#theOnly()
          : this.#ofClass(proxyClass, className);
      this.#ofIngress.set(className, proxies);
    }
    return proxies;
  }

  /** Who listens for a Gateway: pods made for it (GEP-1762 and what came before), else those of its class. */
  ofGateway(gateway: Gateway): Proxies {
    let proxies = this.#ofGateway.get(gateway);
    if (proxies === undefined) this.#ofGateway.set(gateway, (proxies = this.#findGateway(gateway)));
    return proxies;
  }

  #findGateway({ namespace, name, className }: Gateway): Proxies {
    const proxyClass = this.#cluster.routing.classes.find(
      (one) => one.kind === 'GatewayClass' && one.name === className,
    );
    const ofClass = this.#ofClass(proxyClass, className);
    const own = [
      ...this.#podsWith({ 'gateway.networking.k8s.io/gateway-name': name }, namespace),
      ...['gateway.envoyproxy.io', 'projectcontour.io'].flatMap((prefix) =>
        this.#podsWith({
          [`${prefix}/owning-gateway-name`]: name,
          [`${prefix}/owning-gateway-namespace`]: namespace,
        }),
      ),
    ];
    if (own.length > 0) return { ...ofClass, pods: [...new Set(own)] };
    const merged = this.#podsWith({ 'gateway.envoyproxy.io/owning-gatewayclass': className });
    return merged.length > 0 ? { ...ofClass, pods: merged } : ofClass;
  }

  #ofClass(proxyClass: ProxyClass | undefined, className: string | undefined): Proxies {
    const kinds = proxyClass
      ? kindsOfController(proxyClass.controller)
      : kindsOfClassName(className ?? '');
    const found = kinds.filter((kind) => this.#podsOf(kind).length > 0);
    const pods = [...new Set(found.flatMap((kind) => this.#podsOf(kind)))];
    const told = found.length > 0 ? found : kinds;
    const name = told.length === 1 ? told[0]!.name : (proxyClass?.controller ?? className);
    const elsewhere = kinds.length === 1 ? kinds[0]!.elsewhere : undefined;
    if (proxyClass === undefined) return { pods, name, elsewhere };
    return { pods: this.#ofRelease(proxyClass, pods), name, elsewhere };
  }

  /** Of several controllers of one kind, the one installed together with the class; else all. */
  #ofRelease({ labels }: ProxyClass, pods: readonly Pod[]): readonly Pod[] {
    const release: Record<string, string> = {};
    for (const key of RELEASE_LABELS) {
      if (!Object.hasOwn(labels, key)) return pods;
      release[key] = labels[key]!;
    }
    if (pods.length === 0) return this.#podsWith(release);
    const own = pods.filter((pod) => carries(pod, release));
    return own.length > 0 ? own : pods;
  }

  /** The one kind of proxy for Ingresses that the input has; nobody when there are several. */
  #theOnly(): Proxies {
    const found = PROXY_KINDS.filter((kind) => this.#podsOf(kind).length > 0);
    const [kind] = found;
    if (kind === undefined || found.length > 1) return NOBODY_KNOWN;
    return { pods: this.#podsOf(kind), name: kind.name, elsewhere: undefined };
  }

  #podsOf(kind: ProxyKind): readonly Pod[] {
    let pods = this.#ofKind.get(kind);
    if (pods === undefined) {
      const labelled = kind.pods.flatMap((labels) => this.#podsWith(labels));
      pods = [...new Set([...labelled, ...this.#podsRunning(kind)])];
      this.#ofKind.set(kind, pods);
    }
    return pods;
  }

  /** Images are known of Deployments and DaemonSets, which is how controllers are installed. */
  #podsRunning(kind: ProxyKind): Pod[] {
    const { pluginTraces, workloads } = this.#cluster;
    const running = pluginTraces.filter(({ containers }) =>
      containers.some(({ image }) => isImageOf(kind, image)),
    );
    return running.flatMap((trace) =>
      workloads
        .filter(
          ({ kind: owner, namespace, name }) =>
            owner === trace.kind && namespace === trace.namespace && name === trace.name,
        )
        .flatMap(({ pods }) => pods),
    );
  }

  #podsWith(labels: Labels, namespace?: string): Pod[] {
    return this.#cluster.workloads.flatMap((workload) =>
      namespace !== undefined && workload.namespace !== namespace
        ? []
        : workload.pods.filter((pod) => carries(pod, labels)),
    );
  }
}

function carries({ labels }: Pod, wanted: Labels): boolean {
  for (const key in wanted)
    if (!Object.hasOwn(labels, key) || labels[key] !== wanted[key]) return false;
  return true;
}
