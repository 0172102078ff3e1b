import { effectOf } from '../../evaluate/verdict/cluster-effect.ts';
import type { Direction } from '../../model/policy.ts';
import { ALL_PORTS, NO_PORTS, intersectPorts, isNoPorts } from '../../model/port-set.ts';
import { subtractPorts, unionPorts } from '../../model/port-set.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { Atom } from '../matrix/peer-class.ts';
import type { TierPolicy, TierRule, TierRules } from '../matrix/tier-rules.ts';
import { servedKey } from './peer-kind.ts';
import type { PeerKind } from './peer-kind.ts';
import type { Ruling, RulingTable } from './ruling.ts';

/** A policy that selects a subject; unless it surely does, its rules only deny (decision D22). */
export interface Selecting {
  readonly by: TierPolicy;
  readonly isSure: boolean;
}

/** A rule for the subjects of a profile. */
interface Step {
  readonly rule: TierRule;
  readonly isSure: boolean;
}

/** What is decided of some ports so far. */
interface Decided {
  readonly accept: PortSet;
  readonly deny: PortSet;
}

const UNDECIDED: Decided = { accept: NO_PORTS, deny: NO_PORTS };

/** Subjects for whom the tiers around NetworkPolicy say the same in one direction, whoever the peer is. */
export class TierProfile {
  readonly direction: Direction;
  /** Whether a NetworkPolicy isolates them: then it always decides, and Baseline is not asked (C3). */
  readonly isIsolated: boolean;
  readonly selecting: readonly Selecting[];
  readonly #served: readonly ContainerPort[];
  readonly #rulings: RulingTable;
  readonly #steps: readonly Step[];
  /** How many of the steps are of the Admin tier. */
  readonly #admin: number;
  readonly #byAtom = new Map<Atom, number[]>();
  readonly #always: number[] = [];
  readonly #asksPeer: boolean;
  readonly #byKind = new Map<PeerKind, Ruling>();
  readonly #bySteps = new Map<string, Ruling>();

