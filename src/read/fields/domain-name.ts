import { parseBlock } from '../../model/address-set.ts';
import { parseAddress } from '../../model/address.ts';
import { parseDomainName } from '../../model/domain-name.ts';
import { shorten } from '../yaml/node.ts';
import { MALFORMED, report, textOf } from './fields.ts';
import type { Field, Malformed } from './fields.ts';

/** Reads an item of `domainNames`: in lower case and without a final dot, as DNS compares names (C21). */
export function readDomainName(field: Field): string | Malformed {
  const text = textOf(field);
  if (text === MALFORMED) return MALFORMED;
  const name = parseDomainName(text);
  if (name === undefined) {
    const message = `\`${shorten(text)}\` is not a domain name; ${remedyOf(text)}`;
    report(field, 'error', 'invalid-domain', message);
    return MALFORMED;
  }
  if (parseAddress(text) !== undefined) {
    const message = `\`${text}\` is an address, and no name is called so; write it in \`networks\``;
    report(field, 'warning', 'invalid-domain', message);
  }
  return name;
}

function remedyOf(text: string): string {
  if (text === '*' || text === '*.') {
    return '`*.` stands before a name, as in `*.example.com`; for all addresses write them in `networks`';
  }
  if (parseAddress(text) !== undefined || parseBlock(text) !== undefined) {
    return 'write it in `networks`';
  }
  const inside = /^(?:[a-z]+:\/\/)?\s*([^\s/:]+)(?::\d+)?(?:\/.*)?\s*$/i.exec(text)?.[1];
  if (inside !== undefined && inside !== text && parseDomainName(inside) !== undefined) {
    return `write \`${inside}\``;
  }
  if (/^(?:\*\.)?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\.?$/i.test(text)) {
    return 'it needs at least two labels, as in `example.com`';
  }
  if (text.lastIndexOf('*') > 0) return '`*` may only stand in front, as in `*.example.com`';
  if (text.startsWith('*')) return '`*` stands for whole labels, as in `*.example.com`';
  return 'write it like `example.com` or `*.example.com`';
}
