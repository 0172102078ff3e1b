import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whyNoPackets } from '../arena/able.ts';
import { EnforcedLab } from '../arena/enforced-lab.ts';
import { egress, ingress, pods, smallCluster, tier } from '../packet/small-cluster.ts';
import { ALL, EVERYTHING, SERVICE } from './everything.ts';

const HTTP = { protocol: 'TCP', port: 80 } as const;
const HTTP_OVER_BOTH = ['TCP/80 over IPv4', 'TCP/80 over IPv6'];

const why = whyNoPackets();
if (why !== undefined) console.log(`cluster policies are not tried with packets: ${why}`);

describe.skipIf(why !== undefined)('cluster policies', () => {
  let lab: EnforcedLab;

  beforeAll(async () => {
    lab = await EnforcedLab.open(smallCluster([], [SERVICE]));
  });
  afterAll(() => lab?.close());

  function become(...policies: object[]): Promise<void> {
    return lab.become(smallCluster(policies, [SERVICE]));
  }

  test.each([
    ['ingress', tier('Admin', 'ingress', 'a', { action: 'Deny' })],
    ['egress', tier('Admin', 'egress', 'b', { action: 'Deny' })],
    ['the Baseline tier', tier('Baseline', 'ingress', 'a', { action: 'Deny' })],
  ])('C12 what is denied gets no answer at all: %s', async (_, policy) => {
    await become();
    expect(await lab.passes('x/b', 'x/a', EVERYTHING)).toEqual(ALL);
    await become(policy);
    expect(await lab.passes('x/b', 'x/a', EVERYTHING)).toEqual([]);
    for (const family of [4, 6] as const) {
      // neither a reset nor an ICMP error comes back
      expect(await lab.try('x/b', 'x/a', { ...HTTP, family })).toMatchObject({
        reached: false,
        error: 'silent',
      });
    }
  });

  test('C31 a pod reaches its own address, and itself by its Service as the tiers say of itself', async () => {
    const itself = tier('Admin', 'ingress', 'a', { action: 'Deny', app: 'a' });
    await become(itself);
    expect(await lab.passes('x/a', 'x/a', EVERYTHING)).toEqual(ALL);
    expect(await lab.passes('x/a', 'svc/x/a', [HTTP])).toEqual([]);
    expect(await lab.passes('x/b', 'svc/x/a', [HTTP])).toEqual(HTTP_OVER_BOTH);
    await become(tier('Admin', 'egress', 'a', { action: 'Deny', app: 'a' }));
    expect(await lab.passes('x/a', 'svc/x/a', [HTTP])).toEqual([]);
    await become(tier('Admin', 'ingress', 'a', { action: 'Accept', app: 'a' }), ingress('a'));
    expect(await lab.passes('x/a', 'svc/x/a', [HTTP])).toEqual(HTTP_OVER_BOTH);
  });

  test('N1 the node of a pod reaches it whatever a tier denies, another node does where peers are pods', async () => {
    await become(tier('Admin', 'ingress', 'a', { action: 'Deny' }));
    expect(await lab.passes('node/n1', 'x/a', EVERYTHING)).toEqual(ALL);
    expect(await lab.passes('node/n2', 'x/a', EVERYTHING)).toEqual(ALL);
    expect(await lab.passes('outside', 'x/a', EVERYTHING)).toEqual(ALL);
  });

  test('C8 what Admin passes on is for NetworkPolicy, and for Baseline where none isolates', async () => {
    const pass = tier('Admin', 'ingress', 'a', { action: 'Pass', app: 'b' }, { action: 'Deny' });
    const baseline = tier('Baseline', 'ingress', 'a', { action: 'Deny', app: 'b' });
    await become(pass);
    expect(await lab.passes('x/b', 'x/a', [HTTP])).toEqual(HTTP_OVER_BOTH);
    expect(await lab.passes('x/c', 'x/a', [HTTP])).toEqual([]);
    await become(pass, baseline);
    expect(await lab.passes('x/b', 'x/a', [HTTP])).toEqual([]);
    await become(pass, baseline, ingress('a', { from: [pods('b'), pods('c')] }));
    expect(await lab.passes('x/b', 'x/a', [HTTP])).toEqual(HTTP_OVER_BOTH);
    expect(await lab.passes('x/c', 'x/a', [HTTP])).toEqual([]);
    await become(pass, baseline, ingress('a', { from: [pods('d')] }));
    expect(await lab.passes('x/b', 'x/a', [HTTP])).toEqual([]);
  });

  test('L6 a Deny that comes stops what lives, what it does not name goes on; its end opens again', async () => {
    const open = smallCluster([ingress('a', { from: [pods('b'), pods('c')] }), egress('d')]);
    const denied = smallCluster([
      ingress('a', { from: [pods('b'), pods('c')] }),
      egress('d'),
      tier('Admin', 'ingress', 'a', { action: 'Deny', app: 'b' }),
    ]);
    for (const family of [4, 6] as const) {
      await lab.tell(open);
      const [cut, kept] = await Promise.all([
        lab.stream('x/b', 'x/a', 'echo', { family, port: 7000 }),
        lab.stream('x/c', 'x/a', 'echo', { family, port: 7001 }),
      ]);
      await sleep(20);
      const began = performance.now();
      await lab.tell(denied);
      await sleep(150);
      expect(cut.lastData - began).toBeLessThan(50);
      expect(performance.now() - kept.lastData).toBeLessThan(50);
      expect(kept.fault).toBeUndefined();
      expect(await lab.passes('x/b', 'x/a', EVERYTHING)).toEqual([]);
      await lab.tell(open);
      expect(await lab.passes('x/b', 'x/a', EVERYTHING)).toEqual(ALL);
      cut.close();
      kept.close();
    }
  });
});
