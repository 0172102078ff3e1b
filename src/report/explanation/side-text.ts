import type { Asked, Part } from '../../evaluate/question/ask.ts';
import type { Met, RuleRef, Side, Tier } from '../../evaluate/verdict/side.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Place } from '../../model/place.ts';
import type { Direction } from '../../model/policy.ts';
import { missWords } from '../words/miss-words.ts';
import type { Paint } from '../words/paint.ts';
import {
  closedWords,
  exemptionWords,
  perhapsWords,
  policyWords,
  ruleWords,
  sideUnknownWords,
  tierWords,
} from '../words/side-words.ts';

type JudgedSide = Exclude<Side, { state: 'exempt' }>;
type DecidedSide = Exclude<JudgedSide, { state: 'open' }>;

/** Writes what is said of the two sides of a connection, a line for each thing, as a person reads it. */
export class SideText {
  readonly #cluster: Cluster;
  readonly #asked: Asked;
  readonly #telling: Part;
  readonly #ink: Paint;

  constructor(cluster: Cluster, asked: Asked, telling: Part, ink: Paint) {
    this.#cluster = cluster;
    this.#asked = asked;
    this.#telling = telling;
    this.#ink = ink;
  }

  /** The side of the end called `name`. */
  lines(direction: Direction, name: string): string[] {
    const side = this.#telling.verdict[direction];
    const ink = this.#ink;
    const title = `${direction} of ${name}`;
    switch (side.state) {
      case 'exempt':
        return [`${ink.green('✓')} ${title}: ${exemptionWords(side.why)}`];
      case 'open':
        return [
          `${ink.green('✓')} ${title}: ${this.#openWords(direction)}`,
          ...this.#way(direction, side),
        ];
      case 'allowed':
        return [
          `${ink.green('✓')} ${title}: ${byWhom('allowed', side.tier, this.#hasTiers)}`,
          ...this.#way(direction, side),
        ];
      case 'depends':
        return [
          `${ink.yellow('?')} ${title}: ${sideUnknownWords(side.on, direction)}`,
          ...this.#way(direction, side),
        ];
      case 'denied':
        return [
          `${ink.red('✗')} ${title}: ${byWhom('denied', side.tier, this.#hasTiers)}`,
          ...this.#way(direction, side),
        ];
    }
  }

