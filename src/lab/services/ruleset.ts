import { FAMILIES } from '../../model/address.ts';
import type { Cluster } from '../../model/cluster.ts';
import { EMPTY_TABLE, FROM_NODE_PORT, IP, serviceTable } from './table.ts';
import type { ServiceTable } from './table.ts';

/** The table of a node's Services. */
export const SERVICE_TABLE = 'sluice_services';

const TABLE = `inet ${SERVICE_TABLE}`;

/**
 * kube-proxy's role on one node: nft commands, one transaction, that make the table
 * `inet sluice_services` what the cluster says. With `before`, the cluster the table was made from, only
 * what differs is touched, and no packet passes untranslated; empty when nothing differs. Without, the
 * table is made anew, whatever it was.
 *
 * A port of a Service is a chain that rewrites to one of its endpoints at random (no session affinity);
 * connections that are there keep theirs. Node ports lead to every endpoint, or for
 * `externalTrafficPolicy: Local` to those of this node; the client is hidden behind the node only when
 * the answer would not come back this way. Without endpoints, connections are refused.
 * Rules after kube-proxy's nftables mode (KEP-3866).
 */
export function serviceRuleset(cluster: Cluster, node: string, before?: Cluster): string {
  const next = serviceTable(cluster, node);
  const lines =
    before === undefined
      ? [...newTable(), ...changeLines(EMPTY_TABLE, next)]
      : changeLines(serviceTable(before, node), next);
  return lines.map((line) => `${line}\n`).join('');
}

function newTable(): string[] {
  return [
    `add table ${TABLE}`,
    `delete table ${TABLE}`,
    `add table ${TABLE}`,
    ...COLLECTIONS.map(([kind, name, type]) => `add ${kind} ${TABLE} ${name} { ${type} ; }`),
    ...BASE_CHAINS,
  ];
}

/**
 * From one table to the next. What stays is not written again. The rules of a chain are exchanged as a whole
 * and hold no sets of their own, so a packet meets the old endpoints or the new ones.
 */
function changeLines(old: ServiceTable, next: ServiceTable): string[] {
  const lines: string[] = [];
  for (const [name, rules] of next.chains) {
    const before = old.chains.get(name);
    if (before?.join('\n') === rules.join('\n')) continue;
    lines.push(`${before === undefined ? 'add' : 'flush'} chain ${TABLE} ${name}`);
    for (const rule of rules) lines.push(`add rule ${TABLE} ${name} ${rule}`);
  }
  // a rule may lead to a chain that comes later
  lines.sort((a, b) => Number(b.startsWith('add chain')) - Number(a.startsWith('add chain')));
  for (const [, name] of COLLECTIONS) {
    const [had, has] = [old.elements.get(name), next.elements.get(name)];
    const gone = [...(had ?? [])].filter(([key, text]) => has?.get(key) !== text);
    const added = [...(has ?? [])].filter(([key, text]) => had?.get(key) !== text);
    for (const [word, elements] of [
      ['delete', gone],
      ['add', added],
    ] as const) {
      if (elements.length === 0) continue;
      const texts = elements.map(([, text]) => text).join(', ');
      lines.push(`${word} element ${TABLE} ${name} { ${texts} }`);
    }
  }
  const unused = [...old.chains.keys()].filter((name) => !next.chains.has(name));
  // one may lead to another
  for (const name of unused) lines.push(`flush chain ${TABLE} ${name}`);
  for (const name of unused) lines.push(`delete chain ${TABLE} ${name}`);
  return lines;
}

/** The sets and maps: kind, name, and what they hold. */
const COLLECTIONS: readonly (readonly [kind: 'set' | 'map', name: string, type: string])[] = [
  ...FAMILIES.flatMap(
    (family) =>
      [
        [
          'map',
          `services${family}`,
          `type ipv${family}_addr . inet_proto . inet_service : verdict`,
        ],
        ['set', `cluster_ips${family}`, `type ipv${family}_addr`],
        ['set', `pods${family}`, `type ipv${family}_addr`],
        ['set', `local_pods${family}`, `type ipv${family}_addr`],
        ['set', `hairpin${family}`, `type ipv${family}_addr . ipv${family}_addr`],
      ] as const,
  ),
  ['map', 'node_ports', 'type inet_proto . inet_service : verdict'],
  ['set', 'dead_node_ports', 'type inet_proto . inet_service'],
];

const PORT = 'meta l4proto . th dport';

/** Made once: traffic never sees the table without them. */
const BASE_CHAINS: readonly string[] = [
  `add chain ${TABLE} translate`,
  ...FAMILIES.map(
    (family) => `add rule ${TABLE} translate ${IP[family]} daddr . ${PORT} vmap @services${family}`,
  ),
  `add rule ${TABLE} translate fib daddr type local ${PORT} vmap @node_ports`,
  // numbers, for nft 1.0.6 knows the names of priorities on some hooks only
  ...[
    ['prerouting', 'nat', -100],
    ['output', 'nat', -100],
  ].flatMap(([hook, type, priority]) => [
    `add chain ${TABLE} ${hook} { type ${type} hook ${hook} priority ${priority} ; policy accept ; }`,
    `add rule ${TABLE} ${hook} jump translate`,
  ]),
  `add chain ${TABLE} postrouting { type nat hook postrouting priority 100 ; policy accept ; }`,
  ...FAMILIES.flatMap((family) => [
    // a pod that reached itself must not answer itself directly
    `add rule ${TABLE} postrouting ${IP[family]} saddr . ${IP[family]} daddr @hairpin${family} masquerade`,
    // the answer comes back here by itself when either end is a pod of this node
    `add rule ${TABLE} postrouting meta mark and ${FROM_NODE_PORT} == ${FROM_NODE_PORT} ${IP[family]} saddr != @local_pods${family} ${IP[family]} daddr != @local_pods${family} masquerade`,
  ]),
  // what is still for a ClusterIP after translation has no endpoint, or no such port
  ...[
    ['forward', -90],
    ['output', -90],
  ].flatMap(([hook, priority]) => [
    `add chain ${TABLE} refuse_${hook} { type filter hook ${hook} priority ${priority} ; policy accept ; }`,
    ...FAMILIES.map(
      (family) =>
        `add rule ${TABLE} refuse_${hook} ct state new ${IP[family]} daddr @cluster_ips${family} reject`,
    ),
  ]),
  `add chain ${TABLE} refuse_input { type filter hook input priority -90 ; policy accept ; }`,
  `add rule ${TABLE} refuse_input ct state new fib daddr type local ${PORT} @dead_node_ports reject`,
];
