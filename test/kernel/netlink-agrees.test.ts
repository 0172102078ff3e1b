import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import type { NodeOptions } from '../../src/compile/ruleset/node.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import { netlinkNft } from '../../src/kernel/direct/netlink-nft.ts';
import type { Nft } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { addressRange, parseBlock } from '../../src/model/address-set.ts';
import { clusterAt, histories } from '../compile/history.ts';
import type { History } from '../compile/history.ts';
import { SEED } from '../generators/seed.ts';
import { leftOut, removeNamespacesAfterAll, testNamespace } from './host.ts';

const { low, high } = parseBlock('10.244.0.0/24')!;
const BY_NAME: NodeOptions = {
  name: 'n1',
  podCidrs: addressRange(4, low, high),
  podLinks: 'slp-',
  linkOf: (key) => `slp-${key.replace('/', '-')}`,
};
/** The same, with links told apart by their groups. */
const BY_GROUP: NodeOptions = {
  ...BY_NAME,
  linkGroupOf: (key) => 100_000 + Number(/\d+$/.exec(key)![0]),
};

/** What is left to nft: what makes tables, sets and chains, and rules that no generation rewrites. */
const LEFT = /^(?:add (?:table|chain|set|map) |add rule inet sluice (?!(?:post|gate|stamp|now) ))/m;

removeNamespacesAfterAll();

