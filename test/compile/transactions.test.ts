import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../src/compile/matrix/change.ts';
import { formatId } from '../../src/compile/ruleset/id-source.ts';
import { IdSource } from '../../src/compile/ruleset/id-source.ts';
import { NodeCompiler } from '../../src/compile/transaction/compiler.ts';
import type { Transaction } from '../../src/compile/transaction/compiler.ts';
import { addressRange, parseBlock } from '../../src/model/address-set.ts';
import { clusterOf } from '../conformance/manifests.ts';

const { low, high } = parseBlock('10.244.0.0/24')!;
const OPTIONS = { name: 'n1', podCidrs: addressRange(4, low, high) };

const WEB = pod('web', '10.244.0.1');
const DB = pod('db', '10.244.0.2');
const FAR = pod('far', '10.244.9.9', 'n2');
const ELSEWHERE = policy('elsewhere', 'far', {});
const DENY = policy('deny', 'db', {});
const FROM_WEB = policy('from-web', 'db', {
  ingress: [{ from: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 5432 }] }],
});
const FROM_OFFICE = policy('from-office', 'db', {
  ingress: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: [{ port: 80, endPort: 90 }] }],
});

function pod(app: string, podIP: string, nodeName = 'n1', labels: object = { app }): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: app, namespace: 'shop', labels },
    spec: { nodeName, containers: [{ name: 'main' }] },
    status: { podIP },
  };
}

function policy(name: string, app: string, spec: object): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app } }, ...spec },
  };
}

/** The transaction that leads from the objects to others. */
function change(from: readonly object[], to: readonly object[]): Transaction | undefined {
  const compiler = new NodeCompiler(OPTIONS, { epoch: 1, generation: 0 });
  const [before, after] = [clusterOf({ objects: from }), clusterOf({ objects: to })];
  compiler.load(before);
  return compiler.update(changesBetween(before, after));
}

