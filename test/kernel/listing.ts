import type { Nft } from '../../src/kernel/nft/nft.ts';

/** A table in short: the elements of each set as text, sorted, and the number of rules of each chain. */
export type Content = Record<string, string[] | number>;

/** Reads the content of a table; undefined when it is not there. */
export async function contentOf(nft: Nft, table: string): Promise<Content | undefined> {
  const tables = objectsIn(await nft.list('list tables inet'));
  if (!tables.some((one) => one['table']?.name === table)) return undefined;
  const content: Content = {};
  for (const object of objectsIn(await nft.list(`list table inet ${table}`))) {
    const set = object['set'] ?? object['map'];
    const { chain, rule } = object;
    if (set !== undefined) content[set.name!] = (set.elem ?? []).map(elementText).sort();
    if (chain !== undefined) content[chain.name!] = 0;
    if (rule !== undefined) (content[rule.chain!] as number)++;
  }
  return content;
}

interface Listed {
  readonly name?: string;
  readonly chain?: string;
  readonly elem?: unknown[];
}

function objectsIn(listed: unknown): Record<string, Listed | undefined>[] {
  return (listed as { nftables: Record<string, Listed>[] }).nftables;
}

function elementText(element: unknown): string {
  return Array.isArray(element) ? element.map(fieldText).join(' : ') : fieldText(element);
}

function fieldText(field: unknown): string {
  if (typeof field !== 'object' || field === null) return `${field as string | number}`;
  const { concat, range, prefix, elem } = field as {
    concat?: unknown[];
    range?: unknown[];
    prefix?: { addr: string; len: number };
    elem?: { val: unknown };
  };
  if (concat !== undefined) return concat.map(fieldText).join(' . ');
  if (range !== undefined) return range.map(fieldText).join('-');
  if (elem !== undefined) return fieldText(elem.val);
  return `${prefix!.addr}/${prefix!.len}`;
}
