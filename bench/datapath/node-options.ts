import type { NodeOptions } from '../../src/compile/ruleset/node.ts';
import { parseBlock, addressRange } from '../../src/model/address-set.ts';
import { NODE, POD_CIDR } from './node-cluster.ts';

/** The device group of the link of pod `index`. */
export function linkGroup(index: number): number {
  return index + 1;
}

/** The node of {@link nodeCluster}: sources are checked, as a lab checks them. */
export function nodeOptions(): NodeOptions {
  const { family, low, high } = parseBlock(POD_CIDR)!;
  return {
    name: NODE,
    podCidrs: addressRange(family, low, high),
    podLinks: 'slp-',
    linkGroupOf: (key) => linkGroup(Number(key.replace(/^.*\/pod-/, ''))),
  };
}
