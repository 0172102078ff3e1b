import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { inFolder, reading, withPath } from './loading.ts';
import { HOME, pod, useEmptyFolder, write } from './place.ts';
import { reachOf } from './reach-answer.ts';
import { commit, git } from './repository.ts';
import { findKustomize, isInstalled, reasonToSkip, usePath } from './tools.ts';

const KUSTOMIZE = await findKustomize();
const SAMPLE = path.join(HOME, 'test/load/kustomize');
const OBJECTS = ['Deployment/client', 'Deployment/web', 'NetworkPolicy/web'];
const DEV = OBJECTS.map((object) => `dev/${object}`);

useEmptyFolder();

beforeEach(() => {
  cpSync(SAMPLE, 'k8s', { recursive: true });
});

function build(folder: string): string {
  return execFileSync('kustomize', ['build', folder], { encoding: 'utf8' });
}

describe.skipIf('absent' in KUSTOMIZE)(`a kustomization${reasonToSkip(KUSTOMIZE)}`, () => {
  usePath(KUSTOMIZE);

  test.each(['base', 'overlays/dev', 'overlays/prod'])(
    '%s is what `kustomize build` prints of it',
    async (folder) => {
      const answer = await reachOf([`k8s/${folder}`]);
      expect(answer).toEqual(await reachOf(['-'], {}, build(`k8s/${folder}`)));
      expect(answer.code).toBe(0);
      expect(answer.connections.length).toBeGreaterThan(1);
    },
  );

  test('has its bases, patches, components and prefix in it', async () => {
    const { objects, cluster } = await reading(['k8s/overlays/prod']);
    expect(objects).toEqual([
      'prod/Deployment/shop-client',
      'prod/Deployment/shop-web',
      'prod/NetworkPolicy/shop-deny-egress',
      'prod/NetworkPolicy/shop-web',
    ]);
    const [rule] = cluster.policies.find(({ name }) => name === 'shop-web')!.ingress;
    expect(rule!.peers).toHaveLength(2);
  });

  test('a place is a line of the text that is built', async () => {
    const { texts, cluster } = await reading(['k8s/overlays/prod']);
    const text = build('k8s/overlays/prod');
    expect([...texts]).toEqual([['k8s/overlays/prod (rendered)', text]]);
    const { place } = cluster.policies.find(({ name }) => name === 'shop-deny-egress')!;
    const line = text.split('\n').findIndex((one) => one.includes('shop-deny-egress')) + 1;
    expect(place.toString()).toBe(`k8s/overlays/prod (rendered):${line - 3}:1`);
  });

  test.each(['kustomization.yml', 'Kustomization'])('its file may be called %s', async (name) => {
    renameSync('k8s/overlays/dev/kustomization.yaml', `k8s/overlays/dev/${name}`);
    expect((await reading(['k8s/overlays/dev'])).objects).toEqual(DEV);
    expect((await reading([`k8s/overlays/dev/${name}`])).objects).toEqual(DEV);
  });

  test('may be the working directory, and have any name', async () => {
    await inFolder('k8s/overlays/dev', async () => {
      expect([...(await reading(['.'])).texts.keys()]).toEqual(['. (rendered)']);
    });
    mkdirSync('github.com');
    renameSync('k8s', 'github.com/-k s');
    expect((await reading(['github.com/-k s/overlays/dev'])).objects).toEqual(DEV);
  });

  test('at a revision is built as it was, with the bases outside of its folder', async () => {
    git('init', '--quiet', '--initial-branch=main');
    commit('one');
    write({ 'k8s/base/kustomization.yaml': 'resources: [nothing.yaml]\n' });
    const { objects, texts } = await reading(['git:main:k8s/overlays/prod']);
    expect([...texts.keys()]).toEqual(['git:main:k8s/overlays/prod (rendered)']);
    expect(objects).toContain('prod/NetworkPolicy/shop-deny-egress');
    await inFolder('k8s/overlays/dev', async () => {
      expect((await reading(['git:main'])).objects).toEqual(DEV);
    });
    git('commit', '--quiet', '-am', 'two');
    const { problems, messages } = await reading(['git:main:k8s/overlays/prod']);
    expect(problems).toEqual(['render-failed git:main:k8s/overlays/prod:1']);
    expect(messages).toEqual([
      '`kustomize build` cannot render this: `k8s/base/nothing.yaml` does not exist',
    ]);
  });

  test('links of a revision never lead a program out of it', async () => {
    write({ 'secret.yaml': pod('secret') });
    git('init', '--quiet', '--initial-branch=main', 'repository');
    await inFolder('repository', async () => {
      write({ 'a/kustomization.yaml': 'resources: [b.yaml]\n', 'c.yaml': pod('c') });
      symlinkSync(path.resolve('../secret.yaml'), 'a/b.yaml');
      symlinkSync('.', 'here');
      commit('one');
      const { objects, messages } = await reading(['git:main:a']);
      expect(objects).toEqual([]);
      expect(messages[0]).toContain('`a/b.yaml` does not exist');
    });
  });

  describe('that is broken is a problem, and the rest is read', () => {
    test.each([
      ['a file that is missing', 'resources: [nope.yaml]', '`x/nope.yaml` does not exist'],
      ['a folder that is missing', 'resources: [../nope]', '`nope` does not exist'],
      ['no YAML', 'resources: [', 'did not find expected node content'],
      ['an unknown field', 'resourcez: []', 'unknown field "resourcez"'],
      ['nothing in it', '\n', 'kustomization.yaml is empty'],
      [
        'itself as its base',
        'resources: [../x/../x]',
        'it builds upon `x`, which builds upon it again or has it inside',
      ],
      [
        'a chart to take in',
        'helmCharts: [{ name: web, version: 1.0.0 }]',
        'it takes in a Helm chart, which kustomize does only when told; render it and give the result: `kustomize build --enable-helm',
      ],
    ])('%s', async (_, text, words) => {
      write({ 'x/kustomization.yaml': `${text}\n`, 'a.yaml': pod('a') });
      const { objects, problems, messages } = await reading(['x', 'a.yaml']);
      expect(objects).toEqual(['default/Pod/a']);
      expect(problems).toEqual(['render-failed x:1']);
      expect(messages[0]).toContain('`kustomize build` cannot render this: ');
      expect(messages[0]).toContain(words);
      expect(messages[0]).not.toMatch(/\n|Error:/);
      expect((await reachOf(['x', 'a.yaml'])).code).toBe(3);
    });
  });
});

