import type { Difference, OwnConnections, Passing } from '../../evaluate/difference/difference.ts';
import type { ChangedObject } from '../../evaluate/difference/objects.ts';
import type { RulePlace } from '../../evaluate/difference/rules.ts';
import type { WayChange } from '../../evaluate/ways-in/way-changes.ts';
import type { Place } from '../../model/place.ts';
import type { ConnectionChange } from './change.ts';

/** Everything a report of a difference is made from. */
export interface DifferenceResult extends Difference {
  /** Whether only some ends or ports are asked about. */
  readonly isNarrow: boolean;
  /** Connections of ends that only the newer, or only the older, cluster has; undefined when too many. */
  readonly added: readonly OwnConnections[] | undefined;
  readonly removed: readonly OwnConnections[] | undefined;
  /** What became of the ways in from outside that are asked about. */
  readonly ways: readonly WayChange[];
}

/** Connections that changed alike, in few words. */
export interface DiffLine {
  readonly change: ConnectionChange;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly before: Passing;
  readonly after: Passing;
  /** How many pairs of workloads, nodes and names; the outside counts as one. */
  readonly pairs: number;
  /** How many pairs the two ends have in all, where the line speaks of some of them. */
  readonly of?: number;
  readonly rules: readonly RulePlace[];
}

/** What some objects together did. */
export interface DiffSection {
  readonly causes: readonly ChangedObject[];
  readonly lines: readonly DiffLine[];
}

/** Something that only one of the clusters has. */
export interface OwnThing {
  readonly name: string;
  readonly kind: string;
  readonly place: Place | undefined;
}

/** What came, or went. */
export interface Presence {
  readonly change: 'added' | 'removed';
  readonly things: readonly OwnThing[];
  /** Undefined when they are too many to list. */
  readonly lines: readonly Pick<DiffLine, 'from' | 'to' | 'after' | 'pairs'>[] | undefined;
}

/** A difference for people. */
export interface DiffView {
  readonly counts: ReadonlyMap<ConnectionChange, number>;
  readonly sections: readonly DiffSection[];
  readonly presences: readonly Presence[];
  readonly ways: readonly WayChange[];
  /** Objects that are in both, or are policies, and made no difference. */
  readonly idle: readonly ChangedObject[];
  /** Whether lines are by namespace because they would be too many. */
  readonly isBrief: boolean;
  readonly isSame: boolean;
  readonly isNarrow: boolean;
}
