import { evaluate } from '../evaluate/verdict/verdict.ts';
import { attemptOf, expected } from '../lab/questions/question.ts';
import type { NameQuestion, Question, Via } from '../lab/questions/question.ts';
import type { PacketTrace } from '../lab/running/packet-trace.ts';
import type { Outcome, Resolution } from '../lab/sockets/attempt.ts';
import type { LabCluster } from '../lab/state/cluster.ts';
import { formatAddress } from '../model/address.ts';
import type { Service } from '../model/service.ts';
import { explanationText } from '../report/explanation/text.ts';
import { portName } from '../report/words/miss-words.ts';
import { paint } from '../report/words/paint.ts';
import type { Paint } from '../report/words/paint.ts';

/** A connection that was tried. */
export interface Tried {
  readonly question: Question;
  readonly outcome: Outcome;
  readonly agrees: boolean;
}

/** A name that was asked for. */
export interface TriedName {
  readonly question: NameQuestion;
  readonly service: Service;
  readonly resolution: Resolution;
  readonly agrees: boolean;
}

/** All that a probe found. */
export interface ProbeResult {
  readonly lab: LabCluster;
  readonly tried: readonly Tried[];
  readonly names: readonly TriedName[];
  /** Parts of the outside that were not tried. */
  readonly left: number;
  readonly ms: number;
}

const TITLES: Readonly<Record<Via, string>> = {
  pod: 'by own address',
  service: 'by Service address',
  name: 'by DNS name',
};

/** The matrices, one a way of asking, and the sum of it. */
export function* probeText(result: ProbeResult, colour: boolean, width: number): Generator<string> {
  const ink = paint(colour);
  for (const via of ['pod', 'service', 'name'] as const) {
    const tried = result.tried.filter(({ question }) => question.via === via);
    if (tried.length > 0) yield* matrix(TITLES[via], tried, ink, width);
  }
  yield `${ink.green('✓')} open   ${ink.dim('·')} closed   ± some of them   ∅ nobody there   ${ink.red('!')} not as the engine says\n`;
  const { tried, names, left, ms } = result;
  for (const { question, resolution } of names.filter((one) => !one.agrees)) {
    const found = resolution.error ?? resolution.addresses.map(formatAddress).join(', ');
    yield `${ink.red('differs')}: ${question.from.id} asks for ${question.name}: ${found}\n`;
  }
  if (left > 0) yield `${left} more parts of the outside, told apart by ipBlocks, were not tried\n`;
  const differing = [...tried, ...names].filter((one) => !one.agrees).length;
  const all = `${tried.length} connections and ${names.length} names tried in ${(ms / 1000).toFixed(1)} s`;
  yield differing === 0
    ? `${all}: all as the engine says\n`
    : `${all}: ${ink.red(`${differing} not as the engine says`)}\n`;
}

/** How the connections of one cell went; the worst shows. */
class Cell {
  open = 0;
  closed = 0;
  nobody = 0;
  differ = 0;

  add({ agrees, outcome, question }: Tried): void {
    if (!agrees) this.differ++;
    else if (expected(question) === 'nobody') this.nobody++;
    else if (outcome.reached) this.open++;
    else this.closed++;
  }

  sign(ink: Paint): string {
    if (this.differ > 0) return ink.red('!');
    if (this.open > 0 && this.closed > 0) return '±';
    if (this.open === 0 && this.closed === 0) return ink.dim('∅');
    return this.open > 0 ? ink.green('✓') : ink.dim('·');
  }
}

/** Rows are sources; each destination has a column with one sign for each of its ports. */
function* matrix(
  title: string,
  tried: readonly Tried[],
  ink: Paint,
  width: number,
): Generator<string> {
  const rows = new Map<string, Map<string, Cell>>();
  const columns = new Map<string, string[]>();
  for (const one of tried) {
    const { from, group, port } = one.question;
    const name = port.protocol === 'other' ? 'ICMP echo' : portName(port);
    const ports = columns.get(group) ?? [];
    columns.set(group, ports);
    if (!ports.includes(name)) ports.push(name);
    const row = rows.get(from.group) ?? new Map<string, Cell>();
    rows.set(from.group, row);
    const key = `${group} ${name}`;
    const cell = row.get(key) ?? new Cell();
    row.set(key, cell);
    cell.add(one);
  }
  const label = Math.max(...[...rows.keys()].map((group) => short(group).length), title.length);
  const all = [...columns].map(([group, ports], i) => ({ group, ports, number: `${i + 1}` }));
  for (const block of blocksOf(all, width - label)) {
    const head = block.map(({ number, ports }) => number.padEnd(ports.length)).join(' ');
    yield `${ink.bold(title.padEnd(label))}  ${head.trimEnd()}\n`;
    for (const [group, row] of rows) {
      const cells = block.map(({ group: to, ports, number }) => {
        const signs = ports.map((port) => row.get(`${to} ${port}`)?.sign(ink) ?? ' ').join('');
        return signs + ' '.repeat(Math.max(0, number.length - ports.length));
      });
      yield `${short(group).padEnd(label)}  ${cells.join(' ')}\n`;
    }
    for (const { number, group, ports } of block) {
      yield ink.dim(`${number.padStart(4)} ${short(group)}: ${ports.join(', ')}\n`);
    }
    yield '\n';
  }
}