describe.skipIf(leftOut !== undefined)('netlink', { timeout: 300_000 }, () => {
  let plain: Nft;
  let direct: Nft;
  /** What `direct` left to nft. */
  const left: string[] = [];

  beforeAll(async () => {
    plain = await openNft({ netns: await testNamespace(), backend: 'libnftables' });
    const under = await openNft({ netns: await testNamespace(), backend: 'libnftables' });
    const run = async (commands: string): Promise<void> => {
      left.push(commands);
      await under.run(commands);
    };
    direct = netlinkNft({ ...under, run });
  });
  afterAll(() => {
    plain?.close();
    direct?.close();
  });

  async function agree(texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      await plain.run(text);
      await direct.run(text);
      const [wanted, is] = await Promise.all([plain, direct].map(listing));
      expect(is).toBe(wanted);
    }
  }

  test('writes what nft would have written', async () => {
    const property = fc.asyncProperty(
      histories(),
      fc.constantFrom(BY_NAME, BY_GROUP),
      async (history, options) => {
        left.length = 0;
        const texts = textsOf(history, options);
        await agree(texts);
        expect(left).toEqual(texts.filter((text) => LEFT.test(text)));
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: 40 });
  });

  test('writes what does not fit into one message', async () => {
    const many = (of: (i: number) => string): string =>
      Array.from({ length: 4000 }, (_, i) => of(i)).join(', ');
    const host = (i: number): string => `10.7.${i >> 8}.${i & 255}`;
    const cell = (i: number): string => `0:${i.toString(16)} . fd00::7:${i.toString(16)}`;
    await agree([
      'add table inet sluice\ndelete table inet sluice\nadd table inet sluice\n' +
        'add set inet sluice hosts { type ipv4_addr; }\n' +
        'add map inet sluice cells { type classid . ipv6_addr : classid; }',
    ]);
    left.length = 0;
    await agree([
      `add element inet sluice hosts { ${many(host)} }\nadd element inet sluice cells { ${many((i) => `${cell(i)} : 0:5`)} }`,
      `delete element inet sluice cells { ${many(cell)} }`,
      `flush set inet sluice hosts\nadd element inet sluice cells { ${cell(1)} : 1:1 }`,
    ]);
    expect(left).toEqual([]);
  });

  test.each([
    ['an address in each of its forms', 'six', ['::', '::1', 'fd00::', '1:2:3:4:5:6:7:8', '1::8']],
    ['capital letters', 'six', ['FD00::ABCD']],
    ['a gap of one group', 'six', ['1:2:3:4:5:6::8', '::2:3:4:5:6:7:8', '1:2:3:4:5:6:7::']],
    ['the last of everything', 'ports', ['ffff:ffff . sctp . 65535-65535', '0:1 . 255 . 0-65535']],
    ['one port alone', 'ports', ['0:2 . udp . 53']],
    ['links', 'links', ['"eth0.5" . 10.0.0.1', 'abcdefghijklmno . 255.255.255.255']],
    ['groups', 'groups', ['2147483647 . 0.0.0.0']],
    ['protocols', 'blocks', ['10.0.0.0-10.255.255.255 . 0-255 : 0:5', '11.0.0.0 . tcp : 0:0']],
  ])('writes %s', async (_, set, elements) => {
    await agree([
      'add table inet sluice\ndelete table inet sluice\nadd table inet sluice\n' +
        'add set inet sluice six { type ipv6_addr; }\n' +
        'add set inet sluice links { type ifname . ipv4_addr; }\n' +
        'add set inet sluice groups { type devgroup . ipv4_addr; }\n' +
        'add set inet sluice ports { type classid . inet_proto . inet_service; flags interval; }\n' +
        'add map inet sluice blocks { type ipv4_addr . inet_proto : classid; flags interval; }',
    ]);
    left.length = 0;
    await agree(elements.map((one) => `add element inet sluice ${set} { ${one} }`));
    expect(left).toEqual([]);
  });

  test('writes again what is there, and the rules of a generation', async () => {
    const rules = [
      'ct mark and 0x0000ffff == 0x0000001f accept',
      'ct mark and 65535 == 7 accept',
      'ct mark set ct mark and 0xffff0000',
      'ct mark set ct mark and 0xffff00ff or 0x000000ff accept',
      'jump spare',
      'goto spare',
      'meta priority set 1:ffff',
    ];
    await agree([
      'add table inet sluice\ndelete table inet sluice\nadd table inet sluice\n' +
        'add chain inet sluice gate\nadd chain inet sluice spare\n' +
        'add map inet sluice peers { type ipv4_addr : classid; }\n' +
        'add element inet sluice peers { 10.0.0.1 : 0:5 }',
    ]);
    left.length = 0;
    await agree([
      'add element inet sluice peers { 10.0.0.1 : 0:5 }',
      ...rules.map((rule) => `flush chain inet sluice gate\nadd rule inet sluice gate ${rule}`),
      rules.map((rule) => `add rule inet sluice gate ${rule}`).join('\n'),
      'delete element inet sluice peers { 10.0.0.1 : 0:5 }\nadd element inet sluice peers { 10.0.0.1 : 0:6 }',
    ]);
    expect(left).toEqual([]);
  });

  test.each([
    ['a zero before a number', 'hosts { 10.0.0.010 }'],
    ['an address that is none', 'six { 1:2:3:4:5:6:7:8:9 }'],
    ['two gaps', 'six { 1::2::3 }'],
    ['a gap of nothing', 'six { 1:2:3:4::5:6:7:8 }'],
    ['a colon too many', 'six { 1:2:3:4:5:6:7: }'],
    ['a prefix', 'hosts { 10.0.0.0/24 }'],
    ['a value without a map', 'hosts { 10.0.0.1 : 0:1 }'],
    ['a map without a value', 'peers { fd00::1 }'],
    ['a field too few', 'ports { 0:2 . tcp }'],
    ['a port too high', 'ports { 0:2 . tcp . 65536 }'],
    ['a set that is not there', 'nothing { 10.0.0.1 }'],
  ])('leaves to nft: %s', async (_, element) => {
    await direct.run(
      'add table inet t\ndelete table inet t\nadd table inet t\n' +
        'add set inet t hosts { type ipv4_addr; }\nadd set inet t six { type ipv6_addr; }\n' +
        'add map inet t peers { type ipv6_addr : classid; }\n' +
        'add set inet t ports { type classid . inet_proto . inet_service; flags interval; }',
    );
    left.length = 0;
    await direct.run(`add element inet t ${element}`).catch(() => {});
    expect(left).toHaveLength(1);
  });
});

function textsOf({ moments }: History, options: NodeOptions): string[] {
  const compiler = new NodeCompiler(options, { epoch: 1, generation: 0 });
  const clusters = moments.map(clusterAt);
  const transactions = [
    compiler.load(clusters[0]!),
    ...clusters.slice(1).map((next, i) => compiler.update(changesBetween(clusters[i]!, next))),
  ];
  const begin = 'add table inet sluice\ndelete table inet sluice';
  return [
    begin,
    ...transactions.flatMap((one) => (one === undefined ? [] : [one.apply, one.sweep ?? ''])),
  ].filter((text) => text !== '');
}

/** Everything of the table but the handles, in an order of its own for elements. */
async function listing(nft: Nft): Promise<string> {
  const tables = JSON.stringify(await nft.list('list tables inet'));
  if (!tables.includes('"sluice"')) return '';
  const { nftables } = (await nft.list('list table inet sluice')) as { nftables: object[] };
  return JSON.stringify(nftables.slice(1), (key, value: unknown) => {
    if (key === 'handle') return undefined;
    return key === 'elem' && Array.isArray(value)
      ? value.map((one) => JSON.stringify(one)).sort()
      : value;
  });
}
