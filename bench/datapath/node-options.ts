import type { NodeOptions } from '../../src/compile/node.ts';
import { parseBlock, addressRange } from '../../src/model/address-set.ts';
import { NODE, POD_CIDR } from './node-cluster.ts';

/** The node of {@link nodeCluster}: sources are checked, pod `pod-7` hangs on link `slp-7`. */
export function nodeOptions(): NodeOptions {
  const { family, low, high } = parseBlock(POD_CIDR)!;
  return {
    name: NODE,
    podCidrs: addressRange(family, low, high),
    podLinks: 'slp-',
    linkOf: (key) => key.replace(/^.*\/pod-/, 'slp-'),
  };
}
