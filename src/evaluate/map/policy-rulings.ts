import { FAMILIES } from '../../model/address.ts';
import type { GrantTable } from '../grants/grant.ts';
import { NO_PORTS_ID } from '../grants/port-table.ts';
import type { Id } from '../ids/pair-memo.ts';
import type { Zones } from '../population/zones.ts';
import { effectOf } from '../verdict/cluster-effect.ts';
import { clusterPortsOf } from '../verdict/cluster-ports.ts';
import type { PeerKinds, RuleMatch } from './peer-kinds.ts';
import { isSure, placeOf } from './placed-policies.ts';
import type { Item, PlacedPolicies } from './placed-policies.ts';
import { namesPorts } from './rule-ports.ts';
import { SILENT } from './ruling.ts';
import type { Matching, RulingTable } from './ruling.ts';

/**
 * What single cluster policies of one direction decide, by kind of peer. `zone`: of the subject, on ingress and
 * where rules name ports, for what the names stand for is then its matter.
 */
export class PolicyRulings {
  readonly #policies: PlacedPolicies;
  readonly #kinds: PeerKinds;
  readonly #zones: Zones;
  readonly #subjects: number;
  readonly #grants: GrantTable;
  readonly #table: RulingTable;
  /** By item and zone, then by kind of peer. */
  readonly #ofItem: Int32Array[] = [];
  /** Of rules that name no ports, by number, and how they match: where their policy surely selects, and where not. */
  readonly #surely: Map<RuleMatch, Id>[] = [];
  readonly #perhaps: Map<RuleMatch, Id>[] = [];

  /** `subjects`: how many classes are of pods that policies can select. */
  constructor(
    policies: PlacedPolicies,
    kinds: PeerKinds,
    zones: Zones,
    subjects: number,
    grants: GrantTable,
    table: RulingTable,
  ) {
    this.#policies = policies;
    this.#kinds = kinds;
    this.#zones = zones;
    this.#subjects = subjects;
    this.#grants = grants;
    this.#table = table;
  }

  /** By kind of peer: what a policy decides. */
  ofItem(item: Item, zone: number | undefined): Int32Array {
    const place = item * (this.#zones.count + 1) + (zone ?? this.#zones.count);
    return (this.#ofItem[place] ??= Int32Array.from(this.#kinds.examples, (_, kind) => {
      let ruling = SILENT;
      for (const rule of this.rulesOf(item, kind))
        ruling = this.#table.after(ruling, this.ofRule(item, rule, kind, zone));
      return ruling;
    }));
  }

  /** The rules of a policy that match a kind, or may, as numbers. */
  rulesOf(item: Item, kind: number): number[] {
    const { first, end } = placeOf(this.#policies, item);
    const own: number[] = [];
    for (const rule of this.#kinds.rules[kind]!) if (rule >= first && rule < end) own.push(rule);
    return own;
  }

  /** What one rule of a policy decides. */
  ofRule(item: Item, rule: number, kind: number, zone: number | undefined): Id {
    const match = this.#kinds.match(kind, rule);
    const surely = isSure(this.#policies, item);
    const find = (): Id => this.#find(rule, match, this.portsOf(rule, kind, zone), surely);
    if (namesPorts(this.#policies.rules[rule]!)) return find();
    // thousands of kinds are matched in the same few ways
    const known = ((surely ? this.#surely : this.#perhaps)[rule] ??= new Map<RuleMatch, Id>());
    let ruling = known.get(match);
    if (ruling === undefined) known.set(match, (ruling = find()));
    return ruling;
  }

  /** Where it is not known whom or when a rule is for, it can only deny (decisions D21 to D23). */
  #find(rule: number, match: RuleMatch, ports: Id, isSureOfSubject: boolean): Id {
    if (ports === NO_PORTS_ID) return SILENT;
    const { surely, possibly, unknowns } = match;
    const { action } = this.#policies.rules[rule]!;
    const effect = effectOf(action, isSureOfSubject, isSame(surely, possibly));
    if (effect === undefined) return SILENT;
    const matching = effect.on === 'surely' ? surely : possibly;
    return this.#table.ofRule(effect.action, ports, matching, unknowns);
  }

  /** The ports of a rule: names stand for those of the destination, which on egress is the peer. */
  portsOf(rule: number, kind: number, subjectZone: number | undefined): Id {
    const example = this.#kinds.examples[kind]!;
    const peerZone = example < this.#subjects ? this.#zones.of[example] : undefined;
    const zone = this.#policies.direction === 'egress' ? peerZone : subjectZone;
    const named = zone === undefined ? [] : this.#zones.ports[zone]!;
    return this.#grants.ports.add(clusterPortsOf(this.#policies.rules[rule]!, named));
  }
}

function isSame(a: Matching, b: Matching): boolean {
  return FAMILIES.every((family) => a[family] === b[family]);
}
