import { expect, test } from 'vitest';
import { diff, from, manifest, pod, policy } from './inputs.ts';

interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
    }[];
  }[];
}

test('each cause is a result for each thing it did, where it stands', async () => {
  const pods = [pod('web'), pod('api'), pod('db')];
  const old = manifest(...pods, policy('db', 'db', `ingress: [${from('api', 3306)}]`));
  const current = manifest(...pods, policy('db', 'db', `ingress: [${from('web', 3306)}]`));
  const log = JSON.parse((await diff(old, current, '-o', 'sarif')).stdout) as Log;
  const [{ results, tool }] = log.runs as [Log['runs'][number]];
  expect(log.version).toBe('2.1.0');
  expect(
    results.map(({ ruleId, level, message, locations }) => {
      const { artifactLocation, region } = locations[0]!.physicalLocation;
      const file = artifactLocation.uri.replace(/^.*\//, '');
      return [ruleId, level, message.text, `${file}:${region.startLine}`];
    }),
  ).toEqual([
    [
      'connections-opened',
      'warning',
      'NetworkPolicy shop/db changed: 1 connection opened\nshop/web → shop/db: TCP 3306',
      'new.yaml:16',
    ],
    [
      'connections-closed',
      'note',
      'NetworkPolicy shop/db changed: 1 connection closed\nshop/api → shop/db: TCP 3306',
      'new.yaml:16',
    ],
  ]);
  for (const { ruleId, ruleIndex } of results)
    expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
});
