import type { Cluster } from '../../model/cluster.ts';
import { Source } from '../../model/place.ts';
import type { Place } from '../../model/place.ts';
import { readCluster } from '../../read/objects/cluster.ts';
import { CLUSTER_DNS } from '../dns/cluster-dns.ts';
import { dnsPodsOf } from '../dns/dns.ts';
import { labCluster } from '../state/cluster.ts';
import type { LabCluster } from '../state/cluster.ts';
import type { Kept } from '../state/kept.ts';

/** One text that objects are read from. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** All that a lab is made of; the same input gives the same lab. It is JSON. */
export interface LabInput {
  readonly sources: readonly SourceText[];
  readonly podCidr: readonly string[];
  /** How many nodes at least; absent: as the sources say. */
  readonly nodes?: number;
  readonly kept?: Kept;
}

/** The lab an input says. Throws a LabRefusal when it does not fit on one machine. */
export function readLab(input: LabInput): LabCluster {
  const cluster = readSources(input);
  const named = dnsPodsOf(cluster).length > 0;
  const whole = named
    ? cluster
    : readSources({ ...input, sources: [...input.sources, CLUSTER_DNS] });
  const lab = labCluster(whole, { nodes: input.nodes, kept: input.kept });
  if (named) return lab;
  return {
    ...lab,
    notes: [...lab.notes, 'no cluster DNS in the input: `kube-system/kube-dns` was added'],
  };
}

function readSources({ sources, podCidr }: LabInput): Cluster {
  const texts = sources.map(({ file, text }) => new Source(file, text));
  return readCluster(texts, { podNetwork: podCidr });
}

/**
 * The input with objects added, or replaced where there are some of the same name; with `prune`, those
 * that are not among the new ones go. Sources of which nothing is left are dropped.
 */
export function changeInput(
  input: LabInput,
  sources: readonly SourceText[],
  prune: boolean,
): LabInput {
  if (prune) return { ...input, sources };
  const texts = [...input.sources, ...sources].map(({ file, text }) => new Source(file, text));
  const used = sourcesOf(readCluster(texts));
  const left = texts.filter((source) => used.has(source) || HAS_ENDPOINTS.test(source.text));
  return { ...input, sources: left.map(({ file, text }) => ({ file, text })) };
}

/** EndpointSlices leave no place behind in the cluster, so their sources stay. */
const HAS_ENDPOINTS = /EndpointSlice/;

function sourcesOf(cluster: Cluster): Set<Source> {
  const places: (Place | undefined)[] = [
    ...[...cluster.namespaces.values()].map(({ place }) => place),
    ...[...cluster.nodes.values()].map(({ place }) => place),
    ...cluster.workloads.flatMap(({ place, pods }) => [place, ...pods.map((pod) => pod.place)]),
    ...cluster.services.map(({ place }) => place),
    ...cluster.policies.map(({ place }) => place),
  ];
  return new Set(places.flatMap((place) => (place === undefined ? [] : [place.source])));
}
