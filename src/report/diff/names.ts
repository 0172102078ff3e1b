import type { End } from '../../evaluate/difference/difference.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import { Naming } from '../pairs/unit.ts';
import type { Unit } from '../pairs/unit.ts';
import { visible } from '../words/visible.ts';

const CLOSED = { ingress: false, egress: false };

/** What to call ends: few words for many of them. */
export class EndNames {
  readonly #naming: Naming;
  readonly #all: readonly Endpoint[];
  /** How many endpoints of pods each namespace has. */
  readonly #inNamespace = new Map<string, number>();

  /** `ends`: all that names may speak of. */
  constructor(ends: readonly End[]) {
    this.#all = endpointsOf(ends);
    this.#naming = new Naming(this.#all);
    for (const endpoint of this.#all) {
      if (endpoint.kind !== 'workload') continue;
      const { namespace } = endpoint.workload;
      this.#inNamespace.set(namespace, (this.#inNamespace.get(namespace) ?? 0) + 1);
    }
  }

  /** The one endpoint of all that names may speak of. */
  get size(): number {
    return this.#all.length;
  }

  /**
   * The names of ends: `everything`, `all pods`, whole namespaces as `NAMESPACE/*`, and single ones. `but` is
   * an end that is alone at the other end of a line, which never speaks of it and itself.
   */
  of(ends: readonly End[], but?: End): string[] {
    const endpoints = endpointsOf(ends);
    const missing = but === undefined || ends.includes(but) ? [] : endpointsOf([but]);
    if (endpoints.length > 1 && endpoints.length + missing.length === this.#all.length)
      return ['everything'];
    const units = this.#naming.units(endpoints, () => CLOSED);
    const pods = new Map<string, Unit[]>();
    for (const unit of units) {
      if (unit.kind !== 'pods') continue;
      const own = pods.get(unit.namespace!);
      if (own === undefined) pods.set(unit.namespace!, [unit]);
      else own.push(unit);
    }
    const isWhole = (namespace: string): boolean => {
      const more = missing.filter(
        (one) => one.kind === 'workload' && one.workload.namespace === namespace,
      );
      return pods.get(namespace)!.length + more.length === this.#inNamespace.get(namespace);
    };
    const spaces = [...pods.keys()];
    const others = units.filter(({ kind }) => kind !== 'pods').map(({ name }) => visible(name));
    if (spaces.length > 1 && spaces.length === this.#inNamespace.size && spaces.every(isWhole))
      return ['all pods', ...others];
    const names = spaces.flatMap((namespace) => {
      const own = pods.get(namespace)!;
      return own.length > 1 && isWhole(namespace)
        ? [visible(`${namespace}/*`)]
        : own.map(({ name }) => visible(name));
    });
    return [...names, ...others];
  }

  /** How many pairs of workloads, nodes and names two lists of ends make; the outside counts as one. */
  pairs(from: readonly End[], to: readonly End[]): number {
    const alone = from.filter((end) => !end.hasTwo && to.includes(end)).length;
    return counted(from) * counted(to) - alone;
  }
}

function counted(ends: readonly End[]): number {
  let count = 0;
  let isOutside = false;
  for (const { members } of ends) {
    if (members[0]!.shown.kind === 'addresses') isOutside = true;
    else count += members.length;
  }
  return count + (isOutside ? 1 : 0);
}

function endpointsOf(ends: readonly End[]): Endpoint[] {
  return ends.flatMap(({ members }) => members.map(({ shown }) => shown));
}
