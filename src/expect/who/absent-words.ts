import type { Cluster } from '../../model/cluster.ts';
import { nearest } from '../../model/nearest.ts';
import { formatSelector } from '../../model/selector.ts';
import type { Selector } from '../../model/selector.ts';
import type { Pod } from '../../model/workload.ts';
import type { NamespaceCondition } from '../file/expectation.ts';
import type { Glob } from '../file/glob.ts';

/** Why a pattern fits no workload, and what is there instead. */
export function noFit(cluster: Cluster, text: string, spaces: Glob): string {
  const names = [...cluster.namespaces.keys()];
  if (!names.some((one) => spaces.fits(one))) {
    return `\`${text}\` fits nothing: there is no namespace \`${spaces.text}\`: ${meantOf(spaces.text, names)}`;
  }
  const there = cluster.workloads.filter((one) => spaces.fits(one.namespace));
  const known = there.map(({ namespace, name }) => `${namespace}/${name}`);
  return `\`${text}\` fits no workload; there are ${few(known)}`;
}

/** Why no pod is in the namespaces meant. */
export function noNamespace(cluster: Cluster, condition: NamespaceCondition): string {
  if (condition.kind === 'labels')
    return `no pod is in a namespace with \`${formatSelector(condition.selector)}\``;
  const names = [...cluster.namespaces.keys()];
  return `no pod is in namespace ${few(condition.names)}: ${meantOf(condition.names[0]!, names)}`;
}

/** Why no pod has the labels meant, and which values there are. */
export function noLabels(pods: Iterable<Pod>, selector: Selector): string {
  const what = `no pod here has \`${formatSelector(selector)}\``;
  const all = [...pods];
  for (const { key, values } of selector) {
    const has = ({ labels }: Pod): boolean => Object.hasOwn(labels, key);
    const there = new Set(all.filter(has).map(({ labels }) => labels[key]!));
    if (there.size === 0) return `${what}: none has a label \`${key}\``;
    if (values.length > 0 && !values.some((value) => there.has(value)))
      return `${what}: the values of \`${key}\` are ${few([...there])}`;
  }
  return what;
}

function meantOf(word: string, names: readonly string[]): string {
  const meant = nearest(word, names);
  return meant === undefined ? `there are ${few(names)}` : `did you mean \`${meant}\`?`;
}

const FEW = 6;

function few(names: readonly string[]): string {
  const shown = names.slice(0, FEW).map((name) => `\`${name}\``);
  const more = names.length > FEW ? ` and ${names.length - FEW} more` : '';
  return names.length === 0 ? 'none' : shown.join(', ') + more;
}