describe('a transaction', () => {
  test('is not made for a policy that has no subject on this node', () => {
    expect(change([WEB, FAR], [WEB, FAR, ELSEWHERE])).toBeUndefined();
  });

  test('is not made for a label that no policy asks for', () => {
    const labelled = pod('web', '10.244.0.1', 'n1', { app: 'web', color: 'red' });
    expect(change([WEB, DB, FROM_WEB], [labelled, DB, FROM_WEB])).toBeUndefined();
  });

  test('isolates a pod', () => {
    expect(change([WEB, DB], [WEB, DB, DENY])).toMatchInlineSnapshot(`
      {
        "apply": "add element inet sluice in_pods4 { 10.244.0.2 : 0:0 }
      flush chain inet sluice post
      add rule inet sluice post ct mark and 0x0000ffff == 0x00000003 accept
      add rule inet sluice post jump judge_post
      flush chain inet sluice gate
      add rule inet sluice gate ct mark and 0x0000ffff == 0x00000003 accept
      flush chain inet sluice stamp
      add rule inet sluice stamp ct mark set ct mark and 0xffff0000 or 0x00000003 accept
      flush chain inet sluice now
      add rule inet sluice now meta priority set 0:3
      ",
        "generation": 3,
        "late": false,
        "narrows": true,
        "sweep": undefined,
      }
    `);
  });

  test('opens a port to a group of pods, and needs no new generation', () => {
    expect(change([WEB, DB, DENY], [WEB, DB, DENY, FROM_WEB])).toMatchInlineSnapshot(`
      {
        "apply": "delete element inet sluice peers4 { 10.244.0.1 }
      add element inet sluice ports { 10:6 . tcp . 5432 }
      add element inet sluice peers4 { 10.244.0.1 : 10:5 }
      add element inet sluice in_cells4 { 10:5 . 10.244.0.2 : 10:6 }
      ",
        "generation": 2,
        "late": false,
        "narrows": false,
        "sweep": undefined,
      }
    `);
  });

  test('opens a range of ports to a block', () => {
    expect(change([DB, DENY], [DB, DENY, FROM_OFFICE])).toMatchInlineSnapshot(`
      {
        "apply": "delete element inet sluice blocks4 { 0.0.0.0-255.255.255.255 . 0-255 }
      add element inet sluice port_ranges { 10:6 . tcp . 80-90 }
      add element inet sluice blocks4 { 0.0.0.0-192.0.1.255 . 0-255 : 10:2, 192.0.2.0-192.0.2.255 . 0-255 : 10:5, 192.0.3.0-255.255.255.255 . 0-255 : 10:2 }
      add element inet sluice in_cells4 { 10:5 . 10.244.0.2 : 10:6 }
      ",
        "generation": 2,
        "late": false,
        "narrows": false,
        "sweep": undefined,
      }
    `);
  });

  test('takes the right back, and sweeps what it left behind', () => {
    const [before, after] = [
      [WEB, DB, DENY, FROM_WEB, FROM_OFFICE],
      [WEB, DB, DENY],
    ];
    expect(change(before, after)).toMatchInlineSnapshot(`
      {
        "apply": "delete element inet sluice peers4 { 10.244.0.1 }
      delete element inet sluice in_cells4 { 10:4 . 10.244.0.2 }
      add element inet sluice peers4 { 10.244.0.1 : 10:6 }
      flush chain inet sluice post
      add rule inet sluice post ct mark and 0x0000ffff == 0x00000003 accept
      add rule inet sluice post jump judge_post
      flush chain inet sluice gate
      add rule inet sluice gate ct mark and 0x0000ffff == 0x00000003 accept
      flush chain inet sluice stamp
      add rule inet sluice stamp ct mark set ct mark and 0xffff0000 or 0x00000003 accept
      flush chain inet sluice now
      add rule inet sluice now meta priority set 0:3
      ",
        "generation": 3,
        "late": false,
        "narrows": true,
        "sweep": "delete element inet sluice ports { 10:7 . tcp . 5432 }
      delete element inet sluice in_cells4 { 10:5 . 10.244.0.2 }
      ",
      }
    `);
  });

  test('adds a pod that others know by its label', () => {
    expect(change([DB, FROM_WEB], [WEB, DB, FROM_WEB])).toMatchInlineSnapshot(`
      {
        "apply": "add element inet sluice ports { 10:6 . tcp . 5432 }
      add element inet sluice peers4 { 10.244.0.1 : 10:5 }
      add element inet sluice known4 { 10.244.0.1 }
      add element inet sluice in_cells4 { 10:5 . 10.244.0.2 : 10:6 }
      ",
        "generation": 2,
        "late": false,
        "narrows": false,
        "sweep": undefined,
      }
    `);
  });

  test('takes a pod away', () => {
    expect(change([WEB, DB, FROM_WEB], [WEB, FROM_WEB])).toMatchInlineSnapshot(`
      {
        "apply": "delete element inet sluice peers4 { 10.244.0.2 }
      delete element inet sluice known4 { 10.244.0.2 }
      delete element inet sluice in_pods4 { 10.244.0.2 }
      delete element inet sluice in_cells4 { 10:4 . 10.244.0.2 }
      add element inet sluice in_pods4 { 10.244.0.2 : 0:0 }
      flush chain inet sluice post
      add rule inet sluice post ct mark and 0x0000ffff == 0x00000003 accept
      add rule inet sluice post jump judge_post
      flush chain inet sluice gate
      add rule inet sluice gate ct mark and 0x0000ffff == 0x00000003 accept
      flush chain inet sluice stamp
      add rule inet sluice stamp ct mark set ct mark and 0xffff0000 or 0x00000003 accept
      flush chain inet sluice now
      add rule inet sluice now meta priority set 0:3
      ",
        "generation": 3,
        "late": false,
        "narrows": true,
        "sweep": "delete element inet sluice ports { 10:6 . tcp . 5432 }
      delete element inet sluice in_pods4 { 10.244.0.2 }
      ",
      }
    `);
  });
});

