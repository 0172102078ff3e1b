import { allowsFor, portsOfRule } from '../../evaluate/verdict/match.ts';
import type { Direction } from '../../model/policy.ts';
import { AtomRegistry } from './atom-registry.ts';
import type { AtomSource } from './atom-registry.ts';
import { Grants } from './grants.ts';
import type { Grant, GrantLists, Holds } from './grants.ts';
import type { GroupTable } from './group-table.ts';
import { spansOf } from './outside-runs.ts';
import type { NamedBlock } from './outside-runs.ts';
import type { Atom } from './peer-class.ts';
import type { PodRecord } from './pod-record.ts';
import type { PolicyRecord, RulePart, RulePeer } from './policy-record.ts';
import type { PortNames } from './port-names.ts';
import type { Ports, PortSetTable } from './port-set-table.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

/** The grants in force, each once, and what their rules say of peers. */
export class GrantsTable {
  readonly blocks: AtomRegistry<NamedBlock>;
  readonly #table: PortSetTable;
  readonly #groups: GroupTable;
  readonly #names: PortNames;
  readonly #byKey = new Map<string, Grants>();
  readonly #idle = new Set<Grants>();

  constructor(atoms: AtomSource, table: PortSetTable, groups: GroupTable, names: PortNames) {
    this.blocks = new AtomRegistry(atoms);
    this.#table = table;
    this.#groups = groups;
    this.#names = names;
  }

  /** The grants for a local pod; undefined when no policy isolates it. Counts as one use. */
  acquire(pod: PodRecord, direction: Direction): Grants | undefined {
    const isolating: PolicyRecord[] = [];
    for (const one of pod.policies)
      if (one.policy.isolates.includes(direction)) isolating.push(one);
    if (isolating.length === 0) return undefined;
    if (isolating.length > 1) isolating.sort((a, b) => a.number - b.number);
    const allowing = isolating.filter(({ policy }) => allowsFor(policy, pod.endpoint));
    const key = `${direction}|${keyOf(isolating, allowing)}|${servedKey(allowing, direction, pod)}`;
    let grants = this.#byKey.get(key);
    if (grants === undefined) {
      grants = this.#make(key, direction, isolating, allowing, pod);
      this.#byKey.set(key, grants);
    }
    grants.uses++;
    return grants;
  }

  release(grants: Grants): void {
    if (--grants.uses === 0) this.#idle.add(grants);
  }

  /** Grants that went out of use since the last call; what they said of peers is given back. */
  takeDead(): Grants[] {
    const dead = [...this.#idle].filter(({ uses }) => uses === 0);
    this.#idle.clear();
    for (const grants of dead) {
      this.#byKey.delete(grants.key);
      const { groups, blocks, names } = grants.holds;
      for (const said of groups) this.#groups.registry.release(said);
      for (const said of blocks) this.blocks.release(said);
      for (const said of names) this.#names.registry.release(said);
    }
    return dead;
  }

  #make(
    key: string,
    direction: Direction,
    isolating: readonly PolicyRecord[],
    allowing: readonly PolicyRecord[],
    pod: PodRecord,
  ): Grants {
    const holds: Mutable<Holds> = { groups: [], blocks: [], names: [] };
    const lists = {
      everyone: { 4: this.#none(), 6: this.#none() },
      everyPod: this.#none(),
      byAtom: new Map<Atom, Grant>(),
    };
    for (const policy of allowing) {
      for (const part of policy.partsOf(direction)) {
        const egress = direction === 'egress';
        const ports =
          egress || part.names.length === 0
            ? part.ports
            : this.#table.intern(portsOfRule(part.rule, pod.pod.ports));
        const names = egress ? part.names : [];
        for (const name of names) holds.names.push(this.#names.acquire(name));
        for (const peer of part.peers) {
          for (const grant of this.#grantsFor(peer, policy, lists, holds)) {
            this.#add(grant, ports, names);
          }
        }
      }
    }
    const made = { key, direction, policies: isolating, allowing, lists, holds };
    return new Grants(made, this.#table, this.#names);
  }

  #none(): Grant {
    return { ports: this.#table.nothing, names: [] };
  }

  #add(grant: Grant, ports: Ports, names: RulePart['names']): void {
    grant.ports = this.#table.union(grant.ports, ports);
    if (names.length > 0) grant.names = [...grant.names, ...names];
  }

  /** Where what a rule grants to a peer is added up. */
  #grantsFor(
    peer: RulePeer,
    { policy }: PolicyRecord,
    { everyone, everyPod, byAtom }: GrantLists & { readonly byAtom: Map<Atom, Grant> },
    holds: Mutable<Holds>,
  ): Grant[] {
    switch (peer.kind) {
      case 'everyone':
        return peer.family === undefined ? [everyone[4], everyone[6]] : [everyone[peer.family]];
      case 'every-pod':
        return [everyPod];
      case 'group': {
        const { registry } = this.#groups;
        const said = registry.acquire(peer.key, () => ({ policy, peer: peer.peer }));
        holds.groups.push(said);
        return [this.#atAtom(byAtom, said.atom)];
      }
      case 'block': {
        const { family, addresses, cidr, except } = peer.peer;
        const said = this.blocks.acquire(peer.key, () => {
          const text = except.length === 0 ? cidr : `${cidr} except ${except.join(', ')}`;
          return { family, spans: spansOf(addresses, family), text };
        });
        holds.blocks.push(said);
        return [this.#atAtom(byAtom, said.atom)];
      }
    }
  }

  #atAtom(byAtom: Map<Atom, Grant>, atom: Atom): Grant {
    let grant = byAtom.get(atom);
    if (grant === undefined) byAtom.set(atom, (grant = this.#none()));
    return grant;
  }
}

function keyOf(isolating: readonly PolicyRecord[], allowing: readonly PolicyRecord[]): string {
  if (allowing.length === isolating.length) return isolating.map(({ number }) => number).join();
  return isolating.map((one) => `${one.number}${allowing.includes(one) ? '' : '!'}`).join();
}

/** What the pod serves, where rules for ingress ask for port names: they resolve on the subject (P6). */
function servedKey(
  allowing: readonly PolicyRecord[],
  direction: Direction,
  { pod }: PodRecord,
): string {
  if (direction === 'egress') return '';
  if (!allowing.some((one) => one.asksForNames(direction))) return '';
  const named = pod.ports.filter(({ name }) => name !== undefined);
  return named.map(({ protocol, name, number }) => `${protocol}/${name}=${number}`).join();
}
