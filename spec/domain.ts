/**
 * Domain names: one name, or with a leading `*.` every name below it (C21).
 *
 * @module
 */
import type { Match } from './attempt.ts';

/** The CRD's pattern of a DomainName: at least two labels, perhaps a final dot. */
const DOMAIN_NAME =
  /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;

/** A name in lower case without its final dot, as DNS compares names; undefined when it is none. */
export function readDomain(value: unknown): string | undefined {
  if (typeof value !== 'string' || !DOMAIN_NAME.test(value)) return undefined;
  return value.toLowerCase().replace(/\.$/, '');
}

/**
 * C21: whether an entry of `domainNames` matches a name: "the wildcard specifier, matches one or
 * more entire labels". Asked of all names below another, it may match some of them only: `maybe`.
 */
export function domainMatches(entry: string, name: string): Match {
  if (entry === name || isBelow(name, entry)) return 'yes';
  return isBelow(entry, name) ? 'maybe' : 'no';
}

/** D20: whether the cluster's own DNS may answer with an address of a pod. */
export function isClusterName(entry: string): boolean {
  return isBelow(entry, '*.cluster.local');
}

/** Whether `upper` is a wildcard and the name, or all names, of `lower` are below it. */
function isBelow(lower: string, upper: string): boolean {
  return upper.startsWith('*.') && lower.endsWith(upper.slice(1));
}
