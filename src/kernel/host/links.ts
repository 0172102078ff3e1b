import { writeFileSync } from 'node:fs';
import { HostError } from './host-error.ts';
import { inNamespace } from './inside-namespace.ts';
import { hasNative } from './native.ts';
import { runProgram } from './program.ts';

/** `ip` refused one command of a batch; the commands before it stay done. */
export class LinkRefusal extends Error {
  override readonly name = 'LinkRefusal';
  /** The index of the command in the batch. */
  readonly index: number;
  readonly command: string;

  constructor(index: number, command: string, reason: string) {
    super(`ip refused \`${command}\`: ${reason}`);
    this.index = index;
    this.command = command;
  }
}

/**
 * Runs commands of ip(8), each without the word `ip` (`link add …`, `addr add …`, `netns add …`), by one
 * `ip -batch -` in the network namespace given. Stops at the first that fails with {@link LinkRefusal}.
 */
export async function runLinkBatch(
  commands: readonly string[],
  options: { readonly netns?: string | undefined } = {},
): Promise<void> {
  if (commands.length === 0) return;
  const input = `${commands.join('\n')}\n`;
  const { status, stderr } = await runProgram('ip', ['-batch', '-'], { ...options, input });
  if (status === 0) return;
  const lines = stderr.split('\n').filter((line) => line !== '');
  // ip-batch names the line, counted from 1: `Command failed -:3`.
  const at = lines.findIndex((line) => /^Command failed .*:\d+$/.test(line));
  if (at === -1) throw new HostError(`ip failed: ${lines.join('; ') || `status ${status}`}`);
  const index = Number(/\d+$/.exec(lines[at]!)![0]) - 1;
  const said = lines.slice(0, at).filter((line) => !line.startsWith('Usage'));
  const reason = (said.at(-1) ?? 'no reason given').replace(/^(RTNETLINK answers|Error): /, '');
  throw new LinkRefusal(index, commands[index] ?? '', reason);
}

/** Writes settings of the kernel (`net.ipv4.ip_forward` → `1`) in the network namespace given. */
export async function setSysctls(
  settings: Readonly<Record<string, string | number>>,
  options: { readonly netns?: string | undefined } = {},
): Promise<void> {
  const { netns } = options;
  if (netns === undefined) return writeAll(settings);
  if (hasNative()) return inNamespace(netns, () => writeAll(settings));
  const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const { status, stderr } = await runProgram('sysctl', ['-qw', ...words], { netns });
  if (status !== 0) throw new HostError(`sysctl failed: ${stderr.trim().split('\n')[0]}`);
}

function writeAll(settings: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(settings)) {
    try {
      writeFileSync(sysctlPath(name), String(value));
    } catch (error) {
      throw new HostError(
        `the setting \`${name}\` cannot be set to ${value}: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }
}

/** `net.ipv4.conf.eth0/1.forwarding` → its file below /proc/sys: `/` stands for a dot of a name, as in sysctl(8). */
export function sysctlPath(name: string): string {
  const swapped = name.replace(/[./]/g, (mark) => (mark === '.' ? '/' : '.'));
  return `/proc/sys/${swapped}`;
}
