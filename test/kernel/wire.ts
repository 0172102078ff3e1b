import { createRequire } from 'node:module';
import type * as Koffi from 'koffi';
import { libc } from '../../src/kernel/host/libc.ts';
import { runLinkBatch, setSysctls } from '../../src/kernel/host/links.ts';
import { inNamespace } from '../../src/kernel/host/namespace.ts';
import { testNamespace } from './host.ts';

/** A router between a client and a server, each a network namespace of its own. */
export interface Wire {
  /** The namespace whose rules are under test. */
  readonly router: string;
  readonly client: string;
  readonly server: string;
}

export const CLIENT = '10.77.1.2';
export const SERVER = '10.77.2.2';

/** Makes three namespaces joined by veth pairs, with routes and without waiting for anything. */
export async function layWire(): Promise<Wire> {
  const [router, client, server] = [
    await testNamespace(),
    await testNamespace(),
    await testNamespace(),
  ];
  for (const [end, subnet] of [
    [client, 1],
    [server, 2],
  ] as const) {
    const name = end.slice(end.lastIndexOf('/') + 1);
    await runLinkBatch(
      [
        `link add w${subnet} type veth peer name end netns ${name}`,
        `addr add 10.77.${subnet}.1/24 dev w${subnet}`,
        `addr add fd77:${subnet}::1/64 dev w${subnet} nodad`,
        `link set w${subnet} up`,
      ],
      { netns: router },
    );
    await runLinkBatch(
      [
        `addr add 10.77.${subnet}.2/24 dev end`,
        `addr add fd77:${subnet}::2/64 dev end nodad`,
        'link set end up',
        `route add default via 10.77.${subnet}.1`,
        `route add default via fd77:${subnet}::1`,
      ],
      { netns: end },
    );
  }
  await setSysctls(
    { 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 },
    { netns: router },
  );
  return { router, client, server };
}

const AF_INET = 2;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** A UDP socket (IPv4) made inside a namespace, without an event loop in between. */
export class UdpSocket {
  readonly #fd: number;

  constructor(netns: string, port = 0) {
    this.#fd = inNamespace(netns, () => libc().socket(AF_INET, SOCK_DGRAM, 0));
    const address = addressOf('0.0.0.0', port);
    if (libc().bind(this.#fd, address, address.length) < 0) throw new Error('cannot bind');
  }

  send(to: string, port: number): void {
    const address = addressOf(to, port);
    sendto()(this.#fd, Buffer.from('x'), 1, 0, address, address.length);
  }

  /** How many datagrams have come since it was last asked. */
  received(): number {
    let count = 0;
    while (libc().recv(this.#fd, Buffer.alloc(16), 16, MSG_DONTWAIT) >= 0) count++;
    return count;
  }

  close(): void {
    libc().close(this.#fd);
  }
}

type SendTo = (
  fd: number,
  data: Uint8Array,
  length: number,
  flags: number,
  address: Uint8Array,
  size: number,
) => number;

let found: SendTo | undefined;

function sendto(): SendTo {
  const koffi = createRequire(import.meta.url)('koffi') as typeof Koffi;
  return (found ??= koffi
    .load(null)
    .func(
      'intptr_t sendto(int fd, const void *data, size_t length, int flags, const void *address, uint32_t size)',
    ) as SendTo);
}

/** struct sockaddr_in. */
function addressOf(text: string, port: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(text.split('.').map(Number), 4);
  return bytes;
}
