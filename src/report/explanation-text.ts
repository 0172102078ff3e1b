import type { Side } from '../evaluate/verdict.ts';
import type { NetworkPolicy } from '../model/policy.ts';
import { exemptionWords, explanationNotes, unknownWords } from './explanation.ts';
import type { Explanation } from './explanation.ts';
import { missWords, portName } from './miss-words.ts';
import { paint } from './paint.ts';
import type { Paint } from './paint.ts';

/** The explanation as a person reads it; `colour` for a terminal. */
export function explanationText(explanation: Explanation, colour: boolean): string {
  const ink = paint(colour);
  const { from, to, port, asked, fix } = explanation;
  const colours = { allowed: ink.green, denied: ink.red, depends: ink.yellow };
  const verdict = colours[asked.answer](ink.bold(asked.answer));
  const lines = [`${ink.bold(from)} → ${ink.bold(to)}, ${portName(port)}: ${verdict}`, ''];
  for (const note of explanationNotes(explanation)) lines.push(`note: ${note}`);
  if (lines.length > 2) lines.push('');
  const { telling } = asked;
  if (telling !== undefined) {
    const { egress, ingress } = telling.verdict;
    lines.push(...sideLines(explanation, 'egress', from, egress, ink), '');
    lines.push(...sideLines(explanation, 'ingress', to, ingress, ink), '');
  }
  if (fix !== undefined) {
    lines.push(`${asked.answer === 'allowed' ? 'to deny it' : 'to allow it'}: ${fix.summary}`, '');
    lines.push(
      ...fix.manifest
        .trimEnd()
        .split('\n')
        .map((line) => ink.cyan(line)),
      '',
    );
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function sideLines(
  explanation: Explanation,
  direction: 'egress' | 'ingress',
  name: string,
  side: Side,
  ink: Paint,
): string[] {
  const title = `${direction} of ${name}`;
  switch (side.state) {
    case 'exempt':
      return [`${ink.green('✓')} ${title}: ${exemptionWords(side.why)}`];
    case 'open':
      return [`${ink.green('✓')} ${title}: open, no policy isolates it for ${direction}`];
    case 'allowed':
      return [
        `${ink.green('✓')} ${title}: allowed by`,
        ...side.allowedBy.map(
          ({ policy, index, rule }) =>
            `    ${direction} rule ${index + 1} of ${policyName(policy)}  ${ink.dim(rule.place.toString())}`,
        ),
      ];
    case 'depends':
      return [
        `${ink.yellow('?')} ${title}: ${unknownWords(side.on)}`,
        ...side.allowedBy.map(
          ({ policy, index, rule }) =>
            `    possibly by ${direction} rule ${index + 1} of ${policyName(policy)}  ${ink.dim(rule.place.toString())}`,
        ),
        ...isolationLines(side.isolatedBy, direction, ink),
      ];
    case 'denied':
      return [
        `${ink.red('✗')} ${title}: denied`,
        ...isolationLines(side.isolatedBy, direction, ink),
        ...missLines(explanation, direction, side, ink),
      ];
  }
}

function isolationLines(
  policies: readonly NetworkPolicy[],
  direction: string,
  ink: Paint,
): string[] {
  if (policies.length === 0) return [];
  return [
    `    isolated for ${direction} by`,
    ...policies.map((policy) => `      ${policyName(policy)}  ${ink.dim(policy.place.toString())}`),
  ];
}

function missLines(
  { cluster, asked }: Explanation,
  direction: string,
  { isolatedBy, missed }: Extract<Side, { state: 'denied' }>,
  ink: Paint,
): string[] {
  if (isolatedBy.length === 0) return [];
  if (missed.length === 0) return [`    and none of them has a rule for ${direction}`];
  const { connection } = asked.telling!;
  // the rule that came nearest first: the right peer and the wrong port
  const nearestFirst = [...missed].sort((a, b) => rank(a.because) - rank(b.because));
  const lines = ['    and none of their rules allows it'];
  for (const miss of nearestFirst.slice(0, MOST_MISSES)) {
    const { policy, index, rule } = miss.ref;
    lines.push(
      `      rule ${index + 1} of ${policyName(policy)}  ${ink.dim(rule.place.toString())}`,
    );
    lines.push(`        ${miss.because}: ${missWords(cluster, miss, connection)}`);
    const hint = miss.because === 'port' ? servicePortHint(asked, miss.ref.rule) : undefined;
    if (hint !== undefined) lines.push(`        ${ink.yellow('hint')}: ${hint}`);
  }
  if (missed.length > MOST_MISSES)
    lines.push(`      … and ${missed.length - MOST_MISSES} more rules, none of which matches`);
  return lines;
}

const MOST_MISSES = 8;

function rank(because: 'peer' | 'port'): number {
  return because === 'port' ? 0 : 1;
}

/** The slip of naming the Service's port where the pods' is asked. */
function servicePortHint(
  { service, telling }: Explanation['asked'],
  rule: { readonly ports: unknown },
): string | undefined {
  if (service?.port === undefined || telling === undefined || !Array.isArray(rule.ports))
    return undefined;
  const { port, protocol } = service.port;
  const pod = telling.connection.port.number;
  if (pod === port) return undefined;
  const named = (
    rule.ports as readonly { kind: string; low?: number; high?: number; protocol?: string }[]
  ).some(
    (one) =>
      one.kind === 'numbered' && one.protocol === protocol && one.low! <= port && port <= one.high!,
  );
  if (!named) return undefined;
  return `${port} is the port of Service \`${service.service.namespace}/${service.service.name}\`; policies see the pod's port, so write ${pod}`;
}

function policyName({ kind, namespace, name }: NetworkPolicy): string {
  return `${kind} ${namespace}/${name}`;
}
