import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addressRange, parseBlock } from '../../src/model/address-set.ts';
import { formatAddress } from '../../src/model/address.ts';

/** Why the real nft cannot be used here; undefined when it can. */
export function whyNoNft(): string | undefined {
  if (process.getuid?.() !== 0) return 'not run: only root may make a network namespace here';
  try {
    execFileSync('unshare', ['-n', 'nft', 'list', 'tables'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'not run: there is no nft, or no network namespace to run it in';
  }
}

/** Elements by set: the canonical text of the key, and the value of a map. */
export type Listing = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Runs transactions one after the other in a network namespace of their own, and lists the table after
 * each. Throws what nft says when it refuses one.
 */
export function runAll(transactions: readonly string[]): Listing[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-nft-'));
  try {
    const lines = transactions.map((text, i) => {
      writeFileSync(path.join(folder, `${i}.nft`), text);
      return `nft -f ${i}.nft && nft -j list table inet sluice || exit 1`;
    });
    const script = lines.join('\n');
    const result = spawnSync('unshare', ['-n', 'sh', '-c', script], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    if (result.status !== 0) throw new Error(result.stderr.slice(0, 2000));
    return result.stdout.trim().split('\n').map(listingOf);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface ListedSet {
  readonly name: string;
  readonly flags?: readonly string[];
  readonly stmt?: unknown;
  readonly elem?: readonly unknown[];
}

function listingOf(json: string): Listing {
  const { nftables } = JSON.parse(json) as { nftables: { set?: ListedSet; map?: ListedSet }[] };
  const listing: Record<string, Record<string, string>> = {};
  for (const { set, map } of nftables) {
    const { name, stmt, flags = [], elem = [] } = set ?? map ?? { name: '', stmt: true };
    // rules fill these: with a counter, or for a while
    if (stmt !== undefined || (set !== undefined && flags.includes('timeout'))) continue;
    listing[name] = Object.fromEntries(
      elem.map((one) => (map === undefined ? [keyText(one), ''] : mapped(one as unknown[]))),
    );
  }
  return listing;
}

function mapped([key, value]: readonly unknown[]): [string, string] {
  return [keyText(key), idText(value as string)];
}

/** An element as nft lists it in JSON: a value, a prefix, a range, or several of them. */
function keyText(key: unknown): string {
  if (typeof key !== 'object') return idText(`${key as string | number}`);
  const { elem, concat, prefix, range } = key as {
    elem?: { val: unknown };
    concat?: unknown[];
    prefix?: { addr: string; len: number };
    range?: [unknown, unknown];
  };
  if (elem !== undefined) return keyText(elem.val);
  if (concat !== undefined) return concat.map(keyText).join(' . ');
  if (prefix !== undefined) return blockText(`${prefix.addr}/${prefix.len}`);
  return `${String(range![0])}-${String(range![1])}`;
}

/** nft has a name for the id 0:0. */
function idText(text: string): string {
  return text === 'none' ? '0:0' : text;
}

function blockText(cidr: string): string {
  const { family, low, high } = parseBlock(cidr)!;
  const [first] = addressRange(family, low, high)[family];
  return `${formatAddress({ family, value: first! })}-${formatAddress({ family, value: high })}`;
}

/** The key of an element of ours as nft lists it: names without quotes, one port as a number. */
export function canonicalKey(key: string): string {
  return key
    .split(' . ')
    .map((part) => part.replaceAll('"', '').replace(/^(\d+)-\1$/, '$1'))
    .join(' . ');
}
