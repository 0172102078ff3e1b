import type { Place } from '../../model/place.ts';
import type { RouteKind, RouteParent } from '../../model/routing.ts';
import type { Part, ServiceStep } from '../question/ask.ts';
import type { Endpoint } from '../verdict/endpoint.ts';
import type { Answer, Port, Unknown } from '../verdict/verdict.ts';
import type { Refusal } from './attachment.ts';

/** What lets the outside in without a proxy in a pod: a kind of Service, or a port of the node. */
export type OpeningKind = 'LoadBalancer' | 'NodePort' | 'externalIPs' | 'hostPort';

/**
 * One way from outside to pods: a rule of a route with one of its backends, a port of a Service that is open
 * to the outside, or a hostPort; and whether the policies let through who then connects to the pods.
 */
export interface WayIn {
  readonly kind: RouteKind | OpeningKind;
  readonly namespace: string;
  /** Of the route or the Service; of a hostPort, of the workload. */
  readonly name: string;
  readonly place: Place;
  /** Of routes: the hosts and paths asked for; empty: any. */
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  /** Where clients connect, as far as the input tells. */
  readonly addresses: readonly string[];
  /** The port clients connect to; undefined for routes, and for a node port that is not chosen yet. */
  readonly port: Port | undefined;
  readonly through: Through;
  /** What stands before the pods; undefined for a hostPort. */
  readonly backend: WayBackend | undefined;
  /** The pods it leads to, and the ports of theirs. */
  readonly targets: readonly WayTarget[];
  /** Whether clients get through: to the proxy if there is one, and from there to the pods. */
  readonly answer: Answer;
  /** Why not, or not surely; undefined when allowed. */
  readonly cause: Cause | undefined;
}

/** Who connects to the pods, and so whom their policies see. */
export type Through =
  /** pods of a proxy */
  | {
      readonly kind: 'proxy';
      readonly name: string | undefined;
      readonly endpoints: readonly Endpoint[];
    }
  /** a proxy that is no pod of the input */
  | {
      readonly kind: 'unknown-proxy';
      readonly name: string | undefined;
      readonly elsewhere: 'nodes' | 'outside' | undefined;
    }
  /** the node that was entered, which puts its own address in the place of the client's (B11) */
  | { readonly kind: 'node' }
  /** the client itself, by its own address */
  | { readonly kind: 'client' };

/** What a route sends to, or the Service that is open. */
export interface WayBackend {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number | string | undefined;
}

export interface WayTarget {
  readonly endpoint: Endpoint;
  readonly ports: readonly Port[];
}

/** Why a way is not, or not surely, open. */
export type Cause =
  /** no Gateway takes the route */
  | { readonly kind: 'refused'; readonly parent: RouteParent; readonly why: Refusal }
  | { readonly kind: 'no-gateway' }
  /** the backend is in another namespace, which has no ReferenceGrant for the route */
  | { readonly kind: 'not-granted' }
  /** the backend is no Service, and only its controller knows what it is */
  | { readonly kind: 'other-kind' }
  | { readonly kind: 'no-service' }
  | { readonly kind: 'no-named-port' }
  | { readonly kind: 'dead'; readonly dead: Exclude<ServiceStep['dead'], undefined> }
  /** the load balancer lets none of the clients in, or only some */
  | { readonly kind: 'source-ranges'; readonly some: boolean }
  /** the proxy is not in the input, and the policies let some in and not others */
  | { readonly kind: 'unknown-proxy' }
  /** the proxy is not in the input, and no policy lets anyone in but the pods' own node */
  | { readonly kind: 'nobody' }
  /** how clients come to the proxy's pods is not in the input */
  | { readonly kind: 'no-approach' }
  /** the clients' way to the proxy's pods is not, or not surely, open */
  | { readonly kind: 'approach'; readonly cause: Cause }
  /** the two ends have no address family in common */
  | { readonly kind: 'no-family'; readonly part: Part }
  /** policies at one end deny it */
  | { readonly kind: 'denied'; readonly direction: 'egress' | 'ingress'; readonly part: Part }
  /** it turns on something the input does not tell */
  | { readonly kind: 'unknown'; readonly on: Unknown; readonly part: Part }
  /** some may and some may not; the part is one that may not */
  | { readonly kind: 'some'; readonly part: Part };
