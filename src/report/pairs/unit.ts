import { headCount } from '../../evaluate/verdict/endpoint.ts';
import type { AddressEndpoint, Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { AddressSet } from '../../model/address-set.ts';
import type { Direction } from '../../model/policy.ts';
import { addressesOfOutside, outsideName, wholeOutside } from '../words/outside-name.ts';

/** One thing at an end of a line, as people read of it. */
export interface Unit {
  readonly kind: 'pods' | 'node' | 'outside' | 'group';
  /** Different for different units. */
  readonly name: string;
  /** What units of one kind are sorted by. */
  readonly order: string;
  /** The namespace of pods; undefined for everything else. */
  readonly namespace: string | undefined;
  /** Whether it is a single pod or host, which does not connect to another of its own. */
  readonly alone: boolean;
  /** Whether policies could isolate it in the direction, and none does. */
  readonly open: Readonly<Record<Direction, boolean>>;
  /** What outside addresses are meant; undefined for everything else. */
  readonly addresses: AddressSet | undefined;
}

const NEVER_OPEN = { ingress: false, egress: false };

const KINDS: readonly Unit['kind'][] = ['outside', 'node', 'group', 'pods'];

/** The order in which units are listed: the outside, nodes, groups, pods, each by name. */
export function compareUnits(a: Unit, b: Unit): number {
  const kinds = KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
  return kinds !== 0 ? kinds : a.order < b.order ? -1 : a.order > b.order ? 1 : 0;
}

/** Finds the units that endpoints make: all outside addresses one, all nodes one when there are many. */
export class Naming {
  /** All outside addresses. */
  readonly whole: AddressSet;
  readonly #indexes = new Map<Endpoint, number>();
  readonly #kinds = new Map<string, Set<string>>();
  readonly #nodes: number;
  readonly #units = new Map<Endpoint, Unit>();

  constructor(endpoints: readonly Endpoint[]) {
    this.whole = wholeOutside(endpoints);
    this.#nodes = endpoints.filter(({ kind }) => kind === 'node').length;
    endpoints.forEach((endpoint, i) => {
      this.#indexes.set(endpoint, i);
      if (endpoint.kind !== 'workload') return;
      const { namespace, kind, name } = endpoint.workload;
      const key = `${namespace}/${name}`;
      this.#kinds.set(key, (this.#kinds.get(key) ?? new Set()).add(kind));
    });
  }

  indexOf(endpoint: Endpoint): number {
    return this.#indexes.get(endpoint)!;
  }

  units(endpoints: readonly Endpoint[], openOf: (endpoint: Endpoint) => Unit['open']): Unit[] {
    const outside: AddressEndpoint[] = [];
    const nodes: Unit[] = [];
    const domains: Unit[] = [];
    const pods: Unit[] = [];
    for (const endpoint of endpoints) {
      if (endpoint.kind === 'addresses') outside.push(endpoint);
      else if (endpoint.kind === 'domain') domains.push(plainUnit('outside', endpoint.id, false));
      else if (endpoint.kind === 'node')
        nodes.push(plainUnit('node', endpoint.id, headCount(endpoint) < 2));
      else pods.push(this.#podUnit(endpoint, openOf));
    }
    const units = pods.sort(compareUnits);
    if (nodes.length === this.#nodes && nodes.length > MANY_NODES)
      units.push(plainUnit('node', `all ${nodes.length} nodes`, false));
    else units.push(...nodes.sort(compareUnits));
    units.push(...domains.sort(compareUnits));
    if (outside.length > 0) {
      const set = addressesOfOutside(outside);
      units.push(outsideUnit(set, this.whole));
    }
    return units;
  }

  #podUnit(
    endpoint: Endpoint & { kind: 'workload' },
    openOf: (endpoint: Endpoint) => Unit['open'],
  ): Unit {
    const known = this.#units.get(endpoint);
    if (known !== undefined) return known;
    const { namespace, kind, name } = endpoint.workload;
    const number = /#\d+$/.exec(endpoint.id)?.[0] ?? '';
    const isOnly = this.#kinds.get(`${namespace}/${name}`)!.size === 1;
    const full = isOnly ? `${namespace}/${name}` : `${namespace}/${kind}/${name}`;
    const unit: Unit = {
      kind: 'pods',
      name: `${full}${number}`,
      order: full,
      namespace,
      alone: headCount(endpoint) < 2,
      open: openOf(endpoint),
      addresses: undefined,
    };
    this.#units.set(endpoint, unit);
    return unit;
  }
}

const MANY_NODES = 3;

function plainUnit(kind: 'node' | 'outside', name: string, alone: boolean): Unit {
  const none = { namespace: undefined, addresses: undefined, open: NEVER_OPEN };
  return { kind, name, order: name, alone, ...none };
}

/** The unit of some of all the outside addresses. */
export function outsideUnit(set: AddressSet, whole: AddressSet): Unit {
  const unit = plainUnit('outside', outsideName(set, whole), false);
  return { ...unit, order: addressOrder(set), addresses: set };
}

/** Sorts sets by family, first address and number of ranges. */
function addressOrder(set: AddressSet): string {
  const family = set[4].length > 0 ? 4 : 6;
  const bounds = set[family];
  return `${family} ${bounds[0]!.toString(16).padStart(32, '0')} ${bounds.length}`;
}
