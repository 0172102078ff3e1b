import { portsOfElement } from '../../evaluate/verdict/match.ts';
import type { NamedPort } from '../../model/policy.ts';
import { unionPorts, NO_PORTS } from '../../model/port-set.ts';
import { resolveNamedPort } from '../../model/workload.ts';
import type { ContainerPort } from '../../model/workload.ts';
import { AtomRegistry } from './atom-registry.ts';
import type { AtomSource, Said } from './atom-registry.ts';
import type { Atom, PeerClass } from './peer-class.ts';
import type { PodRecord } from './pod-record.ts';
import type { Ports, PortSetTable } from './port-set-table.ts';

/** A port name that egress rules use, and the numbers it stands for on the pods of the cluster. */
export interface Name {
  readonly port: Pick<NamedPort, 'name' | 'protocol'>;
  /** An atom for each list of numbers, by its text. */
  readonly byNumbers: Map<string, Atom>;
}

/** How many resolved names are remembered before all are forgotten. */
const MOST_RESOLVED = 50_000;

/**
 * What port names in egress rules stand for: they resolve on the destination (P7), so pods that number
 * such a name differently are different peers.
 */
export class PortNames {
  readonly registry: AtomRegistry<Name>;
  readonly #atoms: AtomSource;
  readonly #table: PortSetTable;
  readonly #ports = new Map<Atom, readonly ContainerPort[]>();
  readonly #resolved = new Map<string, Ports>();

  constructor(atoms: AtomSource, table: PortSetTable) {
    this.registry = new AtomRegistry(atoms);
    this.#atoms = atoms;
    this.#table = table;
  }

  acquire({ name, protocol }: NamedPort): Said<Name> {
    return this.registry.acquire(`${protocol}/${name}`, () => ({
      port: { name, protocol },
      byNumbers: new Map(),
    }));
  }

  /** The pods that serve a name, by the atom of the numbers they serve it on. */
  servers({ what }: Said<Name>, pods: Iterable<PodRecord>): Map<Atom, PodRecord[]> {
    const servers = new Map<Atom, PodRecord[]>();
    for (const record of pods) {
      const atom = this.#atomOf(what, record);
      if (atom === undefined) continue;
      const list = servers.get(atom);
      if (list === undefined) servers.set(atom, [record]);
      else list.push(record);
    }
    return servers;
  }

  /** The atoms of names nobody uses any more since the last call. */
  takeDead(): Atom[] {
    const atoms = this.registry.takeDead().flatMap(({ what }) => [...what.byNumbers.values()]);
    for (const atom of atoms) this.#ports.delete(atom);
    return atoms;
  }

  /** What a pod serves of the names in use. */
  atomsOf(record: PodRecord): Atom[] {
    if (record.pod.ports.every(({ name }) => name === undefined)) return [];
    const atoms: Atom[] = [];
    for (const { what } of this.registry.values()) {
      const atom = this.#atomOf(what, record);
      if (atom !== undefined) atoms.push(atom);
    }
    return atoms;
  }

  /** Every atom of a name in use. */
  *atoms(): Iterable<Atom> {
    yield* this.#ports.keys();
  }

  /** Whether pods of the class serve any name in use. */
  hasAny({ atoms, ofPods }: PeerClass): boolean {
    if (!ofPods || this.#ports.size === 0) return false;
    for (const atom of atoms) if (this.#ports.has(atom)) return true;
    return false;
  }

  /** The ports that names open on the pods of a class. */
  resolve(names: readonly NamedPort[], { atoms, ofPods }: PeerClass): Ports {
    if (names.length === 0 || !ofPods || this.#ports.size === 0) return this.#table.nothing;
    const served = [...atoms].filter((atom) => this.#ports.has(atom));
    if (served.length === 0) return this.#table.nothing;
    const wanted = names.map(({ name, protocol }) => `${protocol}/${name}`);
    const key = `${wanted.join()}|${served.sort((a, b) => a - b).join()}`;
    let ports = this.#resolved.get(key);
    if (ports === undefined) {
      const pods = served.flatMap((atom) => this.#ports.get(atom)!);
      const set = names.reduce((all, one) => unionPorts(all, portsOfElement(one, pods)), NO_PORTS);
      ports = this.#table.intern(set);
      if (this.#resolved.size >= MOST_RESOLVED) this.#resolved.clear();
      this.#resolved.set(key, ports);
    }
    return ports;
  }

  #atomOf({ port, byNumbers }: Name, { pod }: PodRecord): Atom | undefined {
    const { name, protocol } = port;
    const numbers = [...new Set(resolveNamedPort(pod.ports, name, protocol))].sort((a, b) => a - b);
    if (numbers.length === 0) return undefined;
    const key = numbers.join();
    let atom = byNumbers.get(key);
    if (atom === undefined) {
      byNumbers.set(key, (atom = this.#atoms.take()));
      this.#ports.set(
        atom,
        numbers.map((number) => ({ name, protocol, number })),
      );
    }
    return atom;
  }
}
