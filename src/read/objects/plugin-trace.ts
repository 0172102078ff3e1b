import type { PluginTrace } from '../../model/cluster.ts';
import { Fields, MALFORMED, orNothing, textOf } from '../fields/fields.ts';
import type { Field } from '../fields/fields.ts';
import { NO_LABELS } from '../fields/labels.ts';
import type { Metadata } from '../fields/metadata.ts';
import { trimmed } from '../fields/trimmed.ts';

/** Reads what a DaemonSet, Deployment or ConfigMap may tell of the network plugin. */
export function readPluginTrace(kind: string, object: Fields, metadata: Metadata): PluginTrace {
  const { namespace, name, place } = metadata;
  const data = kind === 'ConfigMap' ? orNothing(object.map('data')) : undefined;
  const podSpec = orNothing(orNothing(orNothing(object.map('spec'))?.map('template'))?.map('spec'));
  const lists = ['initContainers', 'containers'].map((key) => orNothing(podSpec?.list(key)) ?? []);
  return {
    kind,
    namespace,
    name,
    place,
    containers: trimmed(lists.flat().flatMap(readContainer)),
    data: data ? textsOf(data) : NO_LABELS,
  };
}

/** What a Node may tell: some distributions write their settings into its annotations (k3s). */
export function nodeTrace({ name, place, annotations }: Metadata): PluginTrace {
  return { kind: 'Node', namespace: '', name, place, containers: [], data: annotations };
}

function readContainer(field: Field): PluginTrace['containers'] {
  const container = Fields.of(field);
  if (container === MALFORMED) return [];
  let env: Record<string, string> | undefined;
  for (const item of orNothing(container.list('env')) ?? []) {
    const variable = Fields.of(item);
    if (variable === MALFORMED) continue;
    const name = orNothing(variable.text('name'));
    const value = variable.get('value');
    if (name !== undefined && value?.node.kind === 'scalar' && name !== '__proto__') {
      env ??= {};
      env[name] = String(value.node.value);
    }
  }
  const words = ['command', 'args'].flatMap((key) => orNothing(container.list(key)) ?? []);
  return [
    {
      name: orNothing(container.text('name')) ?? '',
      image: orNothing(container.text('image')) ?? '',
      args: words.map(textOf).filter((text) => text !== MALFORMED),
      env: env ?? NO_LABELS,
    },
  ];
}

function textsOf(map: Fields): Record<string, string> {
  const texts: Record<string, string> = {};
  map.node.keys.forEach((key, i) => {
    const node = map.node.values[i]!;
    if (node.kind === 'scalar' && key !== '__proto__') texts[key] = String(node.value);
  });
  return texts;
}
