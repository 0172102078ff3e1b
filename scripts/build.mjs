// Builds dist/: the command line as a few bundled files, so that it starts fast and needs nothing installed.
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { rolldown } from 'rolldown';

const root = new URL('..', import.meta.url);
const { version } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
const dist = new URL('dist/', root);
await rm(dist, { recursive: true, force: true });
const bundle = await rolldown({
  input: { sluice: new URL('src/cli/bin.ts', root).pathname },
  platform: 'node',
  // native code cannot be bundled; without it the parts that need it say so
  external: ['koffi'],
  cwd: root.pathname,
  plugins: [
    {
      name: 'version',
      transform(code, id) {
        return id.endsWith('src/cli/version.ts')
          ? code.replace("'0.0.0'", JSON.stringify(version))
          : undefined;
      },
    },
  ],
});
await bundle.write({
  dir: dist.pathname,
  format: 'esm',
  chunkFileNames: '[name]-[hash].js',
  minify: false,
});
await bundle.close();
const bin = new URL('sluice.js', dist);
const text = await readFile(bin, 'utf8');
if (!text.startsWith('#!')) await writeFile(bin, `#!/usr/bin/env node\n${text}`);
await chmod(bin, 0o755);
