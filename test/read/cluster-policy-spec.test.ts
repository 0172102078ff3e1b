/** The reader and the specification understand the same policies of the tiers, and close the same rules. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Block } from '../../spec/address.ts';
import { inOrder, tierOf } from '../../spec/cluster-policy.ts';
import type { ClusterPolicy as SpecPolicy } from '../../spec/cluster-policy.ts';
import { hasOnlyUnknown, isAccept, isKnownSelector, isPass } from '../../spec/cluster-rule.ts';
import { readPods, readRule } from '../../spec/cluster-rule.ts';
import type { ClusterPeer as SpecPeer, ClusterPort as SpecPort } from '../../spec/cluster-rule.ts';
import { readCluster as readSpec } from '../../spec/cluster.ts';
import { at, isMap, list } from '../../spec/object.ts';
import { labelsOf, selectorMatches } from '../../spec/selector.ts';
import { addressRange, unionAddresses } from '../../src/model/address-set.ts';
import { clusterRulesOf, inTier } from '../../src/model/cluster-policy.ts';
import type { ClusterPeer, ClusterPolicy, ClusterPort } from '../../src/model/cluster-policy.ts';
import { Source } from '../../src/model/place.ts';
import { DIRECTIONS } from '../../src/model/policy.ts';
import type { Direction } from '../../src/model/policy.ts';
import { selects } from '../../src/model/selector.ts';
import type { Labels, Selector } from '../../src/model/selector.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { SEED } from '../generators/seed.ts';
import { bentPolicies } from './bent-policy.ts';

/** Labels that tell apart what selectors of the generator select. */
const LABELS: readonly Labels[] = [
  ...['shop', 'platform', undefined].flatMap((team) =>
    ['web', 'db', undefined].map((app) => ({
      ...(team === undefined ? {} : { team }),
      ...(app === undefined ? {} : { app }),
    })),
  ),
  { role: 'edge' },
];

/** Which of these labels a selector selects, one letter each. */
function selected(selector: Selector | undefined): string {
  return LABELS.map((labels) => (selects(selector ?? [], labels) ? 'y' : 'n')).join('');
}

/** The same of a selector as it is written; what cannot be read selects. */
function specSelected(selector: unknown): string {
  const holds = (labels: Labels): boolean =>
    hasOnlyUnknown(selector) || selectorMatches(selector, labelsOf({ labels }), true);
  return LABELS.map((labels) => (holds(labels) ? 'y' : 'n')).join('');
}

function rangeOf({ family, first, last }: Block): ReturnType<typeof addressRange> {
  return addressRange(family === 'IPv4' ? 4 : 6, first, last);
}

function toldPeer(peer: ClusterPeer): unknown {
  switch (peer.kind) {
    case 'pods':
      return ['pods', selected(peer.namespaces), selected(peer.pods)];
    case 'nodes':
      return ['nodes', selected(peer.nodes)];
    case 'networks':
      return ['networks', peer.addresses];
    case 'domains':
      return ['domains', peer.names];
  }
}

function toldSpecPeer(peer: SpecPeer): unknown {
  switch (peer.field) {
    case 'namespaces':
      return ['pods', specSelected(peer.selector), specSelected({})];
    case 'pods':
      return ['pods', specSelected(peer.namespaceSelector), specSelected(peer.podSelector)];
    case 'nodes':
      return ['nodes', specSelected(peer.selector)];
    case 'networks':
      return ['networks', unionAddresses(peer.blocks.map(rangeOf))];
    case 'domainNames':
      return ['domains', peer.names];
  }
}

function toldPort(port: ClusterPort): unknown {
  return port.kind === 'named' ? port.name : [port.protocol, port.low, port.high];
}

function toldSpecPort(port: SpecPort): unknown {
  return 'name' in port ? port.name : [port.protocol, port.first, port.last];
}

/** The rules of a direction as the model has them. */
function toldRules(policy: ClusterPolicy, direction: Direction): unknown {
  return clusterRulesOf(policy, direction).map(({ action, peers, ports }) => ({
    action,
    peers: peers === 'all' ? peers : peers.map(toldPeer),
    ports: ports === 'all' ? ports : ports.map(toldPort),
  }));
}

/** The same as the specification has them, closed as D21 and D23 say. */
function toldSpecRules({ kind, spec }: SpecPolicy, direction: Direction): unknown {
  const denied = { action: 'Deny', peers: 'all', ports: 'all' };
  const rules = spec === undefined || isMap(spec) ? list(at(spec, direction)) : undefined;
  if (rules === undefined) return [denied];
  return rules.map((raw) => {
    const rule = readRule(kind, direction, raw);
    const accepts = isAccept(kind, raw);
    if (rule === undefined) return accepts ? { action: 'Accept', peers: [], ports: 'all' } : denied;
    return {
      action: accepts ? 'Accept' : isPass(kind, raw) ? 'Pass' : 'Deny',
      peers: rule.peers.map(toldSpecPeer),
      ports: rule.ports?.map(toldSpecPort) ?? 'all',
    };
  });
}

/** D22: whether it is known whom and when the policy is for. */
function isSure({ kind, spec }: SpecPolicy): boolean {
  const [tier, priority] = [at(spec, 'tier'), at(spec, 'priority')];
  if (kind === 'ClusterNetworkPolicy' && tier !== 'Admin' && tier !== 'Baseline') return false;
  if (kind !== 'BaselineAdminNetworkPolicy' && !Number.isInteger(priority)) return false;
  const [namespaces, pods] = [at(spec, 'subject', 'namespaces'), at(spec, 'subject', 'pods')];
  if ((namespaces === undefined) === (pods === undefined)) return false;
  return pods === undefined ? isKnownSelector(namespaces) : readPods(kind, pods) !== undefined;
}

/** Whom the policy may be for, by labels of namespaces and of pods. */
function specSubject({ spec }: SpecPolicy): unknown {
  const [namespaces, pods] = [at(spec, 'subject', 'namespaces'), at(spec, 'subject', 'pods')];
  if ((namespaces === undefined) === (pods === undefined))
    return [specSelected({}), specSelected({})];
  if (pods === undefined) return [specSelected(namespaces), specSelected({})];
  return [
    specSelected(at(pods, 'namespaceSelector') ?? {}),
    specSelected(at(pods, 'podSelector') ?? {}),
  ];
}

const property = fc.property(bentPolicies, (objects) => {
  const read = readCluster([
    new Source('property.json', JSON.stringify({ kind: 'List', apiVersion: 'v1', items: objects })),
  ]).clusterPolicies;
  const specs = readSpec(objects).clusterPolicies;
  expect(read).toHaveLength(specs.length);
  for (const tier of ['Admin', 'Baseline'] as const) {
    const inSpec = inOrder(specs.filter((policy) => tierOf(policy) === tier));
    const order = inTier(read, tier);
    expect(order.map(({ kind, name }) => [kind, name])).toEqual(
      inSpec.map(({ kind, name }) => [kind, name]),
    );
    for (const [i, policy] of order.entries()) {
      const spec = inSpec[i]!;
      expect(policy.isSure).toBe(isSure(spec));
      const { namespaces, pods } = policy.subject;
      expect([selected(namespaces), selected(pods)]).toEqual(specSubject(spec));
      for (const direction of DIRECTIONS) {
        expect(toldRules(policy, direction)).toEqual(toldSpecRules(spec, direction));
      }
    }
  }
});

test('the reader and the specification understand the same, and close the same', () => {
  fc.assert(property, { seed: SEED, numRuns: 1500 });
});
