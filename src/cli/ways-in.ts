import type { Reachability } from '../evaluate/map/reachability.ts';
import { INTERNET, findParty } from '../evaluate/question/party.ts';
import type { AddressEndpoint, Endpoint } from '../evaluate/verdict/endpoint.ts';
import type { WayIn } from '../evaluate/ways-in/way-in.ts';
import { waysIn } from '../evaluate/ways-in/ways-in.ts';
import { hasPort } from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';

/** Which ways in are asked about. */
export interface WaysAsked {
  /** Names of clients; those of the cluster are passed over. None: the internet. */
  readonly from: readonly string[];
  /** Where the ways must lead; undefined: anywhere, and nowhere. */
  readonly to: ((endpoint: Endpoint) => boolean) | undefined;
  /** The ports of pods that they must lead to. */
  readonly ports: PortSet | undefined;
}

/** The ways in that are asked about. */
export function findWaysIn({ cluster, population }: Reachability, asked: WaysAsked): WayIn[] {
  const { from, to, ports } = asked;
  const clients = (from.length === 0 ? [INTERNET] : from).flatMap((name): AddressEndpoint[] => {
    if (name.endsWith('/*')) return [];
    const party = findParty(cluster, population, name);
    const endpoints = party.kind === 'endpoints' ? party.endpoints : [];
    return endpoints.filter((endpoint) => endpoint.kind === 'addresses');
  });
  return waysIn(cluster, population, clients).filter(
    ({ targets }) =>
      (to === undefined && ports === undefined) ||
      targets.some(
        ({ endpoint, ports: own }) =>
          (to === undefined || to(endpoint)) &&
          (ports === undefined ||
            own.some(({ protocol, number }) => hasPort(ports, protocol, number))),
      ),
  );
}
