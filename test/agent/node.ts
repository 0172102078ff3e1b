import type { NodeOptions } from '../../src/compile/ruleset/node.ts';
import { addressRange, parseBlock } from '../../src/model/address-set.ts';

/** The node under test: its pods live at the ends of a wire (test/kernel/wire.ts). */
export const NODE: NodeOptions = { name: 'n1', podCidrs: block('10.77.0.0/16') };

function block(text: string): NodeOptions['podCidrs'] {
  const { family, low, high } = parseBlock(text)!;
  return addressRange(family, low, high);
}
