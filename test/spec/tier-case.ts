import { readFileSync, readdirSync } from 'node:fs';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import type { Decider, Question, Side, World } from '../../spec/spec.ts';

/** What a case says of one question; sides and tiers only where it turns on them. */
export interface Expectation {
  readonly from: string;
  readonly to: string;
  /** `TCP/80`, or `ICMP` for what has no ports. */
  readonly port: string;
  readonly is: string;
  readonly egress?: Side;
  readonly ingress?: Side;
  readonly egressTier?: Decider;
  readonly ingressTier?: Decider;
}

/** A world, and what must be so in it; a case's later stages are its steps. */
export interface Stage {
  readonly title: string;
  readonly world: World;
  readonly expect: readonly Expectation[];
}

/** One file of test/cases-tiers, written as those of test/cases are, with the tiers as well. */
export interface TierCase {
  /** The file's name without `.yaml`. */
  readonly name: string;
  readonly rows: readonly string[];
  readonly title: string;
  readonly stages: readonly Stage[];
}

interface Header {
  kind: 'Case';
  rows: string[];
  title: string;
  source: string;
  mistake?: string;
  podNetwork?: string[];
  expect: Expectation[];
  steps?: { title: string; apply?: unknown[]; delete?: string[]; expect: Expectation[] }[];
}

const HEADER_KEYS = 'kind rows title source mistake podNetwork expect steps'.split(' ');
const STEP_KEYS = 'title apply delete expect'.split(' ');
const KEYS = 'from to port is egress ingress egressTier ingressTier'.split(' ');
const FOLDER = new URL('../cases-tiers/', import.meta.url);

/** Every case about the tiers, in the order of names. */
export function readTierCases(): TierCase[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
  return files.sort().map((file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    return parseCase(file.slice(0, -'.yaml'.length), text);
  });
}

function parseCase(name: string, text: string): TierCase {
  const documents = loadAll(text, null, { schema: CORE_SCHEMA });
  const [header, ...objects] = documents as [Header, ...unknown[]];
  onlyKeys(name, header, HEADER_KEYS);
  const { rows, title, podNetwork, expect, steps = [] } = header;
  const stages: Stage[] = [{ title, world: { objects, podNetwork }, expect }];
  let current = objects;
  for (const step of steps) {
    onlyKeys(name, step, STEP_KEYS);
    const deleted = step.delete ?? [];
    const missing = deleted.filter((identity) => !current.map(identityOf).includes(identity));
    if (missing.length > 0) throw new Error(`${name}: there is no \`${missing.join()}\` to delete`);
    const left = current.filter((object) => !deleted.includes(identityOf(object)));
    current = [...left, ...(step.apply ?? [])];
    const world = { objects: current, podNetwork };
    stages.push({ title: step.title, world, expect: step.expect });
  }
  for (const expectation of stages.flatMap((stage) => stage.expect)) {
    onlyKeys(name, expectation, KEYS);
  }
  return { name, rows, title, stages };
}

/** The question of an expectation. */
export function questionOf({ from, to, port }: Expectation): Question {
  const [protocol = '', number] = port.split('/');
  return number === undefined
    ? { from, to, protocol }
    : { from, to, protocol, port: Number(number) };
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
