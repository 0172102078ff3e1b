import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { EnforcerEvent } from '../../src/agent/enforcer-event.ts';
import { Enforcer } from '../../src/agent/enforcer.ts';
import type { EnforcerOptions } from '../../src/agent/enforcer.ts';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import { HostError } from '../../src/kernel/host/host-error.ts';
import { memoryNft } from '../../src/kernel/memory/memory-nft.ts';
import { NftRefusal } from '../../src/kernel/nft/nft.ts';
import type { Nft } from '../../src/kernel/nft/nft.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { contentOf } from '../kernel/listing.ts';
import { DENY, allowing, clusterOf } from './cluster.ts';
import { NODE } from './node.ts';

/** A kernel that refuses some transactions, beside those it would refuse anyway. */
class FaultyNft implements Nft {
  readonly backend = 'memory';
  readonly netns = undefined;
  readonly #nft = memoryNft();
  /** Whether it refuses a transaction. */
  fault: (commands: string) => boolean = () => false;
  taken = 0;

  async run(commands: string): Promise<void> {
    if (this.fault(commands)) throw new NftRefusal('there is a fault in it');
    await this.#nft.run(commands);
    this.taken++;
  }

  list(command: string): Promise<unknown> {
    return this.#nft.list(command);
  }

  onPort(): void {}

  close(): void {}
}

let nft: FaultyNft;
let enforcer: Enforcer;
let cluster: Cluster;
let events: EnforcerEvent[];

beforeEach(() => {
  nft = new FaultyNft();
  events = [];
});
afterEach(() => enforcer.close());

async function start(
  policies: Record<string, string>,
  options: EnforcerOptions = {},
): Promise<void> {
  enforcer = new Enforcer(NODE, nft, { ...options, onEvent: (event) => events.push(event) });
  cluster = clusterOf(policies);
  await enforcer.start(cluster);
}

async function become(policies: Record<string, string>): Promise<void> {
  const next = clusterOf(policies);
  const change = changesBetween(cluster, next);
  cluster = next;
  await enforcer.update(change);
}

function told(kind: EnforcerEvent['kind']): EnforcerEvent[] {
  return events.filter((event) => event.kind === kind);
}

/** The ports of the server that some peer may reach, by what the sets hold. */
async function ports(): Promise<string[]> {
  await enforcer.settle();
  const content = (await contentOf(nft, 'sluice'))!;
  return (content['ports'] as string[]).map((element) => element.split(' . ').at(-1)!).sort();
}

/** Whether the server is isolated for ingress. */
async function isIsolated(): Promise<boolean> {
  const content = (await contentOf(nft, 'sluice'))!;
  return (content['in_pods4'] as string[]).some((element) => element.startsWith('10.77.2.2 '));
}

