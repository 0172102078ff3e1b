import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

/** Reads one text as a file of manifests. */
export function read(text: string): Cluster {
  return readCluster([new Source('test.yaml', text)]);
}

/** The errors and warnings of a text, as `CODE LINE`. */
export function problemsOf(text: string): string[] {
  const problems = read(text).problems.filter(({ severity }) => severity !== 'info');
  return problems.map(({ code, place }) => `${code} ${place.line}`);
}

/** A NetworkPolicy of namespace x; `spec` begins on line 5. */
export function policy(spec: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: x}
spec:
${indent(spec, 2)}`;
}

/** A Pod of namespace x; `spec` begins on line 5. */
export function pod(spec: string): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x}
spec:
${indent(spec, 2)}`;
}

function indent(text: string, width: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(width));
}
