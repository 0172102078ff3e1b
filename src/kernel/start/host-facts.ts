import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { inNamespace } from '../host/inside-namespace.ts';
import { hasNative } from '../host/native.ts';
import { findProgram } from '../host/program-path.ts';
import { runProgram } from '../host/program.ts';
import { hasLibnftables } from '../nft/libnftables.ts';

/** What {@link judgeHost} looks at. Anything that cannot be found out is undefined. */
export interface HostFacts {
  /** Whether this process has CAP_NET_ADMIN and CAP_SYS_ADMIN, be it in a user namespace of its own. */
  readonly privileged: boolean;
  /** The setting that refuses user namespaces to ordinary users (`user.max_user_namespaces=0`). */
  readonly userNamespacesRefusedBy: string | undefined;
  /** `6.1.0-18-amd64`. */
  readonly kernel: string;
  /** `1.0.6`; undefined when there is no nft program. */
  readonly nft: string | undefined;
  readonly ip: boolean;
  readonly koffi: boolean;
  readonly libnftables: boolean;
  /** What nft answered when asked to check every construct we use; undefined when it was content. */
  readonly refused: string | undefined;
  /** Linux bridges with a pod's link (or any veth) on them. */
  readonly bridges: readonly string[];
  /** `net.bridge.bridge-nf-call-iptables` and `-ip6tables`; undefined where there is no such setting. */
  readonly bridgeCalls: readonly [four: string | undefined, six: string | undefined];
}

export interface PreflightOptions {
  /** The network namespace to enforce in (a path). */
  readonly netns?: string | undefined;
  /** How the names of the host-side links of pods begin. */
  readonly podLinks?: string | undefined;
}

/** Every construct of our ruleset in small; only checked, never loaded. */
const CONSTRUCTS = `
add table inet sluice-check
add map inet sluice-check blocks { type ipv4_addr . inet_proto : classid; flags interval; }
add set inet sluice-check ports { type classid . inet_proto . inet_service; flags interval; }
add set inet sluice-check drops { type ipv4_addr; size 16; flags dynamic; counter; }
add chain inet sluice-check step
add chain inet sluice-check base { type filter hook postrouting priority 95; policy accept; }
add rule inet sluice-check base fib saddr type local accept
add rule inet sluice-check base meta priority set ct original ip saddr . meta l4proto map @blocks goto step
add rule inet sluice-check step meta l4proto { tcp, udp, sctp } meta priority . meta l4proto . ct reply proto-src @ports return
add rule inet sluice-check step ct mark set ct mark and 0xffff0000 or 0x1
add rule inet sluice-check step update @drops { ct reply ip saddr }
add rule inet sluice-check step limit rate 10/second burst 20 packets log prefix "sluice" group 5150 snaplen 96
`;

/** Finds out what this host can do; changes nothing. */
export async function gatherFacts(options: PreflightOptions = {}): Promise<HostFacts> {
  const nft = await nftVersion();
  const ip = findProgram('ip') !== undefined;
  const privileged = isPrivileged();
  const reachable = options.netns === undefined || hasNative();
  const inside = <T>(f: () => T): T | undefined => {
    if (options.netns === undefined) return f();
    return reachable && privileged ? inNamespace(options.netns, f) : undefined;
  };
  return {
    privileged,
    userNamespacesRefusedBy: userNamespacesRefusedBy(),
    kernel: release(),
    nft,
    ip,
    koffi: hasNative(),
    libnftables: hasLibnftables(),
    refused: nft !== undefined && privileged ? await refusedBy(options) : undefined,
    bridges: ip && privileged ? await bridgesOf(options) : [],
    bridgeCalls: inside(() => [bridgeCall('iptables'), bridgeCall('ip6tables')] as const) ?? [
      undefined,
      undefined,
    ],
  };
}

async function nftVersion(): Promise<string | undefined> {
  if (findProgram('nft') === undefined) return undefined;
  const { stdout } = await runProgram('nft', ['--version']);
  return /v(\d+(?:\.\d+)*)/.exec(stdout)?.[1];
}

/** CAP_NET_ADMIN is bit 12, CAP_SYS_ADMIN bit 21 (capabilities(7)). */
function isPrivileged(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  const bits = BigInt(`0x${effective ?? '0'}`);
  return [12n, 21n].every((bit) => (bits >> bit) % 2n === 1n);
}

/** The settings known to refuse user namespaces, and the value with which they do. */
const USER_NAMESPACE_SETTINGS = [
  ['user.max_user_namespaces', '0'],
  ['kernel.unprivileged_userns_clone', '0'],
  ['kernel.apparmor_restrict_unprivileged_userns', '1'],
] as const;

function userNamespacesRefusedBy(): string | undefined {
  const found = USER_NAMESPACE_SETTINGS.find(([name, value]) => readSysctl(name) === value);
  return found?.join('=');
}

function bridgeCall(program: string): string | undefined {
  return readSysctl(`net.bridge.bridge-nf-call-${program}`);
}

function readSysctl(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

async function refusedBy({ netns }: PreflightOptions): Promise<string | undefined> {
  const { status, stderr } = await runProgram('nft', ['-c', '-f', '-'], {
    netns,
    input: CONSTRUCTS,
  });
  return status === 0 ? undefined : (stderr.trim().split('\n')[0] ?? 'no reason given');
}

interface IpLink {
  readonly ifname: string;
  readonly master?: string;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_slave_kind?: string };
}

async function bridgesOf({ netns, podLinks }: PreflightOptions): Promise<string[]> {
  const { status, stdout } = await runProgram('ip', ['-j', '-d', 'link', 'show'], { netns });
  if (status !== 0) return [];
  const links = JSON.parse(stdout || '[]') as IpLink[];
  const onBridge = links.filter(
    ({ ifname, linkinfo }) =>
      linkinfo?.info_slave_kind === 'bridge' &&
      (podLinks === undefined ? linkinfo.info_kind === 'veth' : ifname.startsWith(podLinks)),
  );
  return [...new Set(onBridge.flatMap(({ master }) => master ?? []))].sort();
}