describe('a refused transaction', () => {
  test('is told, and made good by a full load', async () => {
    await start({ a: DENY });
    let refuse = true;
    nft.fault = () => {
      const now = refuse;
      refuse = false;
      return now;
    };
    await become({ a: allowing(7000) });
    expect(told('refused')).toMatchObject([{ reason: 'there is a fault in it' }]);
    expect(told('isolated')).toEqual([]);
    expect(await ports()).toEqual(['7000']);
    await become({ a: allowing(7010) });
    expect(await ports()).toEqual(['7010']);
  });

  test('leaves in force what was, when the kernel takes nothing at all', async () => {
    await start({ a: allowing(7000) });
    nft.fault = () => true;
    await expect(become({ a: DENY })).rejects.toThrow(HostError);
    expect(told('failed')).toMatchObject([{ retryMilliseconds: 1000 }]);
    nft.fault = () => false;
    expect(nft.taken).toBe(1);
    const content = (await contentOf(nft, 'sluice'))!;
    expect((content['ports'] as string[])[0]).toMatch(/7000$/);
  });

  test('is tried again later, until it is taken', async () => {
    await start({ a: allowing(7000) });
    nft.fault = () => true;
    await expect(become({ a: allowing(7010) })).rejects.toThrow(HostError);
    nft.fault = () => false;
    await vi.waitUntil(() => told('applied').length === 2, { timeout: 3000 });
    expect(await ports()).toEqual(['7010']);
  });

  test('is made good by the next change', async () => {
    await start({ a: allowing(7000) });
    nft.fault = () => true;
    await expect(become({ a: allowing(7010) })).rejects.toThrow(HostError);
    nft.fault = () => false;
    await become({ a: allowing(7010), b: allowing(7020) });
    expect(await ports()).toEqual(['7010', '7020']);
  });

  test('at the start is an error, and changes nothing', async () => {
    nft.fault = () => true;
    await expect(start({ a: DENY })).rejects.toThrow(HostError);
    nft.fault = () => false;
    expect(await contentOf(nft, 'sluice')).toBeUndefined();
  });

  test('because the table was meddled with is made good by making it anew', async () => {
    await start({ a: allowing(7000) });
    await nft.run(
      'add table inet sluice\ndelete table inet sluice\nadd table inet sluice\nadd set inet sluice ports { type ipv4_addr; }',
    );
    await become({ a: allowing(7010) });
    expect(await ports()).toEqual(['7010']);
  });
});

describe('a policy that cannot be programmed', () => {
  const cannot = (...numbers: number[]): void => {
    nft.fault = (commands) => numbers.some((number) => commands.includes(`. ${number}`));
  };

  test('L13 isolates its pods, and is told', async () => {
    await start({});
    cannot(6666);
    await become({ bad: allowing(6666) });
    expect(told('isolated')).toMatchObject([
      { policies: ['shop/bad'], reason: 'there is a fault in it' },
    ]);
    expect(await ports()).toEqual([]);
    expect(await isIsolated()).toBe(true);
  });

  test('keeps no other from being in force', async () => {
    await start({ good: allowing(7000) });
    cannot(6666);
    await become({ good: allowing(7010), bad: allowing(6666), fine: allowing(7020) });
    expect(told('isolated')).toMatchObject([{ policies: ['shop/bad'] }]);
    expect(await ports()).toEqual(['7010', '7020']);
    await become({ good: allowing(7010), bad: allowing(6666), fine: allowing(7030) });
    expect(await ports()).toEqual(['7010', '7030']);
  });

  test('is tried again when it changes', async () => {
    await start({});
    cannot(6666);
    await become({ bad: allowing(6666) });
    await become({ bad: allowing(7000) });
    expect(told('isolated')).toHaveLength(1);
    expect(await ports()).toEqual(['7000']);
  });

  test('is found among many at the start', async () => {
    cannot(7030, 7080);
    const numbers = Array.from({ length: 12 }, (_, i) => 7000 + 10 * i);
    await start(Object.fromEntries(numbers.map((number) => [`p${number}`, allowing(number)])));
    expect(told('isolated')).toMatchObject([{ policies: ['shop/p7030', 'shop/p7080'] }]);
    expect(await ports()).toEqual(
      numbers.filter((number) => number !== 7030 && number !== 7080).map(String),
    );
  });
});

describe('a compiler that fails', () => {
  test('is replaced, and its change is in force', async () => {
    let failing = true;
    await start(
      { a: DENY },
      {
        compilerFor: (node, start) => {
          const compiler = new NodeCompiler(node, start);
          return {
            load: (cluster) => compiler.load(cluster),
            reload: () => compiler.reload(),
            update: (change) => {
              if (failing) throw new Error('a defect');
              return compiler.update(change);
            },
          };
        },
      },
    );
    await become({ a: allowing(7000) });
    expect(told('refused')).toMatchObject([{ reason: 'a defect' }]);
    expect(await ports()).toEqual(['7000']);
    failing = false;
    await become({ a: allowing(7010) });
    expect(told('refused')).toHaveLength(1);
    expect(await ports()).toEqual(['7010']);
  });
});
