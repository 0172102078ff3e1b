// `npm run bench [NAME…] [--quick]`: builds, bundles the benchmarks and runs those named (all by default).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rolldown } from 'rolldown';

const root = new URL('..', import.meta.url).pathname;
process.chdir(root);
if (!existsSync('node_modules/.package-lock.json')) spawnSync('npm', ['ci'], { stdio: 'inherit' });
if (spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' }).status !== 0)
  process.exit(1);
const bundle = await rolldown({ input: { main: 'bench/main.ts' }, platform: 'node', cwd: root });
await bundle.write({ dir: '.tsbuild/bench', format: 'esm', entryFileNames: '[name].mjs' });
await bundle.close();
const { status } = spawnSync(
  process.execPath,
  ['--expose-gc', '.tsbuild/bench/main.mjs', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
