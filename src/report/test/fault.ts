import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Fault } from '../../expect/judgement/judgement.ts';
import { isEmpty, subtractAddresses } from '../../model/address-set.ts';
import type { AddressSet } from '../../model/address-set.ts';
import { formatPorts } from '../../model/port-set.ts';
import { addressesOfOutside, outsideName } from '../words/outside-name.ts';
import { unknownWords } from '../words/side-words.ts';

const MOST_NAMES = 4;

/** One line that says what is not as expected: who, whom, on what. */
export function faultLine(fault: Fault, outside: Outside): string {
  const { from, to, ports, answer, demand, unknowns } = fault;
  if (fault.observed !== undefined) return fault.observed;
  const on = formatPorts(ports);
  const service = demand.service && demand.service.service;
  const behind = service ? ` behind svc/${service.namespace}/${service.name}` : '';
  const ends = `${endsName(from, outside)} → ${endsName(to, outside)}${behind}`;
  switch (answer) {
    case 'allowed':
      return `${ends}: ${on} allowed`;
    case 'denied':
      return `${ends}: ${on} denied`;
    case 'depends':
      return `${ends}: ${on} ${unknowns.map(unknownWords).join('; ') || 'depends'}`;
  }
}

/** The addresses outside the cluster, to name parts of them: all, and the public ones. */
export interface Outside {
  readonly whole: AddressSet;
  readonly internet: AddressSet;
}

/** Some endpoints as one name: the first few, or the addresses together. */
export function endsName(endpoints: readonly Endpoint[], { whole, internet }: Outside): string {
  const addresses = endpoints.filter((endpoint) => endpoint.kind === 'addresses');
  if (addresses.length > 0) {
    const set = addressesOfOutside(addresses);
    const isPublic = isEmpty(subtractAddresses(set, internet));
    return outsideName(set, isPublic ? internet : whole);
  }
  const shown = endpoints.slice(0, MOST_NAMES).map(({ id }) => id);
  const more = endpoints.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}
