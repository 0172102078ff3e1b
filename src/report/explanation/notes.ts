import type { ServiceStep } from '../../evaluate/question/ask.ts';
import { isSubject, podOf } from '../../evaluate/verdict/endpoint.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { Connection, Port } from '../../evaluate/verdict/verdict.ts';
import type { Cluster } from '../../model/cluster.ts';
import { waysInNotes } from '../ways-in/notes.ts';
import type { Explanation } from './explanation.ts';

/** What the verdict alone does not say: Service translation, families, names, pods that differ. */
export function explanationNotes(explanation: Explanation): string[] {
  const notes: string[] = [];
  const { cluster, asked, port, from, to, waysIn } = explanation;
  const { service, telling, parts } = asked;
  if (service !== undefined) notes.push(...serviceNotes(service, port, telling?.connection));
  if (telling !== undefined) {
    const { families, family, answers } = telling.verdict;
    if (families.length === 0 && !telling.connection.samePod) {
      notes.push(`${from} and ${to} have no address family in common, so nothing can connect them`);
    }
    const other = answers[families.findIndex((one) => one !== family)];
    if (other !== undefined && other !== asked.answer) {
      const [own, left] = family === 4 ? [4, 6] : [6, 4];
      notes.push(`this holds over IPv${own}; over IPv${left} it is ${OTHERWISE[other]}`);
    }
    notes.push(...domainNotes(cluster, from, telling.connection.to));
  }
  const all = new Set(parts.map(({ verdict }) => verdict.answer));
  if (all.size > 1) {
    for (const answer of ['allowed', 'denied', 'depends'] as const) {
      const some = parts.filter(({ verdict }) => verdict.answer === answer);
      if (some.length === 0) continue;
      const pairs = some
        .slice(0, 3)
        .map(({ connection }) => `${connection.from.id} → ${connection.to.id}`);
      const more = some.length > 3 ? `, and ${some.length - 3} more` : '';
      notes.push(`${answer}: ${pairs.join(', ')}${more}`);
    }
  }
  if (waysIn !== undefined) notes.push(...waysInNotes(waysIn));
  return notes;
}

function serviceNotes(
  { service, port, dead, alias }: ServiceStep,
  asked: Port,
  connection: Connection | undefined,
): string[] {
  const name = `Service \`${service.namespace}/${service.name}\``;
  if (alias !== undefined) {
    const own = `Service \`${alias.namespace}/${alias.name}\` is another name for ${name}`;
    return [own, ...serviceNotes({ service, port, dead }, asked, connection)];
  }
  if (service.externalName !== undefined) {
    const own = `${name} is another name for \`${service.externalName}\``;
    return [dead === undefined ? own : `${own}, which leads nowhere`];
  }
  switch (dead) {
    case 'no-port': {
      const ports = service.ports.map((one) => `${one.protocol} ${one.port}`).join(', ') || 'none';
      return [`${name} has no port ${asked.protocol} ${asked.number}; its ports: ${ports}`];
    }
    case 'no-pods':
      return service.selector === undefined
        ? [`nobody is behind ${name}: it has no selector, and no EndpointSlice in the input`]
        : [`no pod is behind ${name}: its selector matches none in the input`];
    case 'target-port-unserved':
      if (service.selector === undefined) {
        const wanted =
          port?.name === undefined ? `${asked.protocol} ${asked.number}` : `\`${port.name}\``;
        return [`no EndpointSlice of ${name} has a port for its port ${wanted}`];
      }
      return [`no pod behind ${name} serves a port named \`${port?.target}\``];
    case undefined:
  }
  if (connection === undefined || port === undefined || service.headless) return [];
  const pod = connection.port.number;
  if (pod === asked.number) return [];
  const notes = [
    `${name} turns port ${asked.number} into port ${pod} of its pods; policies are asked about ${pod}`,
  ];
  const served = isSubject(connection.to) ? podOf(connection.to).ports : [];
  const named = served.find((one) => one.number === pod && one.protocol === asked.protocol)?.name;
  if (named !== undefined)
    notes.push(`a policy may also say \`port: ${named}\`, which follows the pods`);
  return notes;
}

const OTHERWISE = { allowed: 'allowed', denied: 'denied', depends: 'not certain' } as const;

/** A name is taken as looked up (C22), and the cluster's own names lead to what can be asked for itself. */
function domainNotes({ services }: Cluster, from: string, to: Endpoint): string[] {
  if (to.kind !== 'domain') return [];
  const [name, namespace, kind] = to.name.split('.');
  const service = services.find((one) => one.name === name && one.namespace === namespace);
  if (service !== undefined && kind === 'svc') {
    const asked = `svc/${namespace}/${name}`;
    return [`this is the name of Service \`${namespace}/${name}\`; ask for \`${asked}\` instead`];
  }
  const dns = services.find((one) => one.namespace === 'kube-system' && one.name === 'kube-dns');
  const server = dns === undefined ? 'its DNS server' : '`svc/kube-system/kube-dns`';
  return [
    `whether ${from} may look the name up is another question: ask for ${server} and port 53/UDP`,
  ];
}
