import { addressRange, unionAddresses } from '../../model/address-set.ts';
import type { ClusterPeer } from '../../model/cluster-policy.ts';
import type { Direction } from '../../model/policy.ts';
import { readDomainName } from '../fields/domain-name.ts';
import { Fields, MALFORMED, placeOf, report, textOf } from '../fields/fields.ts';
import type { Field, Malformed } from '../fields/fields.ts';
import { readCidr } from '../fields/ip-block.ts';
import { readListed } from '../fields/listed.ts';
import { isNull } from '../yaml/node.ts';
import { besidePeer } from './habits.ts';
import { onlyField } from './only-field.ts';
import { readPods, readTierSelector } from './pods.ts';
import { MOST_ITEMS, oneOf } from './words.ts';
import type { ClusterWords } from './words.ts';

/** Reads one item of `from` or `to`; one of which any part cannot be read is reported (C16, D21). */
export function readClusterPeer(
  field: Field,
  words: ClusterWords,
  direction: Direction,
): ClusterPeer | Malformed {
  const known = words.peer[direction];
  if (isNull(field.node)) return emptyPeer(field, known);
  const fields = Fields.of(field, known, besidePeer(words, direction));
  if (fields === MALFORMED) return MALFORMED;
  if (known.every((name) => fields.get(name) === undefined)) return emptyPeer(field, known);
  const key = onlyField(fields, known, 'peer', 'a peer');
  if (key === undefined) return MALFORMED;
  const value = fields.get(key)!;
  const place = placeOf(field);
  switch (key) {
    case 'pods': {
      const { namespaces, pods } = readPods(value, words);
      if (!namespaces.whole || !pods.whole) return MALFORMED;
      return { kind: 'pods', place, namespaces: namespaces.requirements, pods: pods.requirements };
    }
    case 'networks':
      return readNetworks(fields, place);
    case 'domainNames': {
      const rule = { item: 'one name', most: MOST_ITEMS, isSet: true };
      const names = readListed(fields, key, rule, readDomainName);
      if (names === MALFORMED || names === undefined) return MALFORMED;
      return { kind: 'domains', place, names };
    }
    default: {
      const { requirements, whole } = readTierSelector(value);
      if (!whole) return MALFORMED;
      return key === 'nodes'
        ? { kind: 'nodes', place, nodes: requirements }
        : { kind: 'pods', place, namespaces: requirements, pods: undefined };
    }
  }
}

function emptyPeer(field: Field, known: readonly string[]): Malformed {
  const { node } = field;
  const valueless = node.kind === 'mapping' && known.find((key) => node.keys.includes(key));
  const message =
    typeof valueless === 'string'
      ? `\`${valueless}\` has no value, so this peer is empty; \`namespaces: {}\` is all pods`
      : `a peer needs ${oneOf(known)}; \`namespaces: {}\` is all pods`;
  report(field, 'error', 'empty-peer', message);
  return MALFORMED;
}

function readNetworks(fields: Fields, place: ClusterPeer['place']): ClusterPeer | Malformed {
  const rule = { item: 'one CIDR', most: MOST_ITEMS, isSet: true };
  const networks = readListed(fields, 'networks', rule, (field) => {
    const block = readCidr(field);
    const text = block && textOf(field);
    return block === undefined || text === MALFORMED || text === undefined
      ? MALFORMED
      : { text, addresses: addressRange(block.family, block.low, block.high) };
  });
  if (networks === MALFORMED || networks === undefined) return MALFORMED;
  return {
    kind: 'networks',
    place,
    cidrs: networks.map(({ text }) => text),
    addresses: unionAddresses(networks.map(({ addresses }) => addresses)),
  };
}
