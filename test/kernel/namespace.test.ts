import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { HostError } from '../../src/kernel/host/host-error.ts';
import { LinkRefusal, runLinkBatch, setSysctls, sysctlPath } from '../../src/kernel/host/links.ts';
import {
  createNamespace,
  deleteNamespace,
  enterWords,
  inNamespace,
  listNamespaces,
} from '../../src/kernel/host/namespace.ts';
import { leftOut, removeNamespacesAfterAll, testNamespace } from './host.ts';

const here = (): string => readlinkSync('/proc/thread-self/ns/net');

removeNamespacesAfterAll();

describe.skipIf(leftOut !== undefined)('a network namespace', () => {
  let netns: string;
  beforeAll(async () => {
    netns = await testNamespace();
  });

  test('is another one inside, and the own one again after', () => {
    const own = here();
    const inside = inNamespace(netns, here);
    expect(inside).not.toBe(own);
    expect(here()).toBe(own);
  });

  test('is left even when what is done inside throws', () => {
    const own = here();
    expect(() =>
      inNamespace(netns, () => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(here()).toBe(own);
  });

  test('can be entered from inside another', async () => {
    const other = await testNamespace();
    const [outer, inner, back] = inNamespace(netns, () => [
      here(),
      inNamespace(other, here),
      here(),
    ]);
    expect(inner).not.toBe(outer);
    expect(back).toBe(outer);
  });

  test('is left before anything asynchronous happens', async () => {
    const own = here();
    const later = inNamespace(netns, async () => {
      await Promise.resolve();
      return here();
    });
    expect(await later).toBe(own);
  });

  test('programs started inside live inside', async () => {
    const child = inNamespace(netns, () => spawn('readlink', ['/proc/self/ns/net']));
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString().trim()).toBe(inNamespace(netns, here));
  });

  test('can be entered by words before a command', async () => {
    const [program, ...args] = enterWords(netns);
    const child = spawn(program!, [...args, 'readlink', '/proc/self/ns/net']);
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    expect(said.toString().trim()).toBe(inNamespace(netns, here));
  });

  test('that is not there cannot be entered', () => {
    expect(() => inNamespace('/run/netns/sluice-nowhere', here)).toThrow(HostError);
    expect(() => inNamespace('/run/netns/sluice-nowhere', here)).toThrow(
      /`\/run\/netns\/sluice-now/,
    );
    expect(() => inNamespace('/proc/self/status', here)).toThrow(HostError);
  });

  test('has its name for as long as it is kept', async () => {
    const name = `sluice-test-${process.pid}-named`;
    await createNamespace(name);
    expect(listNamespaces(name)).toEqual([name]);
    await expect(createNamespace(name)).rejects.toThrow(/File exists/);
    await deleteNamespace(name);
    expect(listNamespaces(name)).toEqual([]);
    await deleteNamespace(name);
  });

  test('a batch of ip stops at the command that fails, and names it', async () => {
    const batch = runLinkBatch(
      [
        'link add one type bridge',
        'link set one up',
        'link add one type bridge',
        'link add two type bridge',
      ],
      { netns },
    );
    await expect(batch).rejects.toThrow(LinkRefusal);
    await expect(batch).rejects.toMatchObject({
      index: 2,
      command: 'link add one type bridge',
      message: 'ip refused `link add one type bridge`: File exists',
    });
    const links = inNamespace(netns, () => readFileSync('/proc/net/dev', 'utf8'));
    expect(links).toContain('one:');
    expect(links).not.toContain('two:');
    expect(readFileSync('/proc/net/dev', 'utf8')).not.toContain('one:');
  });

  test('a batch that ip cannot parse says why', async () => {
    await expect(runLinkBatch(['link paint red'], { netns })).rejects.toThrow(/paint/);
  });

  test('settings are its own', async () => {
    const file = sysctlPath('net.ipv4.ip_forward');
    const before = readFileSync(file, 'utf8');
    for (const value of [1, 0]) {
      await setSysctls({ 'net.ipv4.ip_forward': value }, { netns });
      expect(inNamespace(netns, () => readFileSync(file, 'utf8'))).toBe(`${value}\n`);
    }
    expect(readFileSync(file, 'utf8')).toBe(before);
    await expect(setSysctls({ 'net.ipv4.no_such': 1 }, { netns })).rejects.toThrow(
      /`net.ipv4.no_such` cannot be set to 1/,
    );
  });
});

test.each([
  ['net.ipv4.ip_forward', '/proc/sys/net/ipv4/ip_forward'],
  ['net.ipv4.conf.eth0/1.forwarding', '/proc/sys/net/ipv4/conf/eth0.1/forwarding'],
])('the file of the setting %s', (name, path) => {
  expect(sysctlPath(name)).toBe(path);
});
