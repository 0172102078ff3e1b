import type { Source } from '../../model/place.ts';
import type { Problem } from '../../model/problem.ts';
import { Fields, MALFORMED, report } from '../../read/fields/fields.ts';
import type { Field } from '../../read/fields/fields.ts';
import { parseDocuments } from '../../read/yaml/documents.ts';
import type { ParsedDocument } from '../../read/yaml/documents.ts';
import { FieldPath } from '../../read/yaml/field-path.ts';
import { describe, valueOf } from '../../read/yaml/node.ts';
import type { Expectation, Ports, Who } from './expectation.ts';
import { knownFields, listOf } from './file-fields.ts';
import { isNetassert, readNetassert } from './netassert.ts';
import { readPorts } from './port-words.ts';
import { TAKEN, readWho } from './read-who.ts';
import type { Groups } from './read-who.ts';

export const EXPECTATIONS_KIND = 'Expectations';
export const EXPECTATIONS_VERSION = 'sluice.dev/v1';

const FILE_FIELDS = ['apiVersion', 'kind', 'groups', 'allow', 'deny'];
const ENTRY_FIELDS = ['name', 'from', 'to', 'ports', 'because'];

/** What a text expects. */
export interface ReadExpectations {
  readonly expectations: readonly Expectation[];
  /** An expectation that cannot be read is an error here, and not among the others. */
  readonly problems: readonly Problem[];
}

/** Reads a file of expectations, or of netassert v2 tests; never throws for what it says. */
export function readExpectations(source: Source): ReadExpectations {
  return readDocuments(source, undefined);
}

/** Reads the expectations that stand among the manifests of a source, by their kind. */
export function expectationsAmong(source: Source): ReadExpectations {
  if (!MENTIONS_KIND.test(source.text)) return { expectations: [], problems: [] };
  return readDocuments(source, isExpectations);
}