  /** Whether there are tiers to speak of; where there are none nobody need hear the word. */
  get #hasTiers(): boolean {
    return this.#cluster.clusterPolicies.length > 0;
  }

  #openWords(direction: Direction): string {
    return this.#hasTiers
      ? `open, no policy of any tier decides its ${direction}`
      : `open, no policy isolates it for ${direction}`;
  }

  /** How it came to that: the rules of the tiers in the order they are asked, and the NetworkPolicies. */
  #way(direction: Direction, side: JudgedSide): string[] {
    const lines: string[] = [];
    const before = side.met.filter(({ ref }) => ref.tier === 'Admin');
    for (const met of before) lines.push(...this.#metLines(direction, met, side.met));
    if (side.state !== 'open' && side.networkPolicies !== undefined)
      lines.push(...this.#networkPolicyLines(direction, side));
    const after = side.met.filter(({ ref }) => ref.tier === 'Baseline');
    if (after.length > 0) lines.push(`    no NetworkPolicy isolates it for ${direction}`);
    for (const met of after) lines.push(...this.#metLines(direction, met, side.met));
    if (side.state === 'open') return lines;
    if (side.networkPolicies === undefined && mayBeOpen(side))
      lines.push('    else no policy decides, and it is open');
    if (side.next !== undefined) lines.push(...this.#nextLines(direction, side.next));
    return lines;
  }

  #metLines(direction: Direction, met: Met, all: readonly Met[]): string[] {
    const verb = { Accept: 'allowed', Deny: 'denied', Pass: 'passed on' }[met.effect];
    const isElse = all.slice(0, all.indexOf(met)).some(({ on }) => on !== undefined);
    const perhaps = met.on !== undefined ? 'perhaps ' : isElse ? 'else ' : '';
    const { connection } = this.#telling;
    const other = direction === 'egress' ? connection.to : connection.from;
    const clauses = [closedWords(met), perhapsWords(met, other)];
    return [
      `    ${perhaps}${verb} by ${ruleWords(met.ref)}${this.#at(met.ref.rule.place)}`,
      ...clauses.flatMap((clause) => (clause === undefined ? [] : [`      ${clause}`])),
    ];
  }

  #networkPolicyLines(direction: Direction, side: DecidedSide): string[] {
    const rules = side.allowedBy.filter((ref): ref is RuleRef => ref.tier === 'NetworkPolicy');
    // where no other tier has a say, the title has said it
    const isAlone = side.met.length === 0;
    switch (side.networkPolicies) {
      case 'allowed':
        return rules.map((ref) => {
          const isElse = side.met.some(({ on }) => on !== undefined);
          const said = isAlone ? '' : isElse ? 'else allowed by ' : 'allowed by ';
          return `    ${said}${ruleWords(ref)}${this.#at(ref.rule.place)}`;
        });
      case 'depends':
        return [
          ...rules.map((ref) => `    possibly by ${ruleWords(ref)}${this.#at(ref.rule.place)}`),
          ...this.#isolationLines(direction, side),
        ];
      case 'denied':
        return [
          ...this.#isolationLines(direction, side),
          ...(side.state === 'denied' ? this.#missLines(direction, side.missed) : []),
        ];
      case undefined:
        return [];
    }
  }

  #isolationLines(direction: Direction, { isolatedBy, met }: DecidedSide): string[] {
    const otherwise = met.some(({ on }) => on !== undefined) ? 'else ' : '';
    return [
      `    ${otherwise}isolated for ${direction} by`,
      ...isolatedBy.map((policy) => `      ${policyWords(policy)}${this.#at(policy.place)}`),
    ];
  }

  #missLines(direction: Direction, missed: Extract<Side, { state: 'denied' }>['missed']): string[] {
    if (missed.length === 0) return [`    and none of them has a rule for ${direction}`];
    // the rule that came nearest first: the right peer and the wrong port
    const nearestFirst = [...missed].sort((a, b) => rank(a.because) - rank(b.because));
    const lines = ['    and none of their rules allows it'];
    for (const miss of nearestFirst.slice(0, MOST_MISSES)) {
      const { policy, index, rule } = miss.ref;
      lines.push(`      rule ${index + 1} of ${policyWords(policy)}${this.#at(rule.place)}`);
      const words = missWords(this.#cluster, miss, this.#telling.connection);
      lines.push(`        ${miss.because}: ${words}`);
      const hint = miss.because === 'port' ? servicePortHint(this.#asked, rule) : undefined;
      if (hint !== undefined) lines.push(`        ${this.#ink.yellow('hint')}: ${hint}`);
    }
    if (missed.length > MOST_MISSES)
      lines.push(`      … and ${missed.length - MOST_MISSES} more rules, none of which matches`);
    return lines;
  }

  /** What would be so without the rule of the Admin tier that decided. */
  #nextLines(direction: Direction, next: JudgedSide): string[] {
    if (next.state === 'open') return [`    without that rule: ${this.#openWords(direction)}`];
    if (next.state === 'depends')
      return [`    without that rule it would depend: ${sideUnknownWords(next.on, direction)}`];
    const refs =
      next.state === 'allowed'
        ? next.allowedBy.map((ref) => ruleWords(ref) + this.#at(ref.rule.place))
        : [
            ...next.deniedBy.map((ref) => ruleWords(ref) + this.#at(ref.rule.place)),
            ...next.isolatedBy.map(
              (policy) => `${policyWords(policy)}, which isolates it${this.#at(policy.place)}`,
            ),
          ];
    return [
      `    without that rule: ${byWhom(next.state, next.tier, true)}`,
      ...refs.map((text) => `      ${text}`),
    ];
  }

  #at(place: Place): string {
    return `  ${this.#ink.dim(place.toString())}`;
  }
}

const MOST_MISSES = 8;

function rank(because: 'peer' | 'port'): number {
  return because === 'port' ? 0 : 1;
}

/** `denied by the Admin tier`; where there are no tiers to speak of, `allowed by` whom the next lines name. */
function byWhom(
  state: 'allowed' | 'denied',
  tier: Tier | 'depends' | undefined,
  hasTiers: boolean,
): string {
  if (tier === 'depends') return `${state}, whichever of these decides`;
  if (tier === undefined) return state;
  if (hasTiers) return `${state} by ${tierWords(tier)}`;
  return state === 'allowed' ? 'allowed by' : state;
}

/** Whether the default is among the ways a side may come out: the last rule asked leaves it open. */
function mayBeOpen({ met, tier }: DecidedSide): boolean {
  return tier === 'depends' && met.at(-1)?.on !== undefined;
}

/** The slip of naming the Service's port where the pods' is asked. */
function servicePortHint(
  { service, telling }: Asked,
  { ports }: RuleRef['rule'],
): string | undefined {
  if (service?.port === undefined || telling === undefined || ports === 'all') return undefined;
  const { port, protocol } = service.port;
  const pod = telling.connection.port.number;
  if (pod === port) return undefined;
  const isNamed = ports.some(
    (one) =>
      one.kind === 'numbered' && one.protocol === protocol && one.low <= port && port <= one.high,
  );
  if (!isNamed) return undefined;
  return `${port} is the port of Service \`${service.service.namespace}/${service.service.name}\`; policies see the pod's port, so write ${pod}`;
}
