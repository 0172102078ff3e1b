import type { Service, ServiceEndpoint } from '../../model/service.ts';
import type { EndpointSlice } from './service.ts';

/** The EndpointSlices and Endpoints of an input, by the Service they belong to. */
export class SliceShelf {
  readonly #slices = new Map<string, ServiceEndpoint[]>();
  readonly #older = new Map<string, ServiceEndpoint[]>();

  add(slice: EndpointSlice): void {
    put(this.#slices, slice);
  }

  /** Endpoints count for Services without slices: a cluster mirrors them into slices of its own. */
  addOlder(subsets: readonly EndpointSlice[]): void {
    for (const subset of subsets) put(this.#older, subset);
  }

  /** The Services, those without a selector with the endpoints that slices name. */
  join(services: readonly Service[]): readonly Service[] {
    if (this.#slices.size === 0 && this.#older.size === 0) return services;
    return services.map((service) => {
      if (service.selector !== undefined) return service;
      const id = `${service.namespace}/${service.name}`;
      const endpoints = this.#slices.get(id) ?? this.#older.get(id);
      return endpoints === undefined ? service : { ...service, endpoints };
    });
  }
}

function put(map: Map<string, ServiceEndpoint[]>, slice: EndpointSlice): void {
  const id = `${slice.namespace}/${slice.service}`;
  const own = map.get(id);
  if (own === undefined) map.set(id, [slice.endpoint]);
  else own.push(slice.endpoint);
}