interface Column {
  readonly group: string;
  readonly ports: readonly string[];
  readonly number: string;
}

/** Columns that fit beside each other. */
function* blocksOf(columns: readonly Column[], width: number): Generator<Column[]> {
  let block: Column[] = [];
  let used = 2;
  for (const column of columns) {
    const own = Math.max(column.ports.length, column.number.length) + 1;
    if (block.length > 0 && used + own > width) {
      yield block;
      block = [];
      used = 2;
    }
    block.push(column);
    used += own;
  }
  if (block.length > 0) yield block;
}

/** `shop/web` for `shop/Deployment/web`. */
function short(group: string): string {
  const [namespace, , name] = group.split('/');
  return name === undefined || namespace === 'svc' ? group : `${namespace}/${name}`;
}

/** The documented JSON form (`kind: LabProbe`), one connection a line. */
export function* probeObject({ tried, names, ms }: ProbeResult): Generator<string> {
  const same = [...tried, ...names].every((one) => one.agrees);
  yield `{"apiVersion":"sluice.dev/v1","kind":"LabProbe","agrees":${same},"milliseconds":${Math.round(ms)},"connections":[`;
  yield* lines(tried.map(connectionObject));
  yield '],"names":[';
  yield* lines(names.map(nameObject));
  yield ']}\n';
}

function* lines(objects: readonly object[]): Generator<string> {
  for (const [i, object] of objects.entries())
    yield `${i === 0 ? '' : ','}\n${JSON.stringify(object)}`;
}

function connectionObject({ question, outcome, agrees }: Tried): object {
  const { via, from, to, address, port } = question;
  return {
    via,
    from: from.id,
    to,
    address: formatAddress(address),
    port: port.protocol === 'other' ? { protocol: 'other' } : port,
    predicted: expected(question),
    observed: observedWord(outcome),
    ...(outcome.by !== undefined && { by: outcome.by }),
    agrees,
    milliseconds: Math.round(outcome.ms * 10) / 10,
  };
}

function nameObject({ question, resolution, agrees }: TriedName): object {
  return {
    from: question.from.id,
    name: question.name,
    predicted: expected(question.dns),
    addresses: resolution.addresses.map(formatAddress),
    ...(resolution.error !== undefined && { error: resolution.error }),
    agrees,
  };
}

/** `answered`, or why not. */
function observedWord({ reached, error }: Outcome): string {
  return error ?? (reached ? 'answered' : 'silent');
}

/** One difference: what the engine says and why, and what the kernel did with the packet. */
export function differenceText(
  { cluster }: LabCluster,
  { question, outcome }: Tried,
  traces: readonly PacketTrace[],
  colour: boolean,
): string {
  const ink = paint(colour);
  const { from, to, address, port } = question;
  const said = expected(question);
  const came = `${observedWord(outcome)}${outcome.by === undefined ? '' : ` by ${outcome.by}`}`;
  const lines = [
    '',
    `${ink.red(ink.bold('differs'))}: ${from.id} → ${to} (${formatAddress(address)}), ${portName(port)}: the engine says ${said}, the packet was ${came}`,
    '',
  ];
  const parts = question.servers.map(({ connection }) => ({
    connection,
    verdict: evaluate(cluster, connection),
  }));
  const telling =
    parts.find(({ verdict }) => (verdict.answer === 'denied') === outcome.reached) ?? parts[0];
  if (telling !== undefined) {
    const { answer } = telling.verdict;
    const asked = { answer, telling, parts, service: undefined };
    const own = telling.connection.port;
    const explanation = { cluster, from: from.id, to, port: own, asked, fix: undefined };
    lines.push(explanationText(explanation, colour));
  }
  const attempt = attemptOf(question);
  for (const { node, lines: rules } of traces) {
    lines.push(`${ink.bold(`trace on ${node}`)} of a packet to ${formatAddress(attempt.to)}:`);
    lines.push(...(rules.length > 0 ? rules.map((rule) => `  ${rule}`) : ['  it never came here']));
  }
  return `${lines.join('\n')}\n`;
}
