import type { AddressSet } from './address-set.ts';
import type { Address } from './address.ts';
import type { Place } from './place.ts';
import type { Protocol } from './port-set.ts';
import type { Labels } from './selector.ts';

/** A Service: the pods behind a name, and how its ports map to theirs. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly place: Place;
  readonly type: string;
  /** Undefined: no selector, so EndpointSlices say who is behind it. */
  readonly selector: Labels | undefined;
  readonly headless: boolean;
  readonly addresses: readonly Address[];
  readonly ports: readonly ServicePort[];
  /** From EndpointSlices of this Service; used only when there is no selector. */
  readonly endpoints: readonly ServiceEndpoint[];
  /** How it is open to the outside; undefined for most, which are not. */
  readonly exposure: ServiceExposure | undefined;
  /** Of type ExternalName: the DNS name it stands for. */
  readonly externalName: string | undefined;
}

/** What opens a Service to the outside: node ports, a load balancer, or addresses routed to the nodes. */
export interface ServiceExposure {
  /** `Local` keeps the client's address; with `Cluster` the node that is entered replaces it (B11). */
  readonly trafficPolicy: 'Cluster' | 'Local';
  readonly externalAddresses: readonly Address[];
  /** Addresses and names the load balancer answers at, as far as the input tells. */
  readonly balancer: readonly string[];
  /** The clients the load balancer lets in (`loadBalancerSourceRanges`); undefined: all. */
  readonly clients: AddressSet | undefined;
}

/** One port of a Service. */
export interface ServicePort {
  readonly name: string | undefined;
  readonly protocol: Protocol;
  readonly port: number;
  /** The pods' port: a number, or a container port's name resolved on each pod. */
  readonly target: number | string;
  readonly nodePort: number | undefined;
  readonly place: Place;
}

/** Addresses behind a Service, with the port each serves, as an EndpointSlice gives them. */
export interface ServiceEndpoint {
  readonly addresses: readonly Address[];
  readonly ports: readonly {
    name: string | undefined;
    protocol: Protocol;
    port: number | undefined;
  }[];
}
