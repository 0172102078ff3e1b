import type { Cluster } from '../../model/cluster.ts';
import { parseDomainName } from '../../model/domain-name.ts';
import type { Service } from '../../model/service.ts';
import { domainEndpoint } from '../verdict/endpoint.ts';
import type { DomainEndpoint } from '../verdict/endpoint.ts';

/** What a Service of type ExternalName is another name for: a Service of this cluster, or a name outside. */
export type Alias =
  | { readonly kind: 'service'; readonly service: Service }
  | { readonly kind: 'domain'; readonly endpoint: DomainEndpoint };

/** More names for names than this are a circle. */
const MOST_STEPS = 8;

/**
 * Follows an ExternalName; undefined for other Services, and for one whose name is none or leads in a circle.
 * A CNAME is absolute, so only the full name of a Service is one of this cluster (RFC 1034, 3.6.2).
 */
export function aliasOf(cluster: Cluster, service: Service): Alias | undefined {
  let at = service;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    if (at.externalName === undefined)
      return at === service ? undefined : { kind: 'service', service: at };
    const name = parseDomainName(at.externalName);
    if (name === undefined) return undefined;
    const inside = serviceNamed(cluster, name);
    if (inside === undefined) return { kind: 'domain', endpoint: domainEndpoint(name) };
    at = inside;
  }
  return undefined;
}

function serviceNamed({ services }: Cluster, domain: string): Service | undefined {
  const found = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(domain);
  if (found === null) return undefined;
  const [, name, namespace] = found;
  return services.find((one) => one.name === name && one.namespace === namespace);
}
