import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAB_PREFIX, LabHome, USERS } from './lab-user.ts';

const LAB = `${LAB_PREFIX}-sources`;
const NODE = 'node/n1';

/** More than a node drops meanwhile of what pods say to the link when they start. */
const MANY = 100;

/** Sends many datagrams from one address to another, port 9. */
const SEND = `
const [from, to] = process.argv.slice(-2);
const socket = require('dgram').createSocket('udp4');
let left = ${MANY};
const send = () => (left-- > 0 ? socket.send('x', 9, to, send) : socket.close());
socket.bind(0, from, send);
`;

/** Pods on one node, each with the address given; none is isolated. */
function podsAt(addresses: Readonly<Record<string, string>>): string {
  return Object.entries(addresses)
    .map(
      ([name, podIP]) => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: x }
spec: { nodeName: n1, containers: [{ name: c, ports: [{ containerPort: 80 }] }] }
status: { podIP: ${podIP} }
`,
    )
    .join('---\n');
}

const [A, B, C, MOVED] = ['10.244.0.11', '10.244.0.12', '10.244.0.13', '10.244.0.21'] as const;

describe.each(USERS)('N12 in a lab of $name', (user) => {
  let home: LabHome;
  let file = '';

  const exec = async (who: string, ...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await home.run('exec', who, '--name', LAB, '--', ...words);
    if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`);
    return stdout;
  };

  /** The device groups of the pods' links, by the link. */
  const linkGroups = async (): Promise<Map<string, string>> => {
    const links = await exec(NODE, 'ip', '-o', 'link');
    return new Map(
      [...links.matchAll(/ (slp-\w+)@.* group (\w+) /g)].map(([, link, group]) => [link!, group!]),
    );
  };

  /** The group by which each address may be sent from. */
  const sources = async (): Promise<Map<string, string>> => {
    const set = await exec(NODE, 'nft', 'list set inet sluice sources4');
    return new Map(
      [...set.matchAll(/(\w+) \. ([\d.]+)/g)].map(([, group, address]) => [address!, group!]),
    );
  };

  /** Whether what a pod sends to c from an address is dropped on its node. */
  const isDropped = async (pod: string, from: string): Promise<boolean> => {
    const count = async (): Promise<number> => {
      const chain = await exec(NODE, 'nft', 'list chain inet sluice discard');
      return Number(/packets (\d+)/.exec(chain)![1]);
    };
    const before = await count();
    // not there already: then it stays, as the pod's own
    const script =
      'ip addr add "$1/32" dev lo 2>/dev/null; "$0" -e "$2" "$1" "$3"; ip addr del "$1/32" dev lo 2>/dev/null; true';
    await exec(`x/${pod}`, 'sh', '-c', script, process.execPath, from, SEND, C);
    return (await count()) - before >= MANY;
  };

  beforeAll(async () => {
    if (user.leftOut !== undefined) return;
    home = new LabHome(user);
    file = path.join(home.folder, 'pods.yaml');
    writeFileSync(file, podsAt({ a: A, b: B, c: C }));
    const { stderr } = await home.run('up', '-f', file, '--name', LAB);
    expect(stderr).toBe('');
  });

  afterAll(async () => {
    if (user.leftOut !== undefined) return;
    await home.run('down', '--name', LAB);
    home.close();
  });

  test.skipIf(user.leftOut)(
    'each pod has a link group of its own, which the rules know',
    async () => {
      const groups = [...(await linkGroups()).values()].sort();
      expect(new Set(groups).size).toBe(groups.length);
      expect(groups).not.toContain('default');
      expect([...(await sources()).values()].sort()).toEqual(groups);
    },
  );

  test.skipIf(user.leftOut)('a pod may send from its own address only', async () => {
    expect(await isDropped('a', A)).toBe(false);
    expect(await isDropped('a', B)).toBe(true);
    expect(await isDropped('b', A)).toBe(true);
    expect(await isDropped('b', B)).toBe(false);
  });

  test.skipIf(user.leftOut)('one that is made anew has a link that the rules know', async () => {
    const before = await sources();
    writeFileSync(file, podsAt({ a: MOVED, b: B, c: C, d: A }));
    await home.run('apply', '-f', file, '--name', LAB);
    expect((await sources()).get(MOVED)).toBe(before.get(A));
    expect([...before.values()]).not.toContain((await sources()).get(A));
    expect(await isDropped('a', MOVED)).toBe(false);
    expect(await isDropped('a', A)).toBe(true);
    expect(await isDropped('d', A)).toBe(false);
    expect(await isDropped('d', MOVED)).toBe(true);
  });

  test.skipIf(user.leftOut)('a lab that is taken up puts groups right', async () => {
    process.kill(home.processes(LAB).daemon, 'SIGKILL');
    const groups = await linkGroups();
    const [link] = groups.keys();
    await exec(NODE, 'ip', 'link', 'set', link!, 'group', 'default');
    expect((await linkGroups()).get(link!)).toBe('default');
    expect((await home.run('up', '--name', LAB)).code).toBe(0);
    expect(await linkGroups()).toEqual(groups);
  });
});
