import { performance } from 'node:perf_hooks';
import type { WorkloadEndpoint } from '../../src/evaluate/verdict/endpoint.ts';
import { evaluate } from '../../src/evaluate/verdict/verdict.ts';
import type { Answer } from '../../src/evaluate/verdict/verdict.ts';
import { decodeSource } from '../../src/load/decode.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import type { Problem } from '../../src/model/problem.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

/** A file read as the command line reads it, and how long that took. */
export interface Reading {
  readonly cluster: Cluster;
  readonly problems: readonly Problem[];
  readonly milliseconds: number;
}

export function readBytes(file: string, bytes: Uint8Array): Reading {
  const start = performance.now();
  const { source, problems } = decodeSource(file, bytes);
  const cluster = readCluster([source]);
  const milliseconds = performance.now() - start;
  return { cluster, problems: [...problems, ...cluster.problems], milliseconds };
}

export function readText(text: string): Reading {
  return readBytes('bad.yaml', new TextEncoder().encode(text));
}

/** The pod x/NAME as one end of a connection; undefined when it was not read. */
export function podNamed(cluster: Cluster, name: string): WorkloadEndpoint | undefined {
  const workload = cluster.workloads.find(
    (one) => one.kind === 'Pod' && one.namespace === 'x' && one.name === name,
  );
  return workload && { kind: 'workload', id: `x/Pod/${name}`, workload, pods: workload.pods };
}

/** Whether x/b may connect to x/a on TCP 80; undefined when one of them was not read. */
export function answerOf(cluster: Cluster): Answer | undefined {
  const from = podNamed(cluster, 'b');
  const to = podNamed(cluster, 'a');
  if (from === undefined || to === undefined) return undefined;
  return evaluate(cluster, { from, to, port: { protocol: 'TCP', number: 80 } }).answer;
}
