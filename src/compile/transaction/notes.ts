import { FAMILIES } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import type { Direction } from '../../model/policy.ts';
import { formatPorts } from '../../model/port-set.ts';
import type { Grants } from '../matrix/grants.ts';
import type { PeerClass } from '../matrix/peer-class.ts';
import { PodAddress } from '../matrix/pod-record.ts';
import type { RulePeer } from '../matrix/policy-record.ts';
import { eachPortElement } from '../matrix/port-set-table.ts';
import type { NamedSet } from '../ruleset/ruleset.ts';
import * as names from '../ruleset/set-names.ts';
import { isKnown } from './disturbance.ts';
import type { NodeState } from './node-state.ts';
import { noteTiers } from './tier-notes.ts';

/** How many of many are named. */
const NAMED = 4;

/** The notes of one set. */
interface SetNotes {
  readonly notes: Map<string, string>;
  readonly headings: Map<string, string>;
}

/** The sets with a word on what each element stands for, and on the policies it comes from. */
export function annotated(sets: readonly NamedSet[], state: NodeState): NamedSet[] {
  const writer = new NoteWriter(state);
  writer.portSets();
  for (const family of FAMILIES) {
    writer.peers(family);
    writer.blocks(family);
    for (const direction of DIRECTIONS) writer.pods(family, direction);
  }
  noteTiers(state.tiers, (set) => writer.of(set), podsText);
  return sets.map((set) => ({ ...set, ...writer.of(set.name) }));
}

class NoteWriter {
  readonly #state: NodeState;
  readonly #bySet = new Map<string, SetNotes>();
  readonly #who = new Map<PeerClass, string>();

  constructor(state: NodeState) {
    this.#state = state;
  }

  of(set: string): SetNotes {
    let own = this.#bySet.get(set);
    if (own === undefined) {
      own = { notes: new Map(), headings: new Map() };
      this.#bySet.set(set, own);
    }
    return own;
  }

  portSets(): void {
    const { notes } = this.of(names.OTHERS);
    for (const { set, id, text } of this.#state.ports.named()) {
      const heading = `port set ${text}: ${formatPorts(set)}`;
      notes.set(text, heading);
      const begun = new Set<string>();
      eachPortElement(set, id!, (name, element) => {
        if (!begun.has(name)) this.of(name).headings.set(element, heading);
        begun.add(name);
      });
    }
  }

  peers(family: Family): void {
    for (const address of this.#state.spaces[family].pods) {
      const { text, owner, kernel } = address;
      this.of(names.peersOf(family)).notes.set(text, podsText(address));
      if (owner === undefined || !isKnown(address)) continue;
      this.of(names.knownOf(family)).notes.set(text, owner.key);
      const { link } = kernel;
      if (link === undefined) continue;
      this.of(names.sourcesOf(family)).notes.set(`${link} . ${text}`, owner.key);
    }
  }

  blocks(family: Family): void {
    const { runs } = this.#state.spaces[family];
    const { notes } = this.of(names.blocksOf(family));
    for (const run of runs.all) notes.set(runs.elementOf(run), this.#whoIs(run.class!));
  }

  pods(family: Family, direction: Direction): void {
    const { notes } = this.of(names.podsOf(direction, family));
    const cells = this.of(names.cellsOf(direction, family));
    for (const address of this.#state.spaces[family].pods) {
      const row = address[direction];
      if (row === undefined) continue;
      const { grants } = row;
      const pod = podsText(address);
      const policies = grants.policies.map(({ key }) => key).join(', ');
      notes.set(
        address.text,
        `${pod}, isolated by ${policies}: ${formatPorts(row.default.set)}, where no cell says otherwise`,
      );
      let heading: string | undefined = headingOf(direction, pod, policies);
      for (const [peers, ports] of row.cells) {
        const key = `${peers.text} . ${address.text}`;
        if (heading !== undefined) cells.headings.set(key, heading);
        heading = undefined;
        const by = this.#grantedBy(grants, peers);
        const because = by.length === 0 ? '' : `, by ${by.join(', ')}`;
        cells.notes.set(key, `${this.#whoIs(peers)}: ${formatPorts(ports.set)}${because}`);
      }
    }
  }

  /** The policies with a rule for the class. */
  #grantedBy(grants: Grants, peers: PeerClass): string[] {
    return grants.allowing
      .filter((policy) =>
        policy
          .partsOf(grants.direction)
          .some((part) => part.peers.some((peer) => this.#isAmong(peer, peers))),
      )
      .map(({ key }) => key);
  }

  #isAmong(peer: RulePeer, { family, ofPods, atoms }: PeerClass): boolean {
    const { groups, grants } = this.#state;
    switch (peer.kind) {
      case 'everyone':
        return peer.family === undefined || peer.family === family;
      case 'every-pod':
        return ofPods;
      case 'group':
        return atoms.has(groups.registry.find(peer.key)!.atom);
      case 'block':
        return atoms.has(grants.blocks.find(peer.key)!.atom);
    }
  }

  #whoIs(peers: PeerClass): string {
    let text = this.#who.get(peers);
    if (text === undefined) {
      text = peers.ofPods ? this.#whichPods(peers) : this.#whichBlocks(peers);
      this.#who.set(peers, text);
    }
    return text;
  }

  #whichPods({ members }: PeerClass): string {
    const pods = new Set<string>();
    for (const member of members) if (member instanceof PodAddress) pods.add(podsText(member));
    return few([...pods].sort());
  }

  #whichBlocks({ atoms }: PeerClass): string {
    const blocks = [...atoms].flatMap((atom) => {
      const said = this.#state.grants.blocks.get(atom);
      return said === undefined || said.uses === 0 ? [] : said.what.text;
    });
    return blocks.length === 0 ? 'any other address' : `addresses inside ${few(blocks.sort())}`;
  }
}

function podsText({ owner, claims }: PodAddress): string {
  if (owner !== undefined) return owner.key;
  return `nobody, for ${few(claims.map(({ key }) => key).sort())} all have it`;
}

function few(texts: readonly string[]): string {
  if (texts.length <= NAMED + 1) return texts.join(', ');
  return `${texts.slice(0, NAMED).join(', ')} and ${texts.length - NAMED} more`;
}

function headingOf(direction: Direction, pod: string, policies: string): string {
  return direction === 'ingress'
    ? `who may connect to ${pod}, isolated by ${policies}`
    : `whom ${pod} may connect to, isolated by ${policies}`;
}
