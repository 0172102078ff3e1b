import type { Place } from '../../model/place.ts';
import type { Severity } from '../../model/problem.ts';
import type { Finding } from '../fixes/finding.ts';
import type { Hops } from '../survey/hops.ts';
import type { Survey } from '../survey/survey.ts';

/** One thing `sluice check` looks for. */
export interface LintRule {
  readonly code: string;
  /** The severities it speaks with, the gravest first. */
  readonly severities: readonly Severity[];
  /** One clause: what a finding of this code says. */
  readonly summary: string;
  /** What it must see before it speaks. */
  readonly evidence: string;
  /** What to do about a finding. */
  readonly remedy: string;
  /** Codes that only repeat what this one explains better, at the same place or for the same hops. */
  readonly explains?: readonly string[];
  /** Every finding, ignored ones marked. */
  find(survey: Survey): Iterable<Remark>;
}

/** What a rule has to say before `lint` decides whether it is said. */
export interface Remark {
  readonly finding: Finding;
  /** Whether an annotation asks not to hear it. */
  readonly ignored: boolean;
  /** Other places where what it explains only repeats it: the rules of a policy. */
  readonly also?: readonly Place[];
  /** The connections it is about, so that no other finding complains of the same ones. */
  readonly hops?: Hops;
}