  constructor(
    direction: Direction,
    isIsolated: boolean,
    admin: readonly Selecting[],
    baseline: readonly Selecting[],
    served: readonly ContainerPort[],
    rulings: RulingTable,
  ) {
    this.direction = direction;
    this.isIsolated = isIsolated;
    this.selecting = [...admin, ...baseline];
    this.#served = served;
    this.#rulings = rulings;
    const steps = (of: readonly Selecting[]): Step[] =>
      of.flatMap(({ by, isSure }) =>
        by.rules[direction].map((rule) => ({ rule, isSure: isSure && by.policy.isSure })),
      );
    const first = steps(admin);
    this.#admin = first.length;
    this.#steps = [...first, ...steps(baseline)];
    this.#steps.forEach(({ rule: { peers } }, i) => {
      if (peers === 'all') this.#always.push(i);
      else for (const atom of new Set(peers)) this.#at(atom).push(i);
    });
    this.#asksPeer = direction === 'egress' && this.#steps.some(({ rule }) => rule.hasNames);
  }

  /** Whether nothing is said of anybody that NetworkPolicy would not say. */
  get isSilent(): boolean {
    return !this.#steps.some(({ rule: { rule, peers }, isSure }) => {
      if (peers === 'all') return true;
      // a Pass denies peers with labels that nobody can read
      const counts = rule.action !== 'Accept' || (this.isIsolated && isSure);
      return counts && peers.length > 0;
    });
  }

  /** Whether a rule is for peers by their domain names. */
  get asksForNames(): boolean {
    return this.#steps.some(
      ({ rule: { rule } }) =>
        rule.peers !== 'all' && rule.peers.some(({ kind }) => kind === 'domains'),
    );
  }

  /** The ruling for a kind of peer. */
  rulingOf(kind: PeerKind): Ruling {
    let ruling = this.#byKind.get(kind);
    if (ruling !== undefined) return ruling;
    const steps = this.#stepsFor(kind);
    let key = steps.map(([i, isSure]) => `${i}${isSure ? '' : '?'}`).join();
    if (this.#asksPeer) key += `|${servedKey(kind.served)}`;
    ruling = this.#bySteps.get(key);
    if (ruling === undefined) this.#bySteps.set(key, (ruling = this.#rule(steps, kind)));
    this.#byKind.set(kind, ruling);
    return ruling;
  }

  /** The policies with a rule that is for a kind of peer, or may be. */
  policiesFor(kind: PeerKind): TierRule['policy'][] {
    return [...new Set(this.#stepsFor(kind).map(([i]) => this.#steps[i]!.rule.policy))];
  }

  #at(atom: Atom): number[] {
    let list = this.#byAtom.get(atom);
    if (list === undefined) this.#byAtom.set(atom, (list = []));
    return list;
  }

  /** The steps that match a kind, or may, ascending, and whether they surely do. */
  #stepsFor({ surely, possibly }: PeerKind): [step: number, isSure: boolean][] {
    const found = new Map<number, boolean>(this.#always.map((i) => [i, true]));
    for (const atom of possibly) {
      for (const i of this.#byAtom.get(atom) ?? []) {
        if (!found.get(i)) found.set(i, surely.has(atom));
      }
    }
    return [...found].sort(([a], [b]) => a - b);
  }

  /** From the last rule to the first, each takes what it decides away from those behind it (C7, C8, D15). */
  #rule(steps: readonly [number, boolean][], kind: PeerKind): Ruling {
    const served = this.direction === 'egress' ? kind.served : this.#served;
    const fold = (next: Decided, isOwn: (i: number) => boolean): Decided =>
      steps
        .filter(([i]) => isOwn(i))
        .reduceRight(
          (rest, [i, isSure]) => decide(this.#steps[i]!, isSure, served, rest, next),
          next,
        );
    const baseline = fold(UNDECIDED, (i) => i >= this.#admin);
    const { accept, deny } = fold(baseline, (i) => i < this.#admin);
    // what no policy isolates is open, accepted or not
    return this.#rulings.intern(this.isIsolated ? accept : NO_PORTS, deny);
  }
}

/** What is decided once a rule is asked first. `next`: what the next tier decides, for Pass. */
function decide(
  { rule: { rule, peers, ports }, isSure }: Step,
  matches: boolean,
  served: readonly ContainerPort[],
  rest: Decided,
  next: Decided,
): Decided {
  if (peers === 'all') return { accept: NO_PORTS, deny: ALL_PORTS };
  const own = ports(served);
  if (isNoPorts(own)) return rest;
  const accept = subtractPorts(rest.accept, own);
  const deny = subtractPorts(rest.deny, own);
  const effect = effectOf(rule.action, isSure, matches);
  if (effect === undefined || (effect.on === 'surely' && !matches)) return rest;
  if (effect.action === 'Accept') return { accept: unionPorts(accept, own), deny };
  if (effect.action === 'Deny') return { accept, deny: unionPorts(deny, own) };
  return {
    accept: unionPorts(accept, intersectPorts(next.accept, own)),
    deny: unionPorts(deny, intersectPorts(next.deny, own)),
  };
}

/** The profiles in use, each once, by the subjects' kinds. */
export class TierProfiles {
  readonly #rules: TierRules;
  readonly #rulings: RulingTable;
  readonly #byKind = new Map<string, TierProfile | undefined>();
  readonly #byContent = new Map<string, TierProfile>();
  readonly #former: ReadonlyMap<string, TierProfile>;

  /** `before`: a profile whose policies are the same as there is the same. */
  constructor(rules: TierRules, rulings: RulingTable, before?: TierProfiles) {
    this.#rules = rules;
    this.#rulings = rulings;
    this.#former = before === undefined ? new Map<string, TierProfile>() : before.#byContent;
  }

  /** The profile of a pod; undefined when cluster policies say nothing for it. */
  of(kind: PeerKind, direction: Direction, isIsolated: boolean): TierProfile | undefined {
    const key = `${direction}${isIsolated}${kind.number}`;
    if (!this.#byKind.has(key)) this.#byKind.set(key, this.#make(kind, direction, isIsolated));
    return this.#byKind.get(key);
  }

  #make(kind: PeerKind, direction: Direction, isIsolated: boolean): TierProfile | undefined {
    const selecting = (policies: readonly TierPolicy[]): Selecting[] =>
      policies
        .filter(({ subject, rules }) => kind.possibly.has(subject) && rules[direction].length > 0)
        .map((by) => ({ by, isSure: kind.surely.has(by.subject) }));
    const admin = selecting(this.#rules.tiers.Admin);
    const baseline = isIsolated ? [] : selecting(this.#rules.tiers.Baseline);
    if (admin.length + baseline.length === 0) return undefined;
    const served = direction === 'ingress' ? kind.served : [];
    const rules = [...admin, ...baseline].map(
      ({ by: { policy }, isSure }) => `${policy.kind}/${policy.name}${isSure ? '' : '?'}`,
    );
    const key = `${direction}${isIsolated}|${rules.join()}|${servedKey(served)}`;
    let profile = this.#byContent.get(key);
    if (profile === undefined) {
      const former = this.#former.get(key);
      const all = [...admin, ...baseline];
      const isSame = former?.selecting.every(({ by }, i) => by === all[i]!.by);
      profile = isSame
        ? former!
        : new TierProfile(direction, isIsolated, admin, baseline, served, this.#rulings);
      this.#byContent.set(key, profile);
    }
    return profile.isSilent ? undefined : profile;
  }
}
