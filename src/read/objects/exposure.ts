import { addressRange, parseBlock, unionAddresses } from '../../model/address-set.ts';
import type { AddressSet, Block } from '../../model/address-set.ts';
import type { ServiceExposure } from '../../model/service.ts';
import { Fields, MALFORMED, orNothing, report, textOf } from '../fields/fields.ts';
import { readCidr } from '../fields/ip-block.ts';
import type { Metadata } from '../fields/metadata.ts';
import { readAddresses } from './pod.ts';

/** How `loadBalancerSourceRanges` is written in older manifests: CIDRs with commas between. */
const RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/**
 * How a Service is open to the outside: by type LoadBalancer or NodePort, or by externalIPs, which any
 * type may have. Undefined when it is not.
 */
export function readExposure(
  object: Fields,
  spec: Fields | undefined,
  type: string,
  annotations: Metadata['annotations'],
): ServiceExposure | undefined {
  if (spec === undefined || type === 'ExternalName') return undefined;
  const isTyped = type === 'LoadBalancer' || type === 'NodePort';
  if (!isTyped && !spec.has('externalIPs')) return undefined;
  const texts = (orNothing(spec.list('externalIPs')) ?? [])
    .map(textOf)
    .filter((text) => text !== MALFORMED);
  if (!isTyped && texts.length === 0) return undefined;
  return {
    trafficPolicy: readTrafficPolicy(spec),
    externalAddresses: readAddresses(texts, spec),
    balancer: type === 'LoadBalancer' ? readBalancer(object, spec) : [],
    clients: type === 'LoadBalancer' ? readClients(spec, annotations) : undefined,
  };
}

function readTrafficPolicy(spec: Fields): ServiceExposure['trafficPolicy'] {
  const text = spec.text('externalTrafficPolicy');
  if (text === 'Local') return 'Local';
  if (typeof text === 'string' && text !== 'Cluster' && text !== '') {
    const message = `\`${text}\` is not an externalTrafficPolicy; write \`Cluster\` or \`Local\``;
    report(spec.get('externalTrafficPolicy')!, 'error', 'invalid-traffic-policy', message);
  }
  return 'Cluster';
}

/** Where the load balancer answers: from its status, else the address asked for. */
function readBalancer(object: Fields, spec: Fields): readonly string[] {
  const status = orNothing(object.map('status'));
  const balancer = status && orNothing(status.map('loadBalancer'));
  const found = (orNothing(balancer?.list('ingress')) ?? []).flatMap((field) => {
    const entry = Fields.of(field);
    const text =
      entry === MALFORMED
        ? undefined
        : (orNothing(entry.text('ip')) ?? orNothing(entry.text('hostname')));
    return text === undefined ? [] : [text];
  });
  const asked = orNothing(spec.text('loadBalancerIP'));
  return found.length > 0 || asked === undefined || asked === '' ? found : [asked];
}

/** Ranges that cannot be read let no one in (decision D8). */
function readClients(spec: Fields, annotations: Metadata['annotations']): AddressSet | undefined {
  const fields = orNothing(spec.list('loadBalancerSourceRanges')) ?? [];
  if (fields.length > 0) return setOf(fields.map(readCidr));
  const text = Object.hasOwn(annotations, RANGES_ANNOTATION) ? annotations[RANGES_ANNOTATION] : '';
  const cidrs = text!.split(',').map((one) => one.trim());
  return text!.trim() === '' ? undefined : setOf(cidrs.map(parseBlock));
}

function setOf(blocks: readonly (Block | undefined)[]): AddressSet {
  return unionAddresses(
    blocks.flatMap((block) =>
      block === undefined ? [] : [addressRange(block.family, block.low, block.high)],
    ),
  );
}
