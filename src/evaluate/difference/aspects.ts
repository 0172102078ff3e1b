import type { Address } from '../../model/address.ts';
import { UNREADABLE, isUnreadable } from '../../model/selector.ts';
import type { Labels } from '../../model/selector.ts';
import type { ContainerPort } from '../../model/workload.ts';
import { isSameContent } from '../ids/content-key.ts';
import type { Distinctions } from '../population/distinctions.ts';
import { podOf } from '../verdict/endpoint.ts';
import type { WorkloadEndpoint } from '../verdict/endpoint.ts';
import { nodesOf } from '../verdict/match.ts';

/** What may change about pods that policies can look at. */
export type Aspect = 'labels' | 'ports' | 'network' | 'addresses' | 'nodes';

/** In what pods are not the same in two clusters. */
export function aspectsOf(old: WorkloadEndpoint, current: WorkloadEndpoint): Aspect[] {
  const [before, after] = [podOf(old), podOf(current)];
  const aspects: Aspect[] = [];
  // the usual case, and thousands of pods are asked
  if (before === after && old.pods.length === 1 && current.pods.length === 1) return aspects;
  if (!sameLabels(before.labels, after.labels)) aspects.push('labels');
  if (
    !isSameContent(before.ports, after.ports) &&
    portsText(before.ports) !== portsText(after.ports)
  )
    aspects.push('ports');
  if (before.hostNetwork !== after.hostNetwork) aspects.push('network');
  if (addressesText(old) !== addressesText(current)) aspects.push('addresses');
  if (nodesText(old) !== nodesText(current)) aspects.push('nodes');
  return aspects;
}

/** Those of the aspects that some policy of either cluster asks about. */
export function askedAspects(
  old: WorkloadEndpoint,
  current: WorkloadEndpoint,
  aspects: readonly Aspect[],
  asked: readonly Distinctions[],
): Aspect[] {
  return aspects.filter((aspect) => {
    switch (aspect) {
      case 'labels':
        return asked.some(({ podLabels }) => {
          const [before, after] = [podOf(old).labels, podOf(current).labels];
          for (const [key, values] of podLabels)
            if (answer(before, key, values) !== answer(after, key, values)) return true;
          return false;
        });
      case 'ports':
        return asked.some(({ portNames }) => {
          const words = (one: WorkloadEndpoint): string =>
            portNames
              .answersOf(podOf(one).ports)
              .sort((a, b) => a - b)
              .join();
          return words(old) !== words(current);
        });
      case 'network':
      case 'addresses':
      case 'nodes':
        return true;
    }
  });
}

/** What a pod answers when asked for a label: one of the values that are named, or what stands for all else. */
function answer(labels: Labels, key: string, values: ReadonlySet<string>): string {
  const value = labels[key];
  if (value !== undefined && Object.hasOwn(labels, key))
    return values.has(value) ? `is ${value}` : 'other';
  return isUnreadable(labels, key) ? 'unreadable' : 'absent';
}

function sameLabels(a: Labels, b: Labels): boolean {
  if (a === b) return true;
  let left = 0;
  for (const _ in b) left++;
  for (const key in a) {
    if (!Object.hasOwn(b, key) || a[key] !== b[key]) return false;
    left--;
  }
  return left === 0 && unreadableText(a) === unreadableText(b);
}

function unreadableText({ [UNREADABLE]: unreadable }: Labels): string {
  return unreadable === undefined || unreadable === 'all'
    ? String(unreadable)
    : [...unreadable].sort().join();
}

function portsText(ports: readonly ContainerPort[]): string {
  return ports
    .map(({ name, protocol, number }) => `${name ?? ''} ${protocol} ${number}`)
    .sort()
    .join();
}

function addressesText({ pods }: WorkloadEndpoint): string {
  if (pods.length === 1 && pods[0]!.addresses.length === 0) return '';
  const text = ({ family, value }: Address): string => `${family} ${value.toString(16)}`;
  return pods
    .map(({ addresses }) => addresses.map(text).join())
    .sort()
    .join(';');
}

function nodesText(endpoint: WorkloadEndpoint): string {
  if (endpoint.pods.length === 1) return endpoint.pods[0]!.node ?? '';
  return [...nodesOf(endpoint)].map(String).sort().join();
}
