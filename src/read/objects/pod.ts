import { parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { Place } from '../../model/place.ts';
import type { Labels } from '../../model/selector.ts';
import type { ContainerPort, Pod } from '../../model/workload.ts';
import { withoutLeadingZeros } from '../fields/address-text.ts';
import { Fields, MALFORMED, orNothing, report, textOf } from '../fields/fields.ts';
import { CONTAINER_PORT, POD_SPEC } from '../fields/known-fields.ts';
import type { Metadata } from '../fields/metadata.ts';
import { portNameFault } from '../fields/names.ts';
import { isPort, readProtocol } from '../fields/port-rule.ts';
import { trimmed } from '../fields/trimmed.ts';

/** What a pod spec says that policies can see. */
export type PodSpec = Pick<Pod, 'ports' | 'hostNetwork' | 'node'>;

const NO_ADDRESSES: readonly Address[] = [];
const NO_SPEC: PodSpec = { ports: [], hostNetwork: false, node: undefined };

/** Reads `spec` of a Pod or of a pod template. */
export function readPodSpec(parent: Fields): PodSpec {
  const spec = parent.map('spec', POD_SPEC);
  if (spec === undefined || spec === MALFORMED) return NO_SPEC;
  return {
    ports: readContainerPorts(spec),
    hostNetwork: orNothing(spec.boolean('hostNetwork')) ?? false,
    node: orNothing(spec.text('nodeName')) || undefined, // empty is absent, as in Go
  };
}

function readContainerPorts(spec: Fields): readonly ContainerPort[] {
  const ports: ContainerPort[] = [];
  for (const [key, sidecarsOnly] of [
    ['initContainers', true],
    ['containers', false],
  ] as const) {
    for (const field of orNothing(spec.list(key)) ?? []) {
      const container = Fields.of(field);
      if (container === MALFORMED) continue;
      // KEP-753: an init container that restarts always runs beside the others, and serves
      if (sidecarsOnly && orNothing(container.text('restartPolicy')) !== 'Always') continue;
      ports.push(...readPortsOf(container));
    }
  }
  return trimmed(ports);
}

function readPortsOf(container: Fields): ContainerPort[] {
  const ports: ContainerPort[] = [];
  for (const field of orNothing(container.list('ports')) ?? []) {
    const fields = Fields.of(field, CONTAINER_PORT);
    if (fields === MALFORMED) continue;
    const port = readContainerPort(fields);
    if (port === undefined) continue;
    if (port.name !== undefined && ports.some(({ name }) => name === port.name)) {
      const message = `port name \`${port.name}\` stands twice in one container; rename one of them`;
      report(fields.get('name')!, 'error', 'invalid-port', message);
    }
    ports.push(port);
  }
  return ports;
}

function readContainerPort(fields: Fields): ContainerPort | undefined {
  const number = fields.integer('containerPort');
  const protocol = readProtocol(fields);
  const name = readPortName(fields);
  if (number === undefined) {
    fields.document.report('error', 'invalid-port', fields.place, '`containerPort` is missing');
  }
  if (typeof number !== 'number' || protocol === MALFORMED) return undefined;
  if (!isPort(number)) {
    const message = `containerPort ${number} is not between 1 and 65535`;
    report(fields.get('containerPort')!, 'error', 'invalid-port', message);
    return undefined;
  }
  const hostPort = fields.has('hostPort') ? orNothing(fields.integer('hostPort')) : undefined;
  return hostPort === undefined ? { name, protocol, number } : { name, protocol, number, hostPort };
}

function readPortName(fields: Fields): string | undefined {
  const field = fields.get('name');
  if (field === undefined) return undefined;
  const name = textOf(field);
  if (name === MALFORMED) return undefined;
  const fault = portNameFault(name);
  if (fault !== undefined) report(field, 'error', 'invalid-port', `port name \`${name}\` ${fault}`);
  return name;
}

/** Reads a Pod; undefined when it has ended, for then no policy and no connection concerns it (S20). */
export function readPod(object: Fields, metadata: Metadata): Pod | undefined {
  const spec = readPodSpec(object);
  const status = orNothing(object.map('status'));
  const phase = status && orNothing(status.text('phase'));
  if (phase === 'Succeeded' || phase === 'Failed') return undefined;
  const { name, labels, place } = metadata;
  const { ports, hostNetwork, node } = spec;
  const addresses = status ? readPodAddresses(status, hostNetwork) : [];
  return { name, place, labels, ports, hostNetwork, node, addresses, count: 1 };
}

function readPodAddresses(status: Fields, hostNetwork: boolean): readonly Address[] {
  const texts: string[] = [];
  for (const [list, key, single] of hostNetwork
    ? ([
        ['podIPs', 'ip', 'podIP'],
        ['hostIPs', 'ip', 'hostIP'],
      ] as const)
    : ([['podIPs', 'ip', 'podIP']] as const)) {
    for (const field of orNothing(status.list(list)) ?? []) {
      const entry = Fields.of(field);
      const text = entry === MALFORMED ? undefined : orNothing(entry.text(key));
      if (text !== undefined) texts.push(text);
    }
    const text = orNothing(status.text(single));
    if (text !== undefined) texts.push(text);
  }
  return readAddresses(texts, status);
}

/** The addresses among the texts, each once; others are reported at `parent`. */
export function readAddresses(texts: readonly string[], parent: Fields): readonly Address[] {
  const addresses: Address[] = [];
  for (const text of new Set(texts)) {
    const address = parseAddress(withoutLeadingZeros(text));
    if (address === undefined) {
      parent.document.report(
        'error',
        'invalid-address',
        parent.place,
        `\`${text}\` is not an IP address`,
      );
    } else addresses.push(address);
  }
  return trimmed(addresses);
}

/** A pod that stands for the `count` pods a template makes. */
export function podOfTemplate(spec: PodSpec, labels: Labels, place: Place, count: number): Pod {
  const { ports, hostNetwork, node } = spec;
  return {
    name: undefined,
    place,
    labels,
    ports,
    hostNetwork,
    node,
    addresses: NO_ADDRESSES,
    count,
  };
}
