import { OPEN_PORT, podAddress } from './node-cluster.ts';

/** The ruleset that only follows connections: what every stateful policy pays at least. */
export const CONNTRACK_ALONE = `
add table inet alone
add chain inet alone forward { type filter hook forward priority 0; policy accept; }
add rule inet alone forward ct state invalid drop
`;

/**
 * One rule after another, as plugins built on plain chains have it: replies and established packets are
 * accepted first, then each policy's rule is tried in turn; the one that allows the measured traffic is last.
 */
export function linearRuleset(policies: number): string {
  const rules = Array.from({ length: policies }, (_, i) => {
    const [from, to] = i === policies - 1 ? [0, 1] : [2 * i + 2, 2 * i + 3];
    return `ip saddr ${podAddress(from)} ip daddr ${podAddress(to)} th dport ${OPEN_PORT} accept`;
  });
  return `
add table inet linear
add chain inet linear forward { type filter hook forward priority 0; policy accept; }
add rule inet linear forward ct state established,related accept
add rule inet linear forward ct state invalid drop
${rules.map((rule) => `add rule inet linear forward meta l4proto { tcp, udp } ${rule}`).join('\n')}
add rule inet linear forward drop
`;
}
