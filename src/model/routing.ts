import type { Place } from './place.ts';
import type { Labels, Selector } from './selector.ts';

/** The kinds of object by which a proxy lets the outside reach Services. */
export const ROUTE_KINDS = [
  'Ingress',
  'HTTPRoute',
  'GRPCRoute',
  'TLSRoute',
  'TCPRoute',
  'UDPRoute',
] as const;

export type RouteKind = (typeof ROUTE_KINDS)[number];

/** How proxies are told what to let in: Ingresses, and the Gateway API. */
export interface Routing {
  readonly routes: readonly Route[];
  readonly gateways: readonly Gateway[];
  readonly classes: readonly ProxyClass[];
  readonly grants: readonly ReferenceGrant[];
}

export const NO_ROUTING: Routing = { routes: [], gateways: [], classes: [], grants: [] };

/** An Ingress, or a route of the Gateway API: requests by host and path, and the Services they go to. */
export interface Route {
  readonly kind: RouteKind;
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Labels;
  readonly place: Place;
  /** Of an Ingress: `ingressClassName`, or the older annotation; undefined: the default class. */
  readonly className: string | undefined;
  /** Of the Gateway API: the Gateways it wants to be attached to. */
  readonly parents: readonly RouteParent[];
  readonly rules: readonly RouteRule[];
}

/** A Gateway a route wants to be attached to. */
export interface RouteParent {
  readonly place: Place;
  /** `Gateway`, or another kind, such as ListenerSet. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Only this listener, or only those of this port; undefined: any. */
  readonly listener: string | undefined;
  readonly port: number | undefined;
}

/** Requests that go to the same backends. */
export interface RouteRule {
  readonly place: Place;
  /** Empty: any host. `*.NAME` is all hosts below a name. */
  readonly hosts: readonly string[];
  /** As written; empty: any path. */
  readonly paths: readonly string[];
  /** Empty where nothing is connected to, as for a redirection. */
  readonly backends: readonly RouteBackend[];
}

/** Where a rule sends requests. */
export interface RouteBackend {
  readonly place: Place;
  /** `Service`, or a kind that only its own controller understands. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The Service's port, by number or (Ingress) by name; undefined where none is written. */
  readonly port: number | string | undefined;
}

/** A Gateway: what a proxy listens on, and whose routes it takes. */
export interface Gateway {
  readonly namespace: string;
  readonly name: string;
  readonly place: Place;
  readonly className: string;
  readonly listeners: readonly Listener[];
}

/** One port a Gateway listens on. */
export interface Listener {
  readonly name: string;
  /** HTTP, HTTPS, TLS, TCP, UDP, or one of its controller's own. */
  readonly protocol: string;
  readonly port: number;
  /** Undefined: all hosts. */
  readonly host: string | undefined;
  /** The namespaces whose routes may be attached. */
  readonly namespaces: 'same' | 'all' | 'none' | Selector;
  /** The kinds of route it takes; undefined: those of its protocol. */
  readonly kinds: readonly string[] | undefined;
}

/** An IngressClass or GatewayClass: which controller serves what names it. */
export interface ProxyClass {
  readonly kind: 'IngressClass' | 'GatewayClass';
  readonly name: string;
  readonly labels: Labels;
  readonly place: Place;
  readonly controller: string;
  /** Whether Ingresses that name no class are of it. */
  readonly isDefault: boolean;
}

/** Lets routes of other namespaces send to Services of this one. */
export interface ReferenceGrant {
  readonly namespace: string;
  readonly from: readonly { readonly kind: string; readonly namespace: string }[];
  /** The Services by name; undefined: all. */
  readonly services: readonly string[] | undefined;
}
