import type { PodPlan } from '../evaluate/population/new-pod.ts';
import { Place, Source } from '../model/place.ts';
import { parsePortText } from '../model/port-text.ts';
import type { ContainerPort } from '../model/workload.ts';
import { labelKeyFault, labelValueFault, nameFault, portNameFault } from '../read/fields/names.ts';
import { UsageError } from './exit.ts';

const WRITTEN =
  'write ns=NAMESPACE,KEY=VALUE,…, and port=8080 or port=NAME:8080 for each port it serves';

/**
 * Reads `--new-pod ns=shop,app=web,port=http:8080`: the namespace, labels, and ports it serves. Throws a
 * UsageError that says at which character the first fault is.
 */
export function parsePodPlan(text: string): PodPlan {
  const place = new Place(new Source('--new-pod', text), 1, 0, '');
  const labels: Record<string, string> = {};
  const ports: ContainerPort[] = [];
  let namespace: string | undefined;
  let offset = 0;
  for (const pair of text.split(',')) {
    const start = offset;
    offset += pair.length + 1;
    const equals = pair.indexOf('=');
    if (equals < 1) throw fault(start, `\`${pair}\` is no KEY=VALUE; ${WRITTEN}`);
    const [key, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    const at = start + equals + 1;
    if (key === 'ns' || key === 'namespace') {
      if (namespace !== undefined) throw fault(start, 'the namespace stands twice');
      throwFault(at, 'namespace', value, nameFault(value, 'label'));
      namespace = value;
    } else if (key === 'port') ports.push(parseServedPort(value, at));
    else {
      throwFault(start, 'label key', key, labelKeyFault(key));
      throwFault(at, 'label value', value, labelValueFault(value));
      if (Object.hasOwn(labels, key)) throw fault(start, `label \`${key}\` stands twice`);
      labels[key] = value;
    }
  }
  if (namespace === undefined) throw fault(0, `the namespace is missing; ${WRITTEN}`);
  return { namespace, labels, ports, place };
}

/** `8080`, `53/UDP`, `http:8080`. */
function parseServedPort(text: string, at: number): ContainerPort {
  const colon = text.indexOf(':');
  const name = colon === -1 ? undefined : text.slice(0, colon);
  if (name !== undefined) throwFault(at, 'port name', name, portNameFault(name));
  const parsed = parsePortText(text.slice(colon + 1));
  if (parsed?.low === undefined || parsed.low !== parsed.high)
    throw fault(
      at + colon + 1,
      `\`${text.slice(colon + 1)}\` is not a port; write 8080, 53/UDP or http:8080`,
    );
  return { name, protocol: parsed.protocol, number: parsed.low };
}

function throwFault(offset: number, what: string, text: string, why: string | undefined): void {
  if (why !== undefined) throw fault(offset, `${what} \`${text}\` ${why}`);
}

/** Characters are counted from 1, as columns are. */
function fault(offset: number, message: string): UsageError {
  return new UsageError(`--new-pod:${offset + 1}: ${message}`);
}
