/** The one seam to nftables of one network namespace: commands in, refusals out. */
export interface Nft {
  /** What stands behind it. */
  readonly backend: NftBackend;
  /** The network namespace it changes (a path); undefined for this process's own. */
  readonly netns: string | undefined;
  /**
   * Runs nft commands as one transaction: all of it holds, or none. Calls are queued, one at a time.
   * Rejects with {@link NftRefusal}.
   */
  run(commands: string): Promise<void>;
  /** The answer to a list command as `nft -j` writes it, parsed. Only for the table that is ours. */
  list(command: string): Promise<unknown>;
  /**
   * Tells the netlink port that this object's changes come from: at once when it is known, and again
   * before a change comes from another one. What {@link watchTable} needs to tell them from others'.
   */
  onPort(listener: (port: number) => void): void;
  /** Waits for nothing: what is queued is refused. The rules stay in force. */
  close(): void;
}

/** `netlink`: what changes all the time is written to the kernel here, the rest by one of the others. */
export type NftBackend = 'netlink' | 'libnftables' | 'nft' | 'memory';

/** nft said no, in its own words (first lines, shortened) and in ours. */
export class NftRefusal extends Error {
  override readonly name = 'NftRefusal';
}

/** How much a refusal may quote: nft echoes the whole offending line, which may hold megabytes. */
const QUOTED = 120;

/** EMSGSIZE, which only a user namespace meets: root on the machine may send more. */
const TOO_LONG =
  'the transaction is larger than this user may send at once, nothing changed; have root raise it: ' +
  '`sysctl -w net.core.wmem_max=67108864`';

/** The refusal that nft's error output tells: its first complaint, what it is about, and how many follow. */
export function refusalOf(errors: string): NftRefusal {
  const lines = errors.split('\n');
  const complaints = [...lines.keys()].filter((i) => /\bError: /.test(lines[i]!));
  const first = complaints[0] ?? lines.findIndex((line) => line.trim() !== '');
  const said = shortened((lines[first] ?? 'no reason given').replace(/^.*?\bError: /, '').trim());
  if (said.includes('Message too long')) return new NftRefusal(TOO_LONG);
  const about = complaints.length === 0 ? undefined : marked(lines[first + 1], lines[first + 2]);
  const where = about === undefined ? '' : ` in \`${about}\``;
  const more = complaints.length > 1 ? ` (and ${complaints.length - 1} more)` : '';
  return new NftRefusal(`nft refused the transaction, nothing changed: ${said}${where}${more}`);
}

/** The part of a line that the carets below it mark, and what is around. */
function marked(line: string | undefined, carets: string | undefined): string | undefined {
  const at = carets?.indexOf('^') ?? -1;
  if (line === undefined || carets === undefined || at === -1) return undefined;
  const begin = Math.max(0, at - QUOTED / 2);
  const piece = line.slice(begin, Math.max(carets.length, begin + QUOTED));
  return `${begin > 0 ? '…' : ''}${shortened(piece.trim())}`;
}

function shortened(text: string): string {
  return text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text;
}
