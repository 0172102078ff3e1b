import { FAMILIES, formatAddress } from '../../model/address.ts';
import type { Family } from '../../model/address.ts';
import { DIRECTIONS } from '../../model/policy.ts';
import { eachPortElement } from '../matrix/port-set-table.ts';
import { PROTOCOL_OF } from '../ruleset/direction-chains.ts';
import { formatId } from '../ruleset/id-source.ts';
import { linkKey, nowOf } from '../ruleset/node.ts';
import type { NodeOptions } from '../ruleset/node.ts';
import type { ElementType, NamedSet } from '../ruleset/ruleset.ts';
import * as names from '../ruleset/set-names.ts';
import { eachRuled } from '../tiers/row.ts';
import { eachRulingElement } from '../tiers/ruling.ts';
import { isKnown } from './disturbance.ts';
import { elementOf } from './name-changes.ts';
import type { NodeState } from './node-state.ts';

/** How many addresses a set counts drops by at most. */
const COUNTED = 65_536;

/**
 * How many pods one node has at most. A set of a known size is a hash table that never grows, which the
 * kernel looks into in less time than into one that may; every packet of a pod looks into `sources`, every new connection
 * into `in_pods` and `eg_pods`.
 */
const PODS_OF_A_NODE = 16_384;

/** How many connections are remembered at most. */
const REMEMBERED = 16_384;

/** A set without its elements. */
export type SetShape = Omit<NamedSet, 'elements'>;

/** Told of each element; `value` of a map's only. */
export type VisitElement = (set: string, key: string, value?: string) => void;

/** The sets of every table, in the order they are written. */
export function setShapes(options: NodeOptions): SetShape[] {
  return [...COMMON, ...FAMILIES.flatMap((family) => shapesOf(family, linkKey(options).type))];
}

const COMMON: readonly SetShape[] = [
  { name: names.PORTS, key: ['classid', 'inet_proto', 'inet_service'] },
  { name: names.PORT_RANGES, key: ['classid', 'inet_proto', 'inet_service'], interval: true },
  { name: names.OTHERS, key: ['classid'] },
  {
    name: names.RULINGS,
    key: ['classid', 'inet_proto', 'inet_service'],
    value: 'classid',
    interval: true,
  },
  { name: names.RULING_OTHERS, key: ['classid'], value: 'classid' },
  { name: names.RULED_CLIENTS, key: ['classid'], value: 'classid' },
  { name: names.TIERED, key: ['nf_proto'] },
];

function shapesOf(family: Family, link: ElementType): SetShape[] {
  const address: ElementType = family === 4 ? 'ipv4_addr' : 'ipv6_addr';
  const key = [address];
  const counted = { key, dynamic: { size: COUNTED } };
  return [
    { name: names.podCidrsOf(family), key, interval: true },
    { name: names.knownOf(family), key },
    { name: names.sourcesOf(family), key: [link, address], size: PODS_OF_A_NODE },
    { name: names.peersOf(family), key, value: 'classid' },
    {
      name: names.blocksOf(family),
      // the second field makes it a concatenation: the kernel keeps it as pipapo, which changes quickly
      key: [address, 'inet_proto'],
      value: 'classid',
      interval: true,
    },
    ...DIRECTIONS.flatMap((direction): SetShape[] => [
      { name: names.podsOf(direction, family), key, value: 'classid', size: PODS_OF_A_NODE },
      { name: names.cellsOf(direction, family), key: ['classid', address], value: 'classid' },
      { name: names.tiersOf(direction, family), key, value: 'classid', size: PODS_OF_A_NODE },
      { name: names.ruledOf(direction, family), key: ['classid', address], value: 'classid' },
      { name: names.deniedOf(direction, family), ...counted },
    ]),
    ...[names.namedOf(family), names.lastingOf(family)].map((name) => ({
      name,
      key: ['classid', address] as const,
      value: 'classid' as const,
      timeout: true,
    })),
    {
      name: names.ruledBlocksOf(family),
      key: ['classid', address, 'inet_proto'],
      value: 'classid',
      interval: true,
    },
    { name: names.unknownOf(family), ...counted },
    {
      name: names.recentOf(family),
      key: ['classid', address, address, 'inet_service'],
      dynamic: { size: REMEMBERED, seconds: 60 },
    },
  ];
}

