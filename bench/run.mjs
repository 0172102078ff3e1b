// `npm run bench [NAME…] [--quick]`: builds, bundles the benchmarks and runs those named (all by default).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { prepareForPackets } from '../scripts/packets.mjs';

const root = new URL('..', import.meta.url).pathname;
process.chdir(root);
if (!existsSync('node_modules/.package-lock.json')) spawnSync('npm', ['ci'], { stdio: 'inherit' });
if (spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' }).status !== 0)
  process.exit(1);
/** Benchmarks of packets are programs of their own: they change network namespaces. */
const PACKETS = {
  datapath: 'bench/datapath/main.ts',
  updates: 'bench/datapath/updates.ts',
  backends: 'bench/nft-backends.ts',
};
/** In a process of its own, with nothing else on the heap. */
const ALONE = { 'all-pairs': 'bench/all-pairs.ts', diff: 'bench/diff.ts' };
const words = process.argv.slice(2);
const named = words.filter((word) => !word.startsWith('-'));
const input = Object.fromEntries(
  Object.entries({ main: 'bench/main.ts', ...ALONE, ...PACKETS }).filter(([name]) =>
    name === 'main'
      ? named.length === 0 || named.some((one) => !(one in PACKETS) && !(one in ALONE))
      : named.length === 0 || named.includes(name),
  ),
);
if (Object.keys(input).some((name) => name in PACKETS)) {
  const missing = prepareForPackets();
  if (missing.length > 0 || process.getuid() !== 0) {
    console.log(
      `left out: ${Object.keys(PACKETS).join(', ')}, which need ${[...missing, 'root'].join(', ')}`,
    );
    for (const name of Object.keys(PACKETS)) delete input[name];
  }
}
const bundle = await rolldown({ input, platform: 'node', cwd: root, external: ['koffi'] });
await bundle.write({ dir: '.tsbuild/bench', format: 'esm', entryFileNames: '[name].mjs' });
await bundle.close();
const options = words.filter((word) => word.startsWith('-'));
const passedOn = words.filter((word) => !(word in PACKETS) && !(word in ALONE));
for (const name of Object.keys(input)) {
  const { status } = spawnSync(
    process.execPath,
    ['--expose-gc', `.tsbuild/bench/${name}.mjs`, ...(name in PACKETS ? options : passedOn)],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
}
