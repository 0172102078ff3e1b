// `npm test` from a clean clone: installs what is missing, builds, and runs every test.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { prepareForPackets } from './packets.mjs';

process.chdir(new URL('..', import.meta.url).pathname);

/** Runs a command in the open and stops everything when it fails. */
function step(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync('node_modules/.package-lock.json')) step('npm', ['ci']);
const missing = prepareForPackets();
if (missing.length > 0)
  process.stdout.write(
    `left out: tests with real packets, because ${missing.join(' and ')} cannot be had here\n`,
  );
step('npm', ['run', '--silent', 'build']);
step('npx', ['vitest', 'run', ...process.argv.slice(2)]);
