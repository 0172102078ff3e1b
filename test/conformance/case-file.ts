import { readFileSync, readdirSync } from 'node:fs';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import type { Answer, Decider, Protocol, Question, SideState, World } from './implementation.ts';

/** One line of `expect`. */
export interface Expectation {
  readonly question: Question;
  readonly is: Answer;
  readonly egress: SideState | undefined;
  readonly ingress: SideState | undefined;
  readonly egressTier: Decider | undefined;
  readonly ingressTier: Decider | undefined;
}

/** A world, and what must be so in it; a case's later stages are its steps. */
export interface Stage {
  readonly title: string;
  readonly world: World;
  readonly expectations: readonly Expectation[];
}

/** One file of test/cases: a fact, the rows it turns on, and its stages. */
export interface CaseFile {
  /** The file's name without `.yaml`. */
  readonly name: string;
  readonly rows: readonly string[];
  readonly title: string;
  readonly stages: readonly [Stage, ...Stage[]];
  /** The codes of the errors and warnings the manifests must give, each once, sorted. */
  readonly problems: readonly string[];
}

const FOLDER = new URL('../cases/', import.meta.url);

/** Every case, in the order of names. */
export function readCases(folder = FOLDER): CaseFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    return parseCase(file.slice(0, -'.yaml'.length), text);
  });
}

/** The header as written; a typo in a key must not make an expectation vanish. */
interface Header {
  kind: 'Case';
  rows: string[];
  title: string;
  source: string;
  mistake?: string;
  podNetwork?: string[];
  expect: WrittenExpectation[];
  problems?: string[];
  steps?: Step[];
}

interface WrittenExpectation {
  from: string;
  to: string;
  port: string;
  is: Answer;
  egress?: SideState;
  ingress?: SideState;
  egressTier?: Decider;
  ingressTier?: Decider;
}

/** A change to the world: objects applied, and objects deleted as `Kind/namespace/name`. */
interface Step {
  title: string;
  apply?: unknown[];
  delete?: string[];
  expect: WrittenExpectation[];
}

const HEADER_KEYS = 'kind rows title source mistake podNetwork expect problems steps'.split(' ');
const STEP_KEYS = 'title apply delete expect'.split(' ');
const EXPECTATION_KEYS = 'from to port is egress ingress egressTier ingressTier'.split(' ');

function parseCase(name: string, text: string): CaseFile {
  const [header, ...objects] = loadAll(text, null, { schema: CORE_SCHEMA }) as [
    Header,
    ...unknown[],
  ];
  onlyKeys(name, header, HEADER_KEYS);
  const { rows, title, podNetwork, expect, problems = [], steps = [] } = header;
  const first: Stage = {
    title,
    world: { objects, podNetwork, text: withoutHeader(text) },
    expectations: expect.map((written) => expectationOf(name, written)),
  };
  const stages: [Stage, ...Stage[]] = [first];
  let current = objects;
  for (const step of steps) {
    onlyKeys(name, step, STEP_KEYS);
    const deleted = step.delete ?? [];
    const present = new Set(current.map(identityOf));
    const missing = deleted.filter((identity) => !present.has(identity));
    if (missing.length > 0) throw new Error(`${name}: there is no \`${missing.join()}\` to delete`);
    const left = current.filter((object) => !deleted.includes(identityOf(object)));
    current = [...left, ...(step.apply ?? [])];
    stages.push({
      title: step.title,
      world: { objects: current, podNetwork },
      expectations: step.expect.map((written) => expectationOf(name, written)),
    });
  }
  return { name, rows, title, stages, problems: [...new Set(problems)].sort() };
}

/** The text with the header's lines left blank, so that places stay true. */
function withoutHeader(text: string): string {
  const end = text.indexOf('\n---');
  return text.slice(0, end).replaceAll(/[^\n]+/g, '') + text.slice(end);
}

function expectationOf(name: string, written: WrittenExpectation): Expectation {
  onlyKeys(name, written, EXPECTATION_KEYS);
  const { from, to, is, egress, ingress, egressTier, ingressTier } = written;
  const question = { from, to, ...parsePort(name, written.port) };
  return { question, is, egress, ingress, egressTier, ingressTier };
}

function parsePort(name: string, text: string): Pick<Question, 'protocol' | 'port'> {
  if (text === 'ICMP') return { protocol: 'other' };
  const [, protocol, port] = /^(TCP|UDP|SCTP)\/([0-9]+)$/.exec(text) ?? [];
  if (protocol === undefined) throw new Error(`${name}: \`${text}\` is not a port`);
  return { protocol: protocol as Protocol, port: Number(port) };
}

function onlyKeys(name: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`${name}: unknown key \`${unknown.join('`, `')}\``);
}

function identityOf(object: unknown): string {
  const { kind, metadata } = object as {
    kind: string;
    metadata: { namespace?: string; name: string };
  };
  return [kind, metadata.namespace, metadata.name].filter((part) => part !== undefined).join('/');
}
