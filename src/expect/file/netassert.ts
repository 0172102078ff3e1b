import { parseAddress } from '../../model/address.ts';
import { nearest } from '../../model/nearest.ts';
import { portRange } from '../../model/port-set.ts';
import type { Protocol } from '../../model/port-set.ts';
import { MALFORMED, placeOf, report } from '../../read/fields/fields.ts';
import type { Field, Fields } from '../../read/fields/fields.ts';
import { describe, valueOf } from '../../read/yaml/node.ts';
import type { Expectation, Who } from './expectation.ts';
import { knownFields } from './file-fields.ts';

/**
 * Test files of netassert v2 (github.com/controlplaneio/netassert, `internal/data/types.go`): a list of
 * tests, each one connection. `exitCode` 0 says that it can be made, any other that it cannot. How long and
 * how often netassert tries has no meaning here.
 *
 * @module
 */

const TEST_FIELDS = [
  'name',
  'type',
  'protocol',
  'targetPort',
  'timeoutSeconds',
  'attempts',
  'exitCode',
  'src',
  'dst',
  'pass',
  'failureReason',
];

const KINDS: ReadonlyMap<string, string> = new Map(
  ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'].map((kind) => [kind.toLowerCase(), kind]),
);

/** Whether a document is a list of netassert tests, by its shape. */
export function isNetassert({ node }: Field): boolean {
  if (node.kind !== 'sequence' || node.items.length === 0) return false;
  return node.items.some(
    (item) =>
      item.kind === 'mapping' &&
      (valueOf(item, 'src') ?? valueOf(item, 'dst') ?? valueOf(item, 'targetPort')) !== undefined,
  );
}

/** The expectations of a list of netassert tests. */
export function readNetassert({ document, node, path }: Field): Expectation[] {
  if (node.kind !== 'sequence') return [];
  return node.items.flatMap(
    (item, i) => readTest({ document, node: item, path: path.item(i) }) ?? [],
  );
}

function readTest(field: Field): Expectation | undefined {
  const fields = knownFields(field, TEST_FIELDS, 'a netassert test');
  if (fields === MALFORMED) return undefined;
  const fault = (key: string, message: string): undefined => {
    fields.document.report('error', 'bad-expectation', fields.keyPlace(key), message);
  };
  const type = fields.text('type');
  if (type !== 'k8s') return fault('type', '`type` must be `k8s`, the only one netassert v2 has');
  const name = fields.text('name');
  if (name === undefined || name === MALFORMED) return fault('name', '`name` is missing');
  const protocol = protocolOf(fields.text('protocol') ?? 'tcp');
  if (protocol === undefined) return fault('protocol', '`protocol` must be `tcp` or `udp`');
  const port = fields.integer('targetPort');
  if (port === undefined || port === MALFORMED || port < 1 || port > 65_535)
    return fault('targetPort', '`targetPort` must be a port from 1 to 65535');
  const exitCode = fields.integer('exitCode') ?? 0;
  if (exitCode === MALFORMED) return undefined;
  const from = readEnd(fields, 'src', ['k8sResource']);
  const to = readEnd(fields, 'dst', ['k8sResource', 'host']);
  if (from === undefined || to === undefined) return undefined;
  const text = protocol === 'TCP' ? `${port}` : `${port}/${protocol}`;
  const ports = { kind: 'listed' as const, sets: [portRange(protocol, port, port)], text };
  const kind = exitCode === 0 ? 'allow' : 'deny';
  return { kind, title: name, from, to, ports, because: undefined, place: fields.place };
}

function protocolOf(text: string | typeof MALFORMED): Protocol | undefined {
  return text === 'tcp' ? 'TCP' : text === 'udp' ? 'UDP' : undefined;
}

function readEnd(fields: Fields, key: string, known: readonly string[]): Who | undefined {
  const field = fields.get(key);
  if (field === undefined) {
    const message = `\`${key}\` is missing, with a \`k8sResource\` in it`;
    fields.document.report('error', 'bad-expectation', fields.place, message);
    return undefined;
  }
  const end = knownFields(field, known, `\`${key}\` of a netassert test`);
  if (end === MALFORMED) return undefined;
  const given = known.filter((one) => end.get(one) !== undefined);
  if (given.length !== 1) {
    const wanted = known.map((one) => `\`${one}\``).join(' or ');
    report(field, 'error', 'bad-expectation', `\`${key}\` needs ${wanted}, and only one of them`);
    return undefined;
  }
  const inner = end.get(given[0]!)!;
  const name = given[0] === 'host' ? readHost(inner) : readResource(inner);
  if (name === undefined) return undefined;
  const place = placeOf(inner);
  return { place, text: name, terms: [{ kind: 'name', place, text: name }] };
}

function readHost(field: Field): string | undefined {
  const fields = knownFields(field, ['name'], 'a `host`');
  const name = fields === MALFORMED ? MALFORMED : fields.text('name');
  if (name === MALFORMED) return undefined;
  if (name === undefined || name === '') {
    report(field, 'error', 'bad-expectation', '`host` needs a `name`: an address or a DNS name');
    return undefined;
  }
  return parseAddress(name) === undefined ? `domain/${name}` : name;
}

function readResource(field: Field): string | undefined {
  const fields = knownFields(field, ['kind', 'name', 'namespace'], 'a `k8sResource`');
  if (fields === MALFORMED) return undefined;
  const parts: string[] = [];
  for (const key of ['namespace', 'kind', 'name']) {
    const value = fields.text(key);
    if (value === MALFORMED) return undefined;
    if (value === undefined || value === '') {
      report(field, 'error', 'bad-expectation', `\`k8sResource\` needs a \`${key}\``);
      return undefined;
    }
    parts.push(value);
  }
  const [namespace, written, name] = parts as [string, string, string];
  const kind = KINDS.get(written);
  if (kind !== undefined) return `${namespace}/${kind}/${name}`;
  const meant = nearest(written, KINDS.keys());
  const remedy =
    meant === undefined ? `write ${[...KINDS.keys()].join(', ')}` : `did you mean \`${meant}\`?`;
  const message = `netassert knows no kind ${describe(fields.get('kind')!.node)}: ${remedy}`;
  fields.document.report('error', 'bad-expectation', fields.keyPlace('kind'), message);
  return undefined;
}