/** Whether it is a map of cells. */
export function isOfCells({ name }: SetShape): boolean {
  return FAMILIES.some((family) =>
    DIRECTIONS.some((direction) => names.cellsOf(direction, family) === name),
  );
}

/** Every set with all its elements. */
export function setsOf(state: NodeState, options: NodeOptions): NamedSet[] {
  const shapes = setShapes(options);
  const elements = new Map(shapes.map(({ name }) => [name, new Map<string, string>()]));
  eachElement(state, options, (set, key, value = '') => elements.get(set)!.set(key, value));
  return shapes.map((shape) => ({ ...shape, elements: elements.get(shape.name)! }));
}

/** Visits every element of every set, set by set. */
export function eachElement(state: NodeState, options: NodeOptions, visit: VisitElement): void {
  eachPort(state, visit);
  for (const family of FAMILIES) {
    eachPodCidr(options, family, visit);
    eachKnown(state, family, visit);
    eachPeer(state, family, visit);
    eachCell(state, family, visit);
  }
  eachRuling(state, visit);
  eachNamed(state, options, visit);
}

function eachPort({ ports }: NodeState, visit: VisitElement): void {
  for (const { set, id } of ports.named()) {
    eachPortElement(set, id!, visit);
    if (set.other) visit(names.OTHERS, formatId(id!));
  }
}

function eachPodCidr({ podCidrs }: NodeOptions, family: Family, visit: VisitElement): void {
  const bounds = podCidrs[family];
  for (let i = 0; i < bounds.length; i += 2) {
    const [low, high] = [bounds[i]!, bounds[i + 1]!];
    const first = formatAddress({ family, value: low });
    const last = formatAddress({ family, value: high });
    visit(names.podCidrsOf(family), low === high ? first : `${first}-${last}`);
  }
}

function eachKnown({ spaces }: NodeState, family: Family, visit: VisitElement): void {
  const known = [...spaces[family].pods].filter(isKnown);
  for (const { text } of known) visit(names.knownOf(family), text);
  for (const { text, kernel } of known) {
    const { link } = kernel;
    if (link !== undefined) visit(names.sourcesOf(family), `${link} . ${text}`);
  }
}

function eachPeer({ spaces }: NodeState, family: Family, visit: VisitElement): void {
  const { pods, runs } = spaces[family];
  for (const { text, class: own } of pods) visit(names.peersOf(family), text, own!.text);
  for (const run of runs.all) {
    visit(names.blocksOf(family), runs.elementOf(run), run.class!.text);
  }
}

function eachCell({ spaces }: NodeState, family: Family, visit: VisitElement): void {
  for (const direction of DIRECTIONS) {
    const [pods, cells] = [names.podsOf(direction, family), names.cellsOf(direction, family)];
    for (const address of spaces[family].pods) {
      const row = address[direction];
      if (row === undefined) continue;
      const { text } = address;
      visit(pods, text, row.default.text);
      for (const [peers, ports] of row.cells) visit(cells, `${peers.text} . ${text}`, ports.text);
    }
  }
}

function eachRuling({ tiers }: NodeState, visit: VisitElement): void {
  for (const family of tiers.isAsked ? FAMILIES : []) visit(names.TIERED, PROTOCOL_OF[family]);
  for (const ruling of tiers.rulings.named()) eachRulingElement(ruling, ruling.id!, visit);
  for (const direction of DIRECTIONS) {
    for (const row of tiers.rows[direction]) {
      for (const { family, text } of row.members) {
        visit(names.tiersOf(direction, family), text, row.text);
      }
      eachRuled(row, (map, key, ruling) => visit(map, key, ruling.text));
    }
  }
}

function eachNamed({ tiers }: NodeState, options: NodeOptions, visit: VisitElement): void {
  const now = nowOf(options);
  for (const [map, elements] of tiers.named) {
    for (const [key, one] of elements) {
      if (one.until > now) visit(map, elementOf(key, one, now), one.ruling.text);
    }
  }
}
