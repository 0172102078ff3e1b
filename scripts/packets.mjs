// What packets need of the machine: nft, ip and conntrack. Installs them on Debian as root; else says what is missing.
import { spawnSync } from 'node:child_process';

const NEEDED = { nft: 'nftables', ip: 'iproute2', conntrack: 'conntrack' };

function isThere(program) {
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  return (
    spawnSync('sh', ['-c', `command -v ${program}`], { env: { ...process.env, PATH: path } })
      .status === 0
  );
}

/** Returns the programs that are still missing, after trying to install them. */
export function prepareForPackets() {
  const missing = () => Object.keys(NEEDED).filter((program) => !isThere(program));
  const wanted = missing();
  if (wanted.length === 0) return [];
  if (process.platform !== 'linux' || process.getuid() !== 0 || !isThere('apt-get')) return wanted;
  const packages = wanted.map((program) => NEEDED[program]);
  process.stdout.write(`installing ${packages.join(', ')} for real packets …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = () =>
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
      env,
      encoding: 'utf8',
    });
  if (install().status !== 0) {
    spawnSync('apt-get', ['update'], { env });
    const { status, stderr } = install();
    if (status !== 0) process.stderr.write(`${stderr.trim().split('\n').at(-1)}\n`);
  }
  return missing();
}