const MENTIONS_KIND = /kind['"]?\s*:\s*['"]?Expectations\b/;

function isExpectations({ root }: ParsedDocument): boolean {
  const kind = root.kind === 'mapping' ? valueOf(root, 'kind') : undefined;
  return kind?.kind === 'scalar' && kind.value === EXPECTATIONS_KIND;
}

function readDocuments(
  source: Source,
  isWanted: ((parsed: ParsedDocument) => boolean) | undefined,
): ReadExpectations {
  const problems: Problem[] = [];
  const expectations: Expectation[] = [];
  const read = new Set<number>();
  const path = FieldPath.root();
  for (const parsed of parseDocuments(source, problems, path)) {
    if (isWanted?.(parsed) === false) continue;
    read.add(parsed.document.number);
    const field = { document: parsed.document, node: parsed.root, path };
    if (isNetassert(field)) expectations.push(...readNetassert(field));
    else expectations.push(...readFile(field));
  }
  // what is wrong with other documents among manifests is for those who read the manifests to say
  const own = problems.filter(({ place }) => isWanted === undefined || read.has(place.document));
  return { expectations, problems: own.map(withQuoteRemedy) };
}

function readFile(field: Field): Expectation[] {
  // an unknown field is an error, and the others are read all the same
  knownFields(field, FILE_FIELDS, 'an expectations file');
  const fields = field.node.kind === 'mapping' ? Fields.of(field) : MALFORMED;
  if (fields === MALFORMED) return [];
  checkType(fields);
  const groups = readGroups(fields);
  const expectations = (['allow', 'deny'] as const).flatMap((kind) => {
    const value = fields.get(kind);
    return value === undefined ? [] : readList(value, kind, groups);
  });
  if (fields.get('allow') === undefined && fields.get('deny') === undefined) {
    const message = 'nothing is expected here; write a list under `allow` or `deny`';
    report(field, 'error', 'bad-expectation', message);
  }
  return expectations;
}

function checkType(fields: Fields): void {
  const wanted = { apiVersion: EXPECTATIONS_VERSION, kind: EXPECTATIONS_KIND };
  for (const [key, value] of Object.entries(wanted)) {
    const field = fields.get(key);
    if (field === undefined) continue;
    if (field.node.kind === 'scalar' && field.node.value === value) continue;
    report(field, 'error', 'bad-expectation', `\`${key}\` must be \`${value}\` here`);
  }
}

function readGroups(fields: Fields): Groups {
  const groups = new Map<string, Who>();
  const field = fields.get('groups');
  if (field === undefined) return groups;
  const { node } = field;
  const own = fields.map('groups');
  if (node.kind !== 'mapping' || own === undefined || own === MALFORMED) return groups;
  for (const [i, name] of node.keys.entries()) {
    if (TAKEN.has(name) || !/^[a-zA-Z0-9][\w.-]*$/.test(name)) {
      const what = TAKEN.has(name) ? 'means something already' : 'is no name for a group';
      own.reportKey(i, 'error', 'bad-expectation', `\`${name}\` ${what}; choose another word`);
      continue;
    }
    const who = readWho(own.entry(i), groups);
    if (who !== MALFORMED) groups.set(name, { ...who, text: name });
  }
  return groups;
}

function readList(field: Field, kind: Expectation['kind'], groups: Groups): Expectation[] {
  if (field.node.kind !== 'sequence') {
    const message = `\`${kind}\` is a list of expectations, each beginning with \`- from:\`; this is ${describe(field.node)}`;
    report(field, 'error', 'bad-expectation', message);
    return [];
  }
  return listOf(field).flatMap((item) => readEntry(item, kind, groups) ?? []);
}

function readEntry(
  field: Field,
  kind: Expectation['kind'],
  groups: Groups,
): Expectation | undefined {
  const fields = knownFields(field, ENTRY_FIELDS, 'an expectation');
  if (fields === MALFORMED) return undefined;
  const ends = (['from', 'to'] as const).map((key) => {
    const value = fields.get(key);
    if (value !== undefined) return readWho(value, groups);
    report(
      field,
      'error',
      'bad-expectation',
      `\`${key}\` is missing; write \`${key}: any\` for everyone`,
    );
    return MALFORMED;
  });
  const portsField = fields.get('ports');
  const ports = portsField === undefined ? DEFAULT_PORTS[kind] : readPorts(portsField);
  const name = fields.text('name');
  const because = fields.text('because');
  const [from, to] = ends as [Who | typeof MALFORMED, Who | typeof MALFORMED];
  if (from === MALFORMED || to === MALFORMED || ports === MALFORMED) return undefined;
  if (name === MALFORMED || because === MALFORMED) return undefined;
  const title = name ?? titleOf(kind, from, to, ports);
  return { kind, title, from, to, ports, because, place: fields.place };
}

/** Without `ports`: what should work is what is served, what should not is anything at all. */
const DEFAULT_PORTS: Readonly<Record<Expectation['kind'], Ports>> = {
  allow: { kind: 'served' },
  deny: { kind: 'all' },
};

/** An expectation as a sentence. */
export function titleOf(kind: Expectation['kind'], from: Who, to: Who, ports: Ports): string {
  const verb = kind === 'allow' ? 'reaches' : 'never reaches';
  const on =
    ports.kind === 'listed'
      ? ` on ${ports.text}`
      : ports.kind === 'all' && kind === 'allow'
        ? ' on all ports'
        : '';
  return `${from.text} ${verb} ${to.text}${on}`;
}

// a plain word that begins with a star is an alias to YAML; people mean the text
function withQuoteRemedy(problem: Problem): Problem {
  if (problem.code !== 'yaml-syntax') return problem;
  const { source, line } = problem.place;
  const text = source.text.split('\n')[line - 1] ?? '';
  const star = /(?::|-|\[|,)\s+(\*[^\s,\]]*)/.exec(text)?.[1];
  if (star === undefined) return problem;
  const message = `\`${star}\` means something else to YAML; quote it: \`'${star}'\``;
  return { ...problem, message };
}
