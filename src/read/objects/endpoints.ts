import type { Address } from '../../model/address.ts';
import { Fields, MALFORMED, orNothing } from '../fields/fields.ts';
import type { Field } from '../fields/fields.ts';
import type { Metadata } from '../fields/metadata.ts';
import { readProtocol } from '../fields/port-rule.ts';
import { readAddresses } from './pod.ts';
import type { EndpointSlice } from './service.ts';

/** Reads Endpoints (v1), which came before EndpointSlices: the Service of the same name, a slice a subset. */
export function readEndpoints(object: Fields, { namespace, name }: Metadata): EndpointSlice[] {
  return (orNothing(object.list('subsets')) ?? []).flatMap((field) => {
    const subset = Fields.of(field);
    if (subset === MALFORMED) return [];
    const addresses = (orNothing(subset.list('addresses')) ?? []).flatMap(readAddress);
    const ports = (orNothing(subset.list('ports')) ?? []).flatMap((one) => {
      const port = Fields.of(one);
      const protocol = port === MALFORMED ? MALFORMED : readProtocol(port);
      if (port === MALFORMED || protocol === MALFORMED) return [];
      const number = orNothing(port.integer('port'));
      return [{ name: orNothing(port.text('name')), protocol, port: number }];
    });
    return [{ namespace, service: name, endpoint: { addresses, ports } }];
  });
}

function readAddress(field: Field): readonly Address[] {
  const address = Fields.of(field);
  const ip = address === MALFORMED ? undefined : orNothing(address.text('ip'));
  return address === MALFORMED || ip === undefined ? [] : readAddresses([ip], address);
}
