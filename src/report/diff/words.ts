import type { Aspect } from '../../evaluate/difference/aspects.ts';
import type { Passing } from '../../evaluate/difference/difference.ts';
import { changeOf, nameOf } from '../../evaluate/difference/objects.ts';
import type { ChangedObject } from '../../evaluate/difference/objects.ts';
import { formatPorts, isNoPorts } from '../../model/port-set.ts';
import type { Labels } from '../../model/selector.ts';
import { visible } from '../words/visible.ts';

/** `NetworkPolicy shop/db`. */
export function objectName(object: ChangedObject): string {
  const { kind, namespace, name } = nameOf(object);
  return visible(`${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`);
}

/** What happened to an object, as a clause: `NetworkPolicy shop/db removed`, `labels of Namespace shop changed`. */
export function objectWords(object: ChangedObject): string {
  const change = changeOf(object);
  const name = objectName(object);
  if (change !== 'changed') return `${name} ${change}`;
  switch (object.is) {
    case 'namespace':
      return `labels of ${name} changed${labelsText(object.old!.labels, object.new!.labels)}`;
    case 'node': {
      const labels = labelsText(object.old!.labels, object.new!.labels);
      return labels === '' ? `addresses of ${name} changed` : `labels of ${name} changed${labels}`;
    }
    case 'workload': {
      const what = listed(object.aspects.map((aspect) => ASPECTS[aspect]));
      const labels = object.aspects.includes('labels')
        ? labelsText(object.old!.pods[0]!.labels, object.new!.pods[0]!.labels)
        : '';
      return `${what} of ${name} changed${labels}`;
    }
    case 'policy':
    case 'cluster-policy':
    case 'service':
      return `${name} changed`;
  }
}

const ASPECTS: Readonly<Record<Aspect, string>> = {
  labels: 'pod labels',
  ports: 'ports',
  network: 'hostNetwork',
  addresses: 'pod addresses',
  nodes: 'nodes',
};

const MOST_LABELS = 3;

/** ` (tier: front → back, +app: web)`; nothing where none changed. */
function labelsText(old: Labels, current: Labels): string {
  const changes: string[] = [];
  for (const key of new Set([...Object.keys(old), ...Object.keys(current)])) {
    const [was, is] = [old, current].map((labels) =>
      Object.hasOwn(labels, key) ? labels[key] : undefined,
    );
    if (was === is) continue;
    if (was === undefined) changes.push(`+${key}: ${is}`);
    else changes.push(is === undefined ? `-${key}: ${was}` : `${key}: ${was} → ${is}`);
  }
  if (changes.length === 0) return '';
  return visible(` (${cutList(changes, MOST_LABELS).join(', ')})`);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The first of a list, and how many others there are: `and 37 others`. */
export function cutList(names: readonly string[], most: number): string[] {
  // one more name is no longer than `and 1 others`
  if (names.length <= most + 1) return [...names];
  return [...names.slice(0, most), `and ${names.length - most} others`];
}

/** `TCP 80`, `TCP 80; perhaps UDP 53`, `nothing`. */
export function passingText({ certain, depends }: Passing): string {
  const parts: string[] = [];
  if (!isNoPorts(certain)) parts.push(formatPorts(certain));
  if (!isNoPorts(depends)) parts.push(`perhaps ${formatPorts(depends)}`);
  return parts.length === 0 ? 'nothing' : parts.join('; ');
}
