import type { Cluster } from '../model/cluster.ts';
import { isSubject, podOf } from '../evaluate/endpoint.ts';
import type { Asked, ServiceStep } from '../evaluate/ask.ts';
import type {
  Connection,
  Exemption,
  Miss,
  Port,
  RuleRef,
  Side,
  Unknown,
} from '../evaluate/verdict.ts';
import type { NetworkPolicy } from '../model/policy.ts';
import { missWords } from './miss-words.ts';

/** Everything an explanation says, in the words and the order it says them. */
export interface Explanation {
  readonly cluster: Cluster;
  readonly from: string;
  readonly to: string;
  readonly port: Port;
  readonly asked: Asked;
  /** A change the engine has proved, as a manifest ready to paste. */
  readonly fix: { readonly summary: string; readonly manifest: string } | undefined;
}

const STATES = {
  open: 'open',
  exempt: 'exempt',
  allowed: 'allowed',
  denied: 'denied',
  depends: 'depends',
} as const;

/** The documented JSON form of an explanation (`kind: Explanation`). */
export function explanationObject(explanation: Explanation): object {
  const { from, to, port, asked, fix, cluster } = explanation;
  const { telling } = asked;
  const side = (one: Side | undefined): object =>
    one === undefined || telling === undefined
      ? { state: 'denied', isolatedBy: [], allowedBy: [], missed: [] }
      : sideObject(cluster, one, telling.connection);
  const notes = explanationNotes(explanation);
  return {
    apiVersion: 'sluice.dev/v1',
    kind: 'Explanation',
    from,
    to,
    port: port.protocol === 'other' ? { protocol: 'other' } : port,
    verdict: asked.answer,
    egress: side(telling?.verdict.egress),
    ingress: side(telling?.verdict.ingress),
    ...(notes.length > 0 && { notes }),
    ...(fix && { fix }),
  };
}

function sideObject(cluster: Cluster, side: Side, connection: Connection): object {
  return {
    state: STATES[side.state],
    ...(side.state === 'exempt' && { because: exemptionWords(side.why) }),
    ...(side.state === 'depends' && { because: unknownWords(side.on) }),
    isolatedBy: 'isolatedBy' in side ? side.isolatedBy.map(policyRef) : [],
    allowedBy: 'allowedBy' in side ? side.allowedBy.map(ruleRef) : [],
    missed:
      'missed' in side ? side.missed.map((miss) => missObject(cluster, miss, connection)) : [],
  };
}

function missObject(cluster: Cluster, miss: Miss, connection: Connection): object {
  return {
    rule: ruleRef(miss.ref),
    because: miss.because,
    text: missWords(cluster, miss, connection),
  };
}

function policyRef({ kind, namespace, name, place }: NetworkPolicy): object {
  return { kind, namespace, name, place };
}

function ruleRef({ policy, index, rule }: RuleRef): object {
  return { ...policyRef(policy), rule: index, place: rule.place };
}

/** Why no policy applies at an end, as a clause. */
export function exemptionWords(why: Exemption): string {
  switch (why) {
    case 'outside':
      return 'it is outside the cluster, where no policy applies';
    case 'node':
      return 'it is a node, which no policy selects';
    case 'host-network':
      return 'it uses the network of its node (hostNetwork), so no policy selects it';
    case 'own-node':
      return "traffic from a pod's own node always passes";
    case 'itself':
      return 'a pod always reaches itself';
  }
}

/** What an uncertain answer turns on, as a clause with the remedy. */
export function unknownWords(unknown: Unknown): string {
  switch (unknown) {
    case 'pod-address':
      return "an ipBlock decides and the pod's address is not known; give --pod-cidr, or pods with status.podIPs";
    case 'node-address':
      return "an ipBlock decides and the node's address is not known; give the Node objects";
    case 'node-placement':
      return 'it passes only if both are on the same node, which the input does not tell';
    case 'name-address':
      return 'which addresses the name leads to is not known beforehand';
    case 'which-pod':
      return 'the pods differ: some may, some may not';
  }
}

/** What the verdict alone does not say: Service translation, families, implementation-defined ground. */
export function explanationNotes({ asked, port, from, to }: Explanation): string[] {
  const notes: string[] = [];
  const { service, telling, parts } = asked;
  if (service !== undefined) notes.push(...serviceNotes(service, port, telling?.connection));
  if (telling !== undefined) {
    const { families, family } = telling.verdict;
    if (families.length === 0 && !telling.connection.samePod) {
      notes.push(`${from} and ${to} have no address family in common, so nothing can connect them`);
    }
    if (
      family !== undefined &&
      families.length === 2 &&
      asked.answer === 'allowed' &&
      byBlock(telling.verdict.egress, telling.verdict.ingress)
    ) {
      notes.push(
        `this holds over IPv${family}; over IPv${family === 4 ? 6 : 4} an ipBlock may not`,
      );
    }
  }
  const answers = new Set(parts.map(({ verdict }) => verdict.answer));
  if (answers.size > 1) {
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
  return notes;
}

function byBlock(...sides: Side[]): boolean {
  return sides.some(
    (side) =>
      side.state === 'allowed' &&
      side.allowedBy.every(
        ({ rule }) => rule.peers !== 'all' && rule.peers.every(({ kind }) => kind === 'block'),
      ),
  );
}

function serviceNotes(
  { service, port, dead }: ServiceStep,
  asked: Port,
  connection: Connection | undefined,
): string[] {
  const name = `Service \`${service.namespace}/${service.name}\``;
  switch (dead) {
    case 'no-port': {
      const ports = service.ports.map((one) => `${one.protocol} ${one.port}`).join(', ') || 'none';
      return [`${name} has no port ${asked.protocol} ${asked.number}; its ports: ${ports}`];
    }
    case 'no-pods':
      return [`no pod is behind ${name}: its selector matches none in the input`];
    case 'target-port-unserved':
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