describe.skipIf(!isInstalled('kubectl', 'version'))('kubectl kustomize', () => {
  test('does it when there is no kustomize', async () => {
    const only = path.resolve('bin');
    mkdirSync(only);
    const kubectl = execFileSync('sh', ['-c', 'command -v kubectl'], { encoding: 'utf8' }).trim();
    // by its own path, for some look at the name they are called by
    writeFileSync(path.join(only, 'kubectl'), `#!/bin/sh\nexec '${kubectl}' "$@"\n`);
    chmodSync(path.join(only, 'kubectl'), 0o755);
    await withPath(
      [only, '/bin', '/usr/bin'].filter((one) => !isKustomizeIn(one)),
      async () => {
        expect((await reading(['k8s/overlays/dev'])).objects).toEqual(DEV);
        write({ 'k8s/base/kustomization.yaml': 'resources: [nope.yaml]\n' });
        expect((await reading(['k8s/overlays/dev'])).messages).toEqual([
          '`kubectl kustomize` cannot render this: `k8s/base/nope.yaml` does not exist',
        ]);
        write({ 'k8s/base/kustomization.yaml': 'resourcez: []\n' });
        expect((await reading(['k8s/overlays/dev'])).messages[0]).toContain(
          'unknown field "resourcez"',
        );
      },
    );
  });
});

describe('without kustomize and kubectl', () => {
  test('one that was named cannot be answered about: exit 4', async () => {
    await withPath(['/nonexistent'], async () => {
      await expect(reachOf(['k8s/base'])).rejects.toMatchObject({
        code: 4,
        message:
          '`k8s/base` is a kustomization, and neither `kustomize` nor `kubectl` is installed; install one, or render it elsewhere: `kubectl kustomize k8s/base | sluice … -f -`',
      });
    });
  });

  test('one below a folder is a problem, and the rest is read', async () => {
    write({ 'all/a.yaml': pod('a'), 'all/one/kustomization.yaml': 'resources: []\n' });
    await withPath(['/nonexistent'], async () => {
      const { objects, problems } = await reading(['all']);
      expect(objects).toEqual(['default/Pod/a']);
      expect(problems).toEqual(['not-rendered all/one:1']);
    });
  });
});

function isKustomizeIn(folder: string): boolean {
  return isInstalled(path.join(folder, 'kustomize'), 'version');
}
