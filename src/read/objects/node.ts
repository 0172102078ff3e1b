import type { Namespace, Node } from '../../model/cluster.ts';
import { NAMESPACE_NAME_LABEL } from '../../model/cluster.ts';
import { Fields, MALFORMED, orNothing } from '../fields/fields.ts';
import { NO_LABELS } from '../fields/labels.ts';
import type { Metadata } from '../fields/metadata.ts';
import { readAddresses } from './pod.ts';

/** Reads a Node; its own addresses are the InternalIP and ExternalIP ones (C20). */
export function readNode(object: Fields, { name, labels, place }: Metadata): Node {
  const status = orNothing(object.map('status'));
  const texts: string[] = [];
  for (const field of orNothing(status?.list('addresses')) ?? []) {
    const entry = Fields.of(field);
    if (entry === MALFORMED) continue;
    const type = orNothing(entry.text('type'));
    const address = orNothing(entry.text('address'));
    if (address !== undefined && (type === 'InternalIP' || type === 'ExternalIP'))
      texts.push(address);
  }
  return { name, labels, addresses: status ? readAddresses(texts, status) : [], place };
}

/** A Namespace with the label the API server always sets (S15). */
export function namespaceOf(
  name: string,
  given: Pick<Metadata, 'labels' | 'annotations' | 'place'> | undefined,
): Namespace {
  return {
    name,
    labels: { ...given?.labels, [NAMESPACE_NAME_LABEL]: name },
    annotations: given?.annotations ?? NO_LABELS,
    place: given?.place,
  };
}
