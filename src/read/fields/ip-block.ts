import {
  parseBlock,
  formatBlock,
  subtractAddresses,
  unionAddresses,
  addressRange,
} from '../../model/address-set.ts';
import type { AddressSet, Block } from '../../model/address-set.ts';
import { bits, parseAddress } from '../../model/address.ts';
import type { Place } from '../../model/place.ts';
import type { BlockPeer } from '../../model/policy.ts';
import { shorten } from '../yaml/node.ts';
import { withoutLeadingZeros } from './address-text.ts';
import { Fields, MALFORMED, report, textOf } from './fields.ts';
import type { Field } from './fields.ts';

const IP_BLOCK: readonly string[] = ['cidr', 'except'];

/** Reads an ipBlock; undefined when any part of it is malformed, which is reported. */
export function readBlock(field: Field, place: Place): BlockPeer | undefined {
  const fields = Fields.of(field, IP_BLOCK);
  if (fields === MALFORMED) return undefined;
  fields.noteEmpty('except', 'all of the block matches');
  const cidr = fields.get('cidr');
  if (cidr === undefined) {
    report(field, 'error', 'invalid-cidr', '`ipBlock` needs a `cidr`');
    return undefined;
  }
  const block = readCidr(cidr);
  const list = fields.list('except');
  if (block === undefined || list === MALFORMED) return undefined;
  const excepted: Block[] = [];
  for (const item of list ?? []) {
    const except = readCidr(item);
    if (except === undefined) return undefined;
    const inside =
      except.family === block.family &&
      except.prefix > block.prefix &&
      except.low >= block.low &&
      except.high <= block.high;
    if (!inside) {
      const message = `\`except\` ${formatBlock(except)} must lie inside \`cidr\` ${formatBlock(block)} and be smaller`;
      report(item, 'error', 'invalid-except', message);
      return undefined;
    }
    excepted.push(except);
  }
  const addresses = ({ family, low, high }: Block): AddressSet => addressRange(family, low, high);
  const whole = addresses(block);
  return {
    kind: 'block',
    place,
    family: block.family,
    cidr: formatBlock(block),
    except: excepted.map(formatBlock),
    addresses:
      excepted.length === 0
        ? whole
        : subtractAddresses(whole, unionAddresses(excepted.map(addresses))),
  };
}

/** Reads a CIDR; undefined when it is none, which is reported (B12). */
export function readCidr(field: Field): Block | undefined {
  const text = textOf(field);
  if (text === MALFORMED) return undefined;
  const plain = withoutLeadingZeros(text);
  const block = parseBlock(plain);
  if (block === undefined) {
    const message = `\`${shorten(text)}\` is not a CIDR; ${remedyOf(plain)}`;
    report(field, 'error', 'invalid-cidr', message);
    return undefined;
  }
  if (!block.canonical || plain !== text) {
    const message = `\`${text}\` is read as \`${formatBlock(block)}\`; write it so`;
    report(field, 'warning', 'non-canonical-cidr', message);
  }
  return block;
}

function remedyOf(text: string): string {
  const address = parseAddress(text);
  if (address !== undefined) return `write \`${text}/${bits(address.family)}\` for one address`;
  const trimmed = text.replaceAll(/[\s"'\u00ab\u00bb\u2018-\u201f]/g, '');
  if (trimmed !== text && parseBlock(trimmed) !== undefined) return `write \`${trimmed}\``;
  return 'write it like 10.0.0.0/24 or 2001:db8::/32';
}
