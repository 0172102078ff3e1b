import { execFileSync } from 'node:child_process';
import { inNamespace } from '../../src/kernel/host/namespace.ts';
import { OPEN_PORT, podAddress } from './node-cluster.ts';
import { linkGroup } from './node-options.ts';
import { aim, closeSocket, drain, openDatagram, openListener, sendOne } from './sockets.ts';

/** A client, a router and a server as network namespaces, with their sockets: one path of its own. */
export interface Triple {
  readonly name: string;
  readonly router: string;
  /** Client sockets: one that gets answers, one that never does. */
  readonly talking: number;
  readonly oneWay: number;
  readonly server: number;
  readonly listener: number;
  readonly client: string;
}

const CLIENT = podAddress(0);
export const SERVER = podAddress(1);
/** A port nobody answers on; policies open it too, so that one-way datagrams are allowed. */
const TALKING_PORT = 20_000;

/** The names of a path's namespaces: the process number in them tells leftovers of dead runs. */
function namesOf(label: string): { client: string; router: string; server: string } {
  const stem = `sluice-bench-${process.pid}-${label}`;
  return { client: `${stem}-c`, router: `${stem}-r`, server: `${stem}-s` };
}

function run(command: string, ...words: string[]): void {
  execFileSync(command, words, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Builds the path: routed links, the router answering for 169.254.1.1 as nodes do for pods. */
export function openTriple(label: string): Triple {
  const { client, router, server } = namesOf(label);
  for (const name of [client, router, server]) run('ip', 'netns', 'add', name);
  run('ip', 'netns', 'exec', router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  for (const [end, pod, address] of [
    [client, 0, CLIENT],
    [server, 1, SERVER],
  ] as const) {
    const link = `slp-${pod}`;
    run(
      'ip',
      '-n',
      router,
      'link',
      'add',
      link,
      'group',
      String(linkGroup(pod)),
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      end,
    );
    run('ip', '-n', router, 'addr', 'add', '169.254.1.1/32', 'dev', link);
    run('ip', '-n', router, 'link', 'set', link, 'up');
    run('ip', '-n', router, 'route', 'add', `${address}/32`, 'dev', link);
    run('ip', '-n', end, 'link', 'set', 'lo', 'up');
    run('ip', '-n', end, 'addr', 'add', `${address}/32`, 'dev', 'eth0');
    run('ip', '-n', end, 'link', 'set', 'eth0', 'up');
    run('ip', '-n', end, 'route', 'add', '169.254.1.1/32', 'dev', 'eth0');
    run('ip', '-n', end, 'route', 'add', 'default', 'via', '169.254.1.1');
  }
  const at = (name: string): string => `/run/netns/${name}`;
  const [talking, oneWay] = inNamespace(at(client), () => [
    openDatagram(TALKING_PORT),
    openDatagram(TALKING_PORT + 1),
  ]);
  const [datagrams, listener] = inNamespace(at(server), () => [
    openDatagram(OPEN_PORT),
    openListener(OPEN_PORT),
  ]);
  aim(talking, SERVER, OPEN_PORT);
  aim(oneWay, SERVER, OPEN_PORT);
  return {
    name: label,
    router: at(router),
    client: at(client),
    talking,
    oneWay,
    server: datagrams,
    listener,
  };
}

/** Sends a few datagrams both ways, so that the connection counts as established. */
export function shakeHands({ talking, server }: Triple): void {
  for (let i = 0; i < 3; i++) {
    if (!sendOne(talking, SERVER, OPEN_PORT)) throw new Error('the client cannot send');
    if (!sendOne(server, CLIENT, TALKING_PORT)) throw new Error('the server cannot answer');
  }
  drain(server);
  if (drain(talking) === 0) throw new Error('no answer reached the client');
}

export function closeTriple({ name, talking, oneWay, server, listener }: Triple): void {
  for (const fd of [talking, oneWay, server, listener]) closeSocket(fd);
  for (const one of Object.values(namesOf(name))) run('ip', 'netns', 'del', one);
}
