import type { Reachability } from '../../evaluate/map/reachability.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { Place } from '../../model/place.ts';
import type { Finding } from '../fixes/finding.ts';
import type { Remark } from '../rule/rule.ts';
import { HopsIndex } from '../survey/hops.ts';
import { Survey } from '../survey/survey.ts';
import { LINT_RULES } from './rules.ts';

export interface LintOptions {
  /** Codes not to look for. */
  readonly disabled?: readonly string[];
}

export interface LintResult {
  /** In the order of files and lines. */
  readonly findings: readonly Finding[];
  /** How many findings annotations keep quiet. */
  readonly suppressed: number;
}

/**
 * Looks for what is legal but probably not meant. `reachability` must be that of the cluster. A
 * finding that another one explains better, at the same place or about the same connections, is left
 * out, and so is what the annotation `sluice.dev/ignore` names.
 */
export function lint(
  cluster: Cluster,
  reachability: Reachability,
  options: LintOptions = {},
): LintResult {
  const survey = new Survey(cluster, reachability);
  const remarks = LINT_RULES.filter(({ code }) => !options.disabled?.includes(code)).flatMap(
    (rule) => [...rule.find(survey)],
  );
  const told = withoutEchoes(remarks);
  const findings = told.flatMap(({ finding, ignored }) => (ignored ? [] : [finding]));
  return { findings: findings.sort(byPlace), suppressed: told.length - findings.length };
}

/** The codes there are, for whoever wants to name one. */
export const LINT_CODES: readonly string[] = LINT_RULES.map(({ code }) => code);

/** Leaves out remarks that others explain; an ignored one explains as well as any. */
function withoutEchoes(remarks: readonly Remark[]): Remark[] {
  const explaining = new Map(LINT_RULES.map(({ code, explains = [] }) => [code, explains]));
  const places = new Set<string>();
  const hopsFor = new Map<string, HopsIndex>();
  for (const { finding, hops, also = [] } of remarks) {
    for (const code of explaining.get(finding.code)!) {
      for (const place of [finding.place, ...also]) places.add(placeKey(code, place));
      if (hops === undefined) continue;
      const known = hopsFor.get(code) ?? new HopsIndex();
      hopsFor.set(code, known);
      known.add(hops);
    }
  }
  return remarks.filter(({ finding: { code, place }, hops }) => {
    if (places.has(placeKey(code, place))) return false;
    return hops === undefined || !hopsFor.get(code)?.holds(hops);
  });
}

function placeKey(code: string, { source, offset }: Place): string {
  return `${code} ${offset} ${source.file}`;
}

function byPlace(a: Finding, b: Finding): number {
  const [first, second] = [a.place, b.place];
  if (first.file !== second.file) return first.file < second.file ? -1 : 1;
  return first.offset - second.offset;
}
