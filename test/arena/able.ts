import { accessSync, constants, existsSync } from 'node:fs';
import { hasNative } from '../../src/kernel/host/native.ts';
import { findProgram } from '../../src/kernel/host/program-path.ts';

/**
 * Why no packets can be sent between namespaces here; undefined when they can. An ordinary user can, in a user
 * namespace: `unshare -Urnm sh -c 'mount -t tmpfs none /run && npx vitest run test/packets'`.
 */
export function whyNoPackets(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root';
  if (!hasNative()) return 'it needs the package `koffi`';
  for (const program of ['ip', 'nft', 'bridge']) {
    if (findProgram(program) === undefined) return `it needs the program \`${program}\``;
  }
  // where `ip netns` keeps its names, and makes the folder itself when there is none
  const folder = existsSync('/run/netns') ? '/run/netns' : '/run';
  try {
    accessSync(folder, constants.W_OK);
    return undefined;
  } catch {
    return `it needs to write in \`${folder}\``;
  }
}
