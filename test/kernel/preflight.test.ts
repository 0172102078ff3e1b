import { describe, expect, test } from 'vitest';
import { runLinkBatch, setSysctls } from '../../src/kernel/host/links.ts';
import { gatherFacts } from '../../src/kernel/start/host-facts.ts';
import type { HostFacts } from '../../src/kernel/start/host-facts.ts';
import { judgeHost, preflight } from '../../src/kernel/start/preflight.ts';
import { leftOut, removeNamespacesAfterAll, testNamespace } from './host.ts';

const FINE: HostFacts = {
  privileged: true,
  userNamespacesRefusedBy: undefined,
  kernel: '6.1.0-18-amd64',
  nft: '1.0.6',
  ip: true,
  koffi: true,
  libnftables: true,
  refused: undefined,
  bridges: [],
  bridgeCalls: [undefined, undefined],
};

/** What is different from a host where all is fine, the codes, and words the message must have. */
const CASES: [fact: string, Partial<HostFacts>, codes: string[], words?: RegExp][] = [
  ['nothing is missing', {}, []],
  ['newer versions are fine', { nft: '1.1.1', kernel: '7.0.0' }, []],
  ['the oldest kernel is fine', { kernel: '5.6.0' }, []],
  [
    'not root',
    { privileged: false },
    ['error no-rights'],
    /run it as root, or in a user namespace of its own/,
  ],
  [
    'not root, and user namespaces are refused',
    {
      privileged: false,
      userNamespacesRefusedBy: 'kernel.apparmor_restrict_unprivileged_userns=1',
    },
    ['error no-rights'],
    /`kernel.apparmor_restrict_unprivileged_userns=1` refuses them/,
  ],
  [
    'no nft',
    { nft: undefined, libnftables: false },
    ['error no-nft', 'info no-libnftables'],
    /install the package `nftables`/,
  ],
  ['no nft program, but the library', { nft: undefined }, []],
  ['an old nft', { nft: '1.0.5' }, ['error old-nft'], /nft is 1\.0\.5, and 1\.0\.6 is the oldest/],
  ['a very old nft', { nft: '0.9.9' }, ['error old-nft']],
  ['no ip', { ip: false }, ['error no-ip'], /iproute2/],
  [
    'no koffi',
    { koffi: false, libnftables: false },
    ['warning no-koffi'],
    /policies are enforced by the nft program.*no deny events.*`npm install koffi`/,
  ],
  ['no libnftables', { libnftables: false }, ['info no-libnftables']],
  [
    'a kernel without concatenated intervals',
    { kernel: '5.4.0-150-generic' },
    ['error old-kernel'],
    /5\.6 or later/,
  ],
  [
    'a kernel that lacks something',
    { refused: 'Error: Could not process rule: Operation not supported' },
    ['error kernel-refuses'],
    /Operation not supported/,
  ],
  ['a bridge that calls the rules', { bridges: ['cni0'], bridgeCalls: ['1', '1'] }, []],
  [
    'a bridge that does not',
    { bridges: ['cni0'], bridgeCalls: ['0', '0'] },
    ['error bridge-passes-by'],
    /`cni0`.*`sysctl -w net.bridge.bridge-nf-call-iptables=1` and `sysctl -w net.bridge.bridge-nf-call-ip6tables=1`/,
  ],
  [
    'a bridge that calls only the rules of IPv4',
    { bridges: ['cni0'], bridgeCalls: ['1', '0'] },
    ['error bridge-passes-by'],
    /run `sysctl -w net.bridge.bridge-nf-call-ip6tables=1`$/,
  ],
  [
    'a bridge without the module',
    { bridges: ['cni0', 'br1'] },
    ['error bridge-without-netfilter'],
    /`cni0`, `br1`.*`modprobe br_netfilter`/,
  ],
];

describe('what is said of a host', () => {
  test.each(CASES)('%s', (_, difference, codes, words = /^/) => {
    const problems = judgeHost({ ...FINE, ...difference });
    expect(problems.map(({ code, severity }) => `${severity} ${code}`)).toEqual(codes);
    if (codes.length === 0) return;
    expect(problems[0]!.message).toMatch(words);
    for (const { message } of problems) expect(message).toMatch(/^[a-z].*[^.\n]$/);
  });

  test('everything wrong is said at once', () => {
    const problems = judgeHost({ ...FINE, privileged: false, ip: false, kernel: '4.19.0' });
    expect(problems.map(({ code }) => code)).toEqual(['no-rights', 'no-ip', 'old-kernel']);
  });
});

removeNamespacesAfterAll();

describe.skipIf(leftOut !== undefined)('this host', () => {
  test('is looked at without being changed', async () => {
    const netns = await testNamespace();
    expect(await preflight({ netns })).toEqual([]);
    const facts = await gatherFacts({ netns });
    expect(facts).toMatchObject({ privileged: true, refused: undefined, bridges: [] });
  });

  test('a bridge counts when a link of a pod is on it', async () => {
    const netns = await testNamespace();
    await runLinkBatch(
      [
        'link add br7 type bridge',
        'link add br8 type bridge',
        'link add pod-a type veth peer name inner',
        'link set pod-a master br7',
        'link add uplink type vxlan id 7 dstport 4789 dev lo',
        'link set uplink master br8',
      ],
      { netns },
    );
    expect((await gatherFacts({ netns })).bridges).toEqual(['br7']);
    expect((await gatherFacts({ netns, podLinks: 'pod-' })).bridges).toEqual(['br7']);
    expect((await gatherFacts({ netns, podLinks: 'other-' })).bridges).toEqual([]);
    const { bridgeCalls } = await gatherFacts({ netns });
    if (bridgeCalls[0] === undefined) return;
    await setSysctls({ 'net.bridge.bridge-nf-call-iptables': 0 }, { netns });
    expect((await preflight({ netns })).map(({ code }) => code)).toEqual(['bridge-passes-by']);
    await setSysctls({ 'net.bridge.bridge-nf-call-iptables': 1 }, { netns });
    expect(await preflight({ netns })).toEqual([]);
  });
});
