import type { Labels } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import type { Pod } from '../../model/workload.ts';
import type { Housed } from './housed.ts';

/** Which pods stand behind which Services by their selectors, looked up label by label. */
export class ServiceIndex {
  readonly #backends = new Map<Service, readonly Housed[]>();
  readonly #inFrontOf = new Map<Pod, Service[]>();

  constructor(services: readonly Service[], byNamespace: ReadonlyMap<string, readonly Housed[]>) {
    const postings = new Map<string, Map<string, Housed[]>>();
    for (const service of services) {
      const { namespace, selector } = service;
      if (selector === undefined) continue;
      let own = postings.get(namespace);
      if (own === undefined)
        postings.set(namespace, (own = byLabel(byNamespace.get(namespace) ?? [])));
      const backends = behind(own, selector);
      this.#backends.set(service, backends);
      for (const { pod } of backends) {
        const fronts = this.#inFrontOf.get(pod);
        if (fronts === undefined) this.#inFrontOf.set(pod, [service]);
        else fronts.push(service);
      }
    }
  }

  /** The pods behind a Service; undefined when it has no selector, so that EndpointSlices decide. */
  backendsOf(service: Service): readonly Housed[] | undefined {
    return this.#backends.get(service);
  }

  /** The Services in front of a pod. */
  inFrontOf(pod: Pod): readonly Service[] {
    return this.#inFrontOf.get(pod) ?? [];
  }
}

function labelKey([key, value]: readonly [string, string]): string {
  return `${key}=${value}`;
}

function byLabel(housed: readonly Housed[]): Map<string, Housed[]> {
  const lists = new Map<string, Housed[]>();
  for (const one of housed) {
    for (const entry of Object.entries(one.pod.labels)) {
      const key = labelKey(entry);
      const list = lists.get(key);
      if (list === undefined) lists.set(key, [one]);
      else list.push(one);
    }
  }
  return lists;
}

/** The pods that carry all the labels; the rarest one decides how many are looked at. */
function behind(lists: ReadonlyMap<string, Housed[]>, selector: Labels): Housed[] {
  const entries = Object.entries(selector);
  const carrying = entries.map((entry) => lists.get(labelKey(entry)) ?? []);
  const [fewest = []] = carrying.sort((a, b) => a.length - b.length);
  return fewest.filter(({ pod: { labels } }) =>
    entries.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value),
  );
}
