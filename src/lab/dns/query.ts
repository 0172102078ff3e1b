import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import packet from 'dns-packet';
import type { DecodedPacket } from 'dns-packet';
import { inNamespace } from '../../kernel/host/namespace.ts';
import { formatAddress, parseAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import type { Resolution, Stand } from '../sockets/attempt.ts';
import { DATAGRAM, PROTOCOL_NUMBER } from '../sockets/calls.ts';
import { openSocket } from '../sockets/socket.ts';

/** As resolv.conf(5) with `options timeout:1 attempts:2`: a lab is near. */
const TIMEOUT_MS = 1000;
const ATTEMPTS = 2;
/** Kubernetes writes it into pods' resolv.conf: a name with fewer dots is tried in the search domains first. */
const NDOTS = 5;
const PAYLOAD = 4096;

const TYPES = ['A', 'AAAA'] as const;

/**
 * Asks for the addresses of a name from inside the stand's namespace, as its libc would: the search
 * domains first for a short name, IPv4 and IPv6 at once, a second try when nobody answers.
 */
export async function resolveName(stand: Stand, name: string): Promise<Resolution> {
  const { resolver, netns } = stand;
  if (resolver === undefined) return { name, addresses: [], error: 'no resolver' };
  const { server } = resolver;
  const kind = { type: DATAGRAM, protocol: PROTOCOL_NUMBER.UDP };
  const fd = inNamespace(netns, () => openSocket(server.family, kind));
  const socket = createSocket(server.family === 4 ? 'udp4' : 'udp6');
  const answers = new Answers(socket);
  socket.bind({ fd, exclusive: true });
  try {
    let last: Resolution = { name, addresses: [], error: 'NXDOMAIN' };
    for (const full of candidates(name, resolver.search)) {
      last = await answers.ask(full, server);
      if (last.error === undefined || last.error === 'silent') return last;
    }
    return last;
  } finally {
    socket.close();
  }
}

function candidates(name: string, search: readonly string[]): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const tried = search.map((domain) => `${name}.${domain}`);
  return name.split('.').length - 1 < NDOTS ? [...tried, name] : [name, ...tried];
}

/** One socket's questions and what came back. */
class Answers {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (answer: DecodedPacket) => void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (bytes) => {
      try {
        const answer = packet.decode(bytes);
        this.#waiting.get(answer.id ?? -1)?.(answer);
      } catch {
        // whoever sent it: no answer to us
      }
    });
  }

  async ask(name: string, server: Address): Promise<Resolution> {
    const answers = await Promise.all(TYPES.map((type) => this.#one(name, type, server)));
    const addresses: Address[] = [];
    let error: string | undefined;
    for (const answer of answers) {
      if (answer === undefined) error ??= 'silent';
      else if (codeOf(answer) !== 0) error ??= CODES[codeOf(answer)] ?? `code ${codeOf(answer)}`;
      else addresses.push(...addressesIn(answer));
    }
    if (addresses.length > 0) return { name, addresses };
    return { name, addresses, error: error ?? 'no such record' };
  }

  async #one(
    name: string,
    type: (typeof TYPES)[number],
    server: Address,
  ): Promise<DecodedPacket | undefined> {
    const id = Math.floor(Math.random() * 0x1_0000);
    const query = packet.encode({
      type: 'query',
      id,
      flags: packet.RECURSION_DESIRED,
      questions: [{ name, type }],
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: PAYLOAD,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0,
          flag_do: false,
          options: [],
        },
      ],
    });
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        this.#socket.send(query, 53, formatAddress(server), () => {});
        const answer = await this.#next(id);
        if (answer !== undefined) return answer;
      }
      return undefined;
    } finally {
      this.#waiting.delete(id);
    }
  }

  #next(id: number): Promise<DecodedPacket | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), TIMEOUT_MS);
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }
}

/** Names of response codes (RFC 1035, section 4.1.1). */
const CODES: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
};

function codeOf({ flags = 0 }: DecodedPacket): number {
  return flags & 15;
}

function addressesIn({ answers = [] }: DecodedPacket): Address[] {
  return answers.flatMap((answer) =>
    answer.type === 'A' || answer.type === 'AAAA' ? (parseAddress(answer.data) ?? []) : [],
  );
}
