import type { Problem } from '../../model/problem.ts';
import { gatherFacts } from './host-facts.ts';
import type { HostFacts, PreflightOptions } from './host-facts.ts';

/** Something about this host, as data: like a {@link Problem}, but of no file. */
export type HostProblem = Omit<Problem, 'place'>;

/** The oldest nft that takes every construct of our ruleset. */
const OLDEST_NFT = '1.0.6';
/** Sets of concatenated intervals came with Linux 5.6. */
const OLDEST_KERNEL = '5.6';

/** Why this host cannot enforce policies (errors), or not all of it (warnings, infos). Changes nothing. */
export async function preflight(options: PreflightOptions = {}): Promise<HostProblem[]> {
  return judgeHost(await gatherFacts(options));
}

/** {@link preflight}, from what was found out. */
export function judgeHost(facts: HostFacts): HostProblem[] {
  return [
    ...judgeRights(facts),
    ...judgePrograms(facts),
    ...judgeKernel(facts),
    ...judgeBridges(facts),
  ];
}

function judgeRights({ privileged, userNamespacesRefusedBy }: HostFacts): HostProblem[] {
  if (privileged) return [];
  const remedy =
    userNamespacesRefusedBy === undefined
      ? 'run it as root, or in a user namespace of its own (`unshare --user --map-root-user --net --mount`)'
      : `run it as root; a user namespace of its own would do, but the setting \`${userNamespacesRefusedBy}\` refuses them`;
  return [
    error('no-rights', `changing network rules needs CAP_NET_ADMIN and CAP_SYS_ADMIN; ${remedy}`),
  ];
}

function judgePrograms({ nft, ip, koffi, libnftables }: HostFacts): HostProblem[] {
  const problems: HostProblem[] = [];
  const fast = koffi && libnftables;
  if (nft === undefined && !fast) {
    problems.push(error('no-nft', 'there is no nft program; install the package `nftables`'));
  } else if (nft !== undefined && isOlder(nft, OLDEST_NFT)) {
    problems.push(
      error('old-nft', `nft is ${nft}, and ${OLDEST_NFT} is the oldest that will do; update it`),
    );
  }
  if (!ip) {
    problems.push(
      error(
        'no-ip',
        'there is no ip program, so links and namespaces cannot be made; install the package `iproute2`',
      ),
    );
  }
  if (!koffi) {
    problems.push(
      warning(
        'no-koffi',
        'the optional package `koffi` is missing: policies are enforced by the nft program, some 10 ms a change, ' +
          'but there are no deny events, and changes by others are not noticed; run `npm install koffi`',
      ),
    );
  } else if (!libnftables) {
    problems.push(
      info(
        'no-libnftables',
        'the library libnftables is missing, so the nft program is used, some 10 ms a change; install the package `libnftables1`',
      ),
    );
  }
  return problems;
}

function judgeKernel({ kernel, refused }: HostFacts): HostProblem[] {
  if (isOlder(kernel, OLDEST_KERNEL)) {
    return [
      error(
        'old-kernel',
        `the kernel is ${kernel}, and sets of concatenated intervals need ${OLDEST_KERNEL} or later; update it`,
      ),
    ];
  }
  if (refused === undefined) return [];
  return [
    error(
      'kernel-refuses',
      `nft refuses what the ruleset is made of: ${refused}; the kernel needs nf_tables, nf_conntrack and nfnetlink_log`,
    ),
  ];
}

/** Without these calls, packets between pods on one bridge never meet the rules. */
function judgeBridges({ bridges, bridgeCalls }: HostFacts): HostProblem[] {
  if (bridges.length === 0) return [];
  const names = bridges.map((name) => `\`${name}\``).join(', ');
  if (bridgeCalls.every((value) => value === undefined)) {
    return [
      error(
        'bridge-without-netfilter',
        `pods are on the Linux bridge ${names}, and packets between them would pass every policy by: the kernel module br_netfilter is not loaded; run \`modprobe br_netfilter\``,
      ),
    ];
  }
  const settings = ['net.bridge.bridge-nf-call-iptables', 'net.bridge.bridge-nf-call-ip6tables'];
  const wrong = settings.filter((_, i) => bridgeCalls[i] !== '1');
  if (wrong.length === 0) return [];
  const remedy = wrong.map((name) => `\`sysctl -w ${name}=1\``).join(' and ');
  return [
    error(
      'bridge-passes-by',
      `pods are on the Linux bridge ${names}, and packets between them would pass every policy by; run ${remedy}`,
    ),
  ];
}

/** Compares the leading numbers of two versions (`6.1.0-18-amd64`, `1.0.6`). */
function isOlder(version: string, than: string): boolean {
  const numbers = (text: string): number[] =>
    (/^[\d.]+/.exec(text)?.[0] ?? '').split('.').map(Number);
  const [a, b] = [numbers(version), numbers(than)];
  for (const [i, due] of b.entries()) {
    if ((a[i] ?? 0) !== due) return (a[i] ?? 0) < due;
  }
  return false;
}

function error(code: string, message: string): HostProblem {
  return { code, severity: 'error', message };
}

function warning(code: string, message: string): HostProblem {
  return { code, severity: 'warning', message };
}

function info(code: string, message: string): HostProblem {
  return { code, severity: 'info', message };
}
