import type { Start } from '../compile/transaction/compiler.ts';
import { connectionMarks } from '../kernel/conntrack/conntrack.ts';
import { HostError } from '../kernel/host/host-error.ts';
import { NftRefusal } from '../kernel/nft/nft.ts';
import type { Nft } from '../kernel/nft/nft.ts';

/** What the chains `state` and `gate` of a running table tell. */
export interface RunningState {
  /** Which process wrote the rules: each has its own range of ids. */
  readonly epoch: number;
  /** The generation whose connections pass without being judged. */
  readonly generation: number;
}

/** How many ranges of ids there are: an id has 32 bits, 20 of them count within the range. */
const EPOCHS = 1 << 12;
/** The bits of a connection's mark that hold the generation. */
const GENERATION = 0xffff;

/** Reads them; undefined when the table is not there, or is not as we write it. Lists nothing else. */
export async function readRunningState(nft: Nft, table: string): Promise<RunningState | undefined> {
  try {
    const [epoch] = numbersIn(await nft.list(`list chain inet ${table} state`), epochOf);
    const [generation] = numbersIn(await nft.list(`list chain inet ${table} gate`), generationOf);
    return epoch === undefined || generation === undefined ? undefined : { epoch, generation };
  } catch (error) {
    if (error instanceof NftRefusal) return undefined;
    throw error;
  }
}

/**
 * What a compiler begins with, so that nothing it says can be mistaken for what an earlier process said: ids
 * in flight, and generations in the marks of connections (L9).
 */
export function startAfter(running: RunningState | undefined, nft: Nft): Start {
  if (running !== undefined) {
    return { epoch: (running.epoch + 1) % EPOCHS, generation: running.generation };
  }
  if (nft.backend === 'memory') return { epoch: 0, generation: 0 };
  // No table, or one we cannot read: who knows which ids it has; connections may still carry marks.
  const epoch = Math.floor(Math.random() * EPOCHS);
  return { epoch, generation: unusedGeneration(marksOf(nft)) };
}

function marksOf(nft: Nft): ReadonlySet<number> {
  try {
    return connectionMarks(nft.netns);
  } catch (error) {
    if (error instanceof HostError) return new Set([Math.floor(Math.random() * GENERATION)]);
    throw error;
  }
}

/** The generation after which the longest row of those follows that no mark holds. */
export function unusedGeneration(marks: ReadonlySet<number>): number {
  const used = [...new Set([...marks].map((mark) => mark & GENERATION))].filter((one) => one > 0);
  used.sort((a, b) => a - b);
  let best = 0;
  let longest = (used[0] ?? GENERATION) - 1;
  for (const [i, one] of used.entries()) {
    const next = used[i + 1] ?? GENERATION + used[0]!;
    if (next - one - 1 > longest) [best, longest] = [one, next - one - 1];
  }
  return best;
}

interface Rule {
  readonly rule?: { readonly expr?: readonly Expression[] };
}

/** The parts of `nft -j` that are looked at (libnftables-json(5)). */
interface Expression {
  readonly match?: { readonly left?: unknown; readonly right?: unknown };
  readonly mangle?: { readonly key?: unknown; readonly value?: unknown };
}

function numbersIn(
  listed: unknown,
  read: (expression: Expression) => number | undefined,
): number[] {
  const { nftables } = listed as { nftables: Rule[] };
  return nftables.flatMap(({ rule }) => (rule?.expr ?? []).flatMap((one) => read(one) ?? []));
}

/** `meta priority set 0:5`: nft prints a number below 65,536 as `0:5`, `none` for 0. */
function epochOf({ mangle }: Expression): number | undefined {
  if (JSON.stringify(mangle?.key) !== '{"meta":{"key":"priority"}}') return undefined;
  if (mangle?.value === 'none') return 0;
  if (typeof mangle?.value !== 'string') return undefined;
  const parts = /^([0-9a-f]*):([0-9a-f]*)$/.exec(mangle.value);
  if (parts === null) return undefined;
  return Number.parseInt(parts[1] || '0', 16) * 65_536 + Number.parseInt(parts[2] || '0', 16);
}

/** `ct mark and 0x0000ffff == 7 accept`. */
function generationOf({ match }: Expression): number | undefined {
  const isMark = JSON.stringify(match?.left) === '{"&":[{"ct":{"key":"mark"}},65535]}';
  return isMark && typeof match?.right === 'number' ? match.right : undefined;
}
