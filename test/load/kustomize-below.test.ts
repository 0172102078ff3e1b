import { cpSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { reading } from './loading.ts';
import { HOME, pod, useEmptyFolder, write } from './place.ts';
import { findKustomize, reasonToSkip, usePath } from './tools.ts';

const KUSTOMIZE = await findKustomize();
const DEV = ['dev/Deployment/client', 'dev/Deployment/web', 'dev/NetworkPolicy/web'];

useEmptyFolder();

beforeEach(() => {
  cpSync(path.join(HOME, 'test/load/kustomize'), 'k8s', { recursive: true });
});

describe.skipIf('absent' in KUSTOMIZE)(
  `a kustomization below a plain folder${reasonToSkip(KUSTOMIZE)}`,
  () => {
    usePath(KUSTOMIZE);

    test('is built, and that is said', async () => {
      write({ 'all/a.yaml': pod('a'), 'all/one/kustomization.yaml': 'resources: [b.yaml]\n' });
      write({ 'all/one/b.yaml': pod('b'), 'all/one/not-a-resource.yaml': pod('c') });
      const { objects, problems } = await reading(['all']);
      expect(objects).toEqual(['default/Pod/a', 'default/Pod/b']);
      expect(problems).toEqual(['was-rendered all/one:1']);
    });

    test('the one overlay of a base stands for both', async () => {
      write({ 'k8s/overlays/prod/kustomization.yaml': 'kind: Component\n' });
      const { objects, problems } = await reading(['k8s']);
      expect(objects).toEqual(DEV);
      expect(problems).toEqual(['was-rendered k8s/overlays/dev:1']);
    });

    test('of several overlays of one base the user must choose', async () => {
      write({ 'k8s/a.yaml': pod('a') });
      const { objects, problems, messages } = await reading(['k8s']);
      expect(objects).toEqual(['default/Pod/a']);
      expect(problems).toEqual(['several-overlays k8s/overlays/dev:1']);
      expect(messages).toEqual([
        '`k8s/overlays/dev`, `k8s/overlays/prod` build upon the same base, so only one of them is meant, and none is read; name it: `-f k8s/overlays/dev`',
      ]);
      expect((await reading(['k8s/overlays'])).problems).toEqual(problems);
    });

    test('those that share no more than a component are all built', async () => {
      for (const name of ['one', 'two']) {
        write({
          [`all/${name}/kustomization.yaml`]: `namespace: ${name}\nresources: [b.yaml]\ncomponents: [../../k8s/components/locked]\n`,
          [`all/${name}/b.yaml`]: pod('b'),
        });
      }
      expect((await reading(['all'])).objects).toEqual([
        'one/NetworkPolicy/deny-egress',
        'one/Pod/b',
        'two/NetworkPolicy/deny-egress',
        'two/Pod/b',
      ]);
    });

    test('overlays of overlays of one base are alternatives too', async () => {
      write({
        'all/x/kustomization.yaml': 'resources: [../../k8s/overlays/dev]\n',
        'all/y/kustomization.yaml': 'resources: [../../k8s/base]\n',
      });
      expect((await reading(['all'])).problems).toEqual(['several-overlays all/x:1']);
    });

    test('a base with overlays below it is no manifest twice', async () => {
      write({
        'app/kustomization.yaml': 'resources: [b.yaml]\n',
        'app/b.yaml': pod('b'),
        'app/prod/kustomization.yaml': 'namePrefix: prod-\nresources: [..]\n',
      });
      expect((await reading(['app'])).objects).toEqual(['default/Pod/b']);
      mkdirSync('all');
      renameSync('app', 'all/app');
      // kustomize itself refuses a base around its overlay
      const { objects, messages } = await reading(['all']);
      expect([objects, messages]).toEqual([
        [],
        [
          expect.any(String),
          expect.stringContaining('which builds upon it again or has it inside'),
        ],
      ]);
    });

    test('one of Flux is a manifest', async () => {
      write({
        'flux/kustomization.yaml':
          'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: { name: apps }\nspec: {}\n',
        'flux/a.yaml': pod('a'),
      });
      expect((await reading(['flux'])).objects).toEqual(['default/Pod/a']);
    });
  },
);
