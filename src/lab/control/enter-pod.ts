import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { namespacePath } from '../../kernel/host/namespace.ts';
import { programPath } from '../../kernel/host/program-path.ts';
import { formatAddress } from '../../model/address.ts';
import type { LabFolder, LabState } from '../process/folder.ts';
import { insideWords } from '../process/user-namespace.ts';
import { OUTSIDE, dnsServerFor, dnsServersOf, nodeStand, searchOf } from '../questions/stands.ts';
import type { LabCluster } from '../state/cluster.ts';
import { namespaceName } from '../state/names.ts';
import type { LabPod } from '../state/pods.ts';

/** Somewhere in a lab where programs can run. */
export interface Room {
  /** `namespace/pod`, `node/NAME` or `outside`. */
  readonly id: string;
  /** The name of the network namespace. */
  readonly namespace: string;
  readonly hostname: string;
  /** What /etc/resolv.conf says there; undefined: as on this machine. */
  readonly resolver: string | undefined;
}

/** The pods a word may mean: `ns/pod`, a pod's name alone, or a workload as `ns/name` or by its name. */
export function podsNamed({ pods }: LabCluster, word: string): LabPod[] {
  const exact = pods.filter(({ key, pod }) => key === word || pod.name === word);
  if (exact.length > 0) return exact;
  return pods.filter(
    ({ workload: { namespace, name } }) => `${namespace}/${name}` === word || name === word,
  );
}

/** The room of a pod; a hostNetwork pod is in its node's. */
export function podRoom(lab: string, { cluster }: LabCluster, one: LabPod): Room {
  const { key, link, pod, workload } = one;
  const server = dnsServerFor(pod.addresses, dnsServersOf(cluster));
  const lines = [
    ...(server === undefined ? [] : [`nameserver ${formatAddress(server)}`]),
    `search ${searchOf(workload.namespace).join(' ')}`,
    // As the kubelet writes it (Kubernetes, "DNS for Services and Pods"), with a shorter patience.
    'options ndots:5 timeout:2 attempts:2',
  ];
  return {
    id: key,
    namespace: link === undefined ? namespaceName.node(lab, pod.node) : namespaceName.pod(lab, key),
    hostname: link === undefined ? pod.node : pod.name,
    resolver: `${lines.join('\n')}\n`,
  };
}

/** The room of `node/NAME` or `outside`; undefined for another word. */
export function otherRoom(lab: string, { nodes }: LabCluster, word: string): Room | undefined {
  if (word === OUTSIDE) {
    const namespace = namespaceName.outside(lab);
    return { id: OUTSIDE, namespace, hostname: OUTSIDE, resolver: undefined };
  }
  const node = nodes.find((one) => nodeStand(one.node.name) === word);
  if (node === undefined) return undefined;
  const { name } = node.node;
  return {
    id: word,
    namespace: namespaceName.node(lab, name),
    hostname: name,
    resolver: undefined,
  };
}

/** Run inside with the words of a command: what is mounted here is seen by that command alone. */
const SET_UP = `set -e
bind() { if [ -n "$1" ] && [ -e "$2" ]; then mount --bind "$1" "$2"; fi; }
bind "$SLUICE_RESOLVER" /etc/resolv.conf
bind "$SLUICE_SWITCH" /etc/nsswitch.conf
hostname "$SLUICE_HOSTNAME" 2>/dev/null || :
cd "$SLUICE_FOLDER" 2>/dev/null || cd /
unset SLUICE_RESOLVER SLUICE_SWITCH SLUICE_HOSTNAME SLUICE_FOLDER
exec "$@"`;

/** A program and its words and environment, ready to be started. */
export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** How to start a command in a room of a lab, so that it sees the room's network and its names. */
export function enterCommand(
  folder: LabFolder,
  { holder }: LabState,
  room: Room,
  command: readonly string[],
): Command {
  const inNetwork = [programPath('nsenter'), `--net=${namespacePath(room.namespace)}`, '--'];
  const inMounts = [programPath('unshare'), '--mount', '--uts', '--', 'sh', '-c', SET_UP, 'sh'];
  const words = [...(holder ? insideWords(holder) : []), ...inNetwork, ...inMounts, ...command];
  const env = {
    SLUICE_RESOLVER: written(folder, `resolv.conf-${room.namespace}`, room.resolver),
    SLUICE_SWITCH: written(folder, 'nsswitch.conf', room.resolver && switchFile()),
    SLUICE_HOSTNAME: room.hostname,
    SLUICE_FOLDER: process.cwd(),
  };
  return { program: words[0]!, words: words.slice(1), env };
}

function written(folder: LabFolder, name: string, text: string | undefined): string {
  if (text === undefined) return '';
  const file = path.join(folder.path, name);
  writeFileSync(file, text, { mode: 0o644 });
  return file;
}

const SWITCH = '/etc/nsswitch.conf';

/** The machine's own ways to find hosts but files and DNS know nothing of the lab (nsswitch.conf(5)). */
function switchFile(): string | undefined {
  if (!existsSync(SWITCH)) return undefined;
  return readFileSync(SWITCH, 'utf8').replace(/^hosts:.*$/m, 'hosts: files dns');
}
