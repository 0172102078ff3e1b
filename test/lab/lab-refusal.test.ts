import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LAB_PREFIX, LabHome, USERS } from './lab-user.ts';

const SHOP = path.resolve('examples/three-tier');
const user = USERS.find(({ leftOut }) => leftOut === undefined);
const home = user && new LabHome(user);

afterAll(() => home?.close());

describe.skipIf(home === undefined)('sluice lab', () => {
  test.each([
    ['up without a source', ['up'], 'no source given'],
    ['up with a bad name', ['up', '-f', SHOP, '--name', 'A_b'], '`A_b` is no name for a lab'],
    ['up with no node', ['up', '-f', SHOP, '--nodes', '0'], '`0` is not a number from 1 to 100'],
    ['up with a bad pod network', ['up', '-f', SHOP, '--pod-cidr', 'x'], '`x` is not a CIDR'],
    ['up both ways', ['up', '-f', SHOP, '--root', '--user-namespace'], 'cannot be used with'],
    ['status of no lab', ['status'], 'there is no lab; `sluice lab up -f SOURCE` starts one'],
    ['exec in no lab', ['exec', 'a/b', '--', 'true'], 'there is no lab'],
    ['probe of another lab', ['probe', '--name', 'x'], 'there is no lab `x`'],
    ['down of another lab', ['down', '--name', `${LAB_PREFIX}-x`], 'there is no lab'],
  ])('%s: exit 2, and nothing is left', async (_, words, message) => {
    const { code, stderr } = await home!.run(...words);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
    expect(home!.leftovers()).toEqual([]);
  });

  test('list and down --all of nothing are no failure', async () => {
    expect(await home!.run('list')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe.skipIf(USERS[1]!.leftOut !== undefined)('a setting that closes user namespaces', () => {
  // Set in a user namespace of its own, for the one below it (user_namespaces(7)).
  test.each(['max_net_namespaces', 'max_user_namespaces', 'max_mnt_namespaces'])(
    'user.%s = 0 is named, with the remedy: exit 4',
    (setting) => {
      const up = `"${process.execPath}" "${home!.program}" lab up -f "${SHOP}" --user-namespace`;
      const { status, stderr } = spawnSync(
        'unshare',
        [
          '--user',
          '--map-root-user',
          '--net',
          '--mount',
          'sh',
          '-c',
          `echo 0 > /proc/sys/user/${setting}; ${up}`,
        ],
        { encoding: 'utf8', env: { ...process.env, XDG_RUNTIME_DIR: home!.folder } },
      );
      expect(stderr).toContain(`the setting user.${setting} is 0; \`sudo sysctl user.${setting}=`);
      expect(status).toBe(4);
    },
  );
});