describe('the rules that ask the tiers', () => {
  const ADMIN = {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'admin' },
    spec: {
      tier: 'Admin',
      priority: 1,
      subject: { namespaces: {} },
      ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
    },
  };
  const asked = (text: string): boolean => /^add rule .* map @(?:in|eg)_tiers/m.test(text);
  const clusters = [
    [WEB, DB],
    [WEB, DB, ADMIN],
    [WEB, DB],
    [WEB, DB, ADMIN],
  ];
  const [none, some] = clusters.map((objects) => clusterOf({ objects }));

  test('come with the first cluster policy for a pod of the node, once, and stay until the next load', () => {
    const compiler = new NodeCompiler(OPTIONS, { epoch: 1, generation: 0 });
    expect(asked(compiler.load(none!).apply)).toBe(false);
    const came = compiler.update(changesBetween(none!, some!))!;
    expect(asked(came.apply)).toBe(true);
    expect(came.apply).toContain('add element inet sluice tiered { ipv4, ipv6 }');
    const gone = compiler.update(changesBetween(some!, none!))!;
    expect(`${gone.apply}${gone.sweep}`).not.toMatch(/tiered|add rule .* judge4/);
    expect(asked(compiler.update(changesBetween(none!, some!))!.apply)).toBe(false);
    compiler.update(changesBetween(some!, none!));
    expect(asked(compiler.reload().apply)).toBe(true);
    expect(asked(compiler.load(none!).apply)).toBe(false);
    expect(asked(compiler.load(some!).apply)).toBe(true);
  });

  test('do not come with one that is for no pod of the node', () => {
    const far = { ...OPTIONS, name: 'n3' };
    const compiler = new NodeCompiler(far, { epoch: 1, generation: 0 });
    expect(asked(compiler.load(some!).apply)).toBe(false);
  });
});

test('a load writes everything in statements of at most a thousand elements', () => {
  const pods = Array.from({ length: 2500 }, (_, i) => pod(`p${i}`, `10.1.${i >> 8}.${i & 255}`));
  const compiler = new NodeCompiler(OPTIONS, { epoch: 1, generation: 7 });
  const { apply, sweep, generation } = compiler.load(clusterOf({ objects: pods }));
  const peers = apply
    .split('\n')
    .filter((line) => line.startsWith('add element inet sluice peers4'));
  expect(peers.map((line) => line.split(', ').length)).toEqual([1000, 1000, 500]);
  expect(apply).toContain('ct mark and 0x0000ffff == 0x00000008 accept');
  expect(sweep).toContain('ct mark and 0x0000ffff == 0x00000009 accept');
  expect(generation).toBe(9);
  expect(compiler.generation).toBe(9);
});

test('a link whose name nft would misread is refused', () => {
  const options = { ...OPTIONS, podLinks: 'slp-', linkOf: () => 'slp-" }' };
  const compiler = new NodeCompiler(options, { epoch: 1, generation: 0 });
  expect(() => compiler.load(clusterOf({ objects: [WEB] }))).toThrow('is not the name of a link');
});

test.each([0, -1, 1.5, 2 ** 31])('%d is not the group of one link', (group) => {
  const options = { ...OPTIONS, podLinks: 'slp-', linkGroupOf: () => group };
  const compiler = new NodeCompiler(options, { epoch: 1, generation: 0 });
  expect(() => compiler.load(clusterOf({ objects: [WEB] }))).toThrow('is not the device group');
});

test('a pod whose link nobody knows may not send', () => {
  const options = { ...OPTIONS, podLinks: 'slp-', linkGroupOf: () => undefined };
  const compiler = new NodeCompiler(options, { epoch: 1, generation: 0 });
  const { apply } = compiler.load(clusterOf({ objects: [WEB] }));
  expect(apply).toContain('iifgroup . ip saddr @sources4 accept');
  expect(apply).not.toContain('add element inet sluice sources4');
});

describe('ids', () => {
  test('begin where their epoch begins, and leave 0 and 1 alone', () => {
    expect(formatId(new IdSource(0).take())).toBe('0:2');
    expect(formatId(new IdSource(1).take())).toBe('10:0');
    expect(formatId(new IdSource(4095).take())).toBe('fff0:0');
    expect(formatId(new IdSource(4096).take())).toBe('0:2');
  });

  test('go on in the next epoch when theirs is used up', () => {
    const ids = new IdSource(4095);
    for (let i = 0; i < 0x10_0000; i++) ids.take();
    expect(ids.epoch).toBe(4096);
    expect(formatId(ids.take())).toBe('0:2');
  });
});
