import { valueOf } from '../read/yaml/node.ts';
import type { MappingNode, YamlNode } from '../read/yaml/node.ts';
import { splitDocuments } from '../read/yaml/pieces.ts';
import { parseYaml } from '../read/yaml/tree.ts';
import type { RenderedSource } from './rendered-source.ts';

/** A stretch of the text, possibly empty, and what to write in its stead. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Kinds without a namespace, of those that are read. */
const CLUSTER_SCOPED: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'IngressClass',
  'GatewayClass',
  'ClusterNetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
]);

/**
 * The same objects, those that name no namespace put in this one: `helm install` creates them there, and
 * `helm template` does not write it. Positions stay those of the rendered text.
 */
export function inNamespace(source: RenderedSource, namespace: string): RenderedSource {
  if (namespace === 'default') return source;
  const edits = new Map<number, Edit>();
  for (const { text, base } of splitDocuments(source.text)) {
    for (const root of parseYaml(text, base).roots) {
      for (const object of objectsOf(root)) {
        const edit = editOf(source.text, object, namespace);
        if (edit !== undefined) edits.set(edit.start, edit);
      }
    }
  }
  return edits.size === 0 ? source : edited(source, [...edits.values()]);
}

function edited(source: RenderedSource, edits: readonly Edit[]): RenderedSource {
  let text = '';
  let from = 0;
  const filled: number[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    text += source.text.slice(from, edit.start) + edit.text;
    if (edit.text.includes('\n')) filled.push(text.lastIndexOf('\n') + 1);
    from = edit.end;
  }
  return source.edited(text + source.text.slice(from), filled);
}

function objectsOf(node: YamlNode): readonly MappingNode[] {
  if (node.kind !== 'mapping') return [];
  const items = valueOf(node, 'items');
  return items?.kind === 'sequence' ? items.items.flatMap(objectsOf) : [node];
}

/** How to name the namespace; undefined when the object names one, or has nothing to name it in. */
function editOf(text: string, object: MappingNode, namespace: string): Edit | undefined {
  const kind = valueOf(object, 'kind');
  if (kind?.kind === 'scalar' && CLUSTER_SCOPED.has(String(kind.value))) return undefined;
  const metadata = valueOf(object, 'metadata');
  if (metadata?.kind !== 'mapping' || metadata.keys.length === 0) return undefined;
  const quoted = JSON.stringify(namespace);
  const own = valueOf(metadata, 'namespace');
  if (own !== undefined) {
    // an empty one is what a template writes when its value is not set
    const isEmpty = own.kind === 'scalar' && (own.value === null || own.value === '');
    if (!isEmpty) return undefined;
    EMPTY_VALUE.lastIndex = metadata.keyStarts[metadata.keys.indexOf('namespace')]!;
    const match = EMPTY_VALUE.exec(text);
    if (match === null) return undefined;
    const end = EMPTY_VALUE.lastIndex;
    return { start: match.index, end, text: `${match[1]} ${quoted}` };
  }
  const first = Math.min(...metadata.keyStarts);
  if (/\{\s*$/.test(text.slice(metadata.start, first))) {
    return { start: first, end: first, text: `"namespace": ${quoted}, ` };
  }
  const indent = text.slice(text.lastIndexOf('\n', first - 1) + 1, first);
  return {
    start: first,
    end: first,
    text: `namespace: ${quoted}\n${indent.replaceAll(/\S/g, ' ')}`,
  };
}

const EMPTY_VALUE = /(["']?namespace["']?[ \t]*:)[ \t]*(?:null|Null|NULL|~|""|'')?/y;
