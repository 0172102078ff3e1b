import { isEmpty } from '../../model/address-set.ts';
import { highest } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { rulesOf } from '../../model/policy.ts';
import type {
  BlockPeer,
  Direction,
  NamedPort,
  NetworkPolicy,
  Peer,
  PodPeer,
  Rule,
} from '../../model/policy.ts';
import { groupKey, isEveryPod } from './group-table.ts';
import type { PodRecord } from './pod-record.ts';
import type { Ports, PortSetTable } from './port-set-table.ts';

/** Who a rule is for, told by how the ruleset finds them. */
export type RulePeer =
  | { readonly kind: 'everyone'; readonly family: Family | undefined }
  | { readonly kind: 'every-pod' }
  | { readonly kind: 'group'; readonly key: string; readonly peer: PodPeer }
  | { readonly kind: 'block'; readonly key: string; readonly peer: BlockPeer };

/** One rule, ready to be granted. */
export interface RulePart {
  readonly rule: Rule;
  readonly peers: readonly RulePeer[];
  /** The ports that do not depend on who serves a port name. */
  readonly ports: Ports;
  readonly names: readonly NamedPort[];
}

/** A policy, and the pods of this node it has as subjects. */
export class PolicyRecord {
  /** `namespace/name`. */
  readonly key: string;
  /** No two policies ever have the same, nor has a policy that was changed. */
  readonly number: number;
  readonly policy: NetworkPolicy;
  readonly subjects = new Set<PodRecord>();
  readonly #table: PortSetTable;
  readonly #asks: Partial<Record<Direction, boolean>> = {};
  readonly #parts: Partial<Record<Direction, readonly RulePart[]>> = {};

  constructor(policy: NetworkPolicy, number: number, table: PortSetTable) {
    this.key = policyKey(policy);
    this.number = number;
    this.policy = policy;
    this.#table = table;
  }

  /** The rules of one direction. */
  partsOf(direction: Direction): readonly RulePart[] {
    return (this.#parts[direction] ??= rulesOf(this.policy, direction).map((rule) =>
      this.#partOf(rule),
    ));
  }

  /** Whether any of the rules names a port. */
  asksForNames(direction: Direction): boolean {
    return (this.#asks[direction] ??= this.partsOf(direction).some(
      ({ names }) => names.length > 0,
    ));
  }

  #partOf(rule: Rule): RulePart {
    const { peers, ports } = rule;
    return {
      rule,
      peers:
        peers === 'all'
          ? [{ kind: 'everyone', family: undefined }]
          : peers.flatMap((peer) => rulePeerOf(this.policy.namespace, peer)),
      ports: this.#table.ofRule(rule),
      names: ports === 'all' ? [] : ports.filter((element) => element.kind === 'named'),
    };
  }
}

/** `namespace/name`: the key of a policy everywhere in the compiler. */
export function policyKey({ namespace, name }: NetworkPolicy): string {
  return `${namespace}/${name}`;
}

function rulePeerOf(namespace: string, peer: Peer): RulePeer[] {
  switch (peer.kind) {
    case 'nothing':
      return [];
    case 'pods':
      if (isEveryPod(peer)) return [{ kind: 'every-pod' }];
      return [{ kind: 'group', key: groupKey(namespace, peer), peer }];
    case 'block': {
      if (isEmpty(peer.addresses)) return [];
      const bounds = peer.addresses[peer.family];
      if (bounds.length === 2 && bounds[0] === 0n && bounds[1] === highest(peer.family)) {
        return [{ kind: 'everyone', family: peer.family }];
      }
      return [{ kind: 'block', key: `${peer.family}|${bounds.join()}`, peer }];
    }
  }
}
