import { createSocket } from 'node:dgram';
import { Socket, createServer } from 'node:net';
import { inNamespace } from '../../kernel/host/namespace.ts';
import { formatAddress } from '../../model/address.ts';
import type { Address } from '../../model/address.ts';
import { sockaddr } from './address.ts';
import { DATAGRAM, PROTOCOL_NUMBER, STREAM, socketCalls } from './calls.ts';
import { openSocket } from './socket.ts';

/**
 * Who sends: `echo` the client, and the server sends it back; `client-push` and `server-push` one of them,
 * over TCP; `datagrams` the client over UDP, and nobody ever answers.
 */
export type StreamMode = 'echo' | 'client-push' | 'server-push' | 'datagrams';

export interface StreamOptions {
  readonly mode: StreamMode;
  /** Paths of network namespaces. */
  readonly client: string;
  readonly server: string;
  /** Where the server listens, and where the client connects to when that is another place (a Service). */
  readonly address: Address;
  readonly port: number;
  readonly via?: { readonly address: Address; readonly port: number };
  /** Milliseconds between pieces; 1 when absent. */
  readonly everyMs?: number;
}

/** A connection that carries data all the time, and when data last arrived. */
export interface Stream {
  /** `performance.now()` when data last arrived where it is meant to; 0 before. */
  readonly lastData: number;
  /** Pieces sent, and arrived at the one they are for (an echo: back at the client). */
  readonly sent: number;
  readonly received: number;
  /** Why the connection ended, if it did. */
  readonly fault: string | undefined;
  /** Sends no more. */
  stop(): void;
  close(): void;
}

const PIECE = Buffer.alloc(16, 'x');

/** Begins a stream; resolves when data has arrived for the first time. Rejects when none did in time. */
export async function openStream(options: StreamOptions, patienceMs = 2000): Promise<Stream> {
  const stream = new OpenStream();
  try {
    if (options.mode === 'datagrams') stream.startDatagrams(options);
    else stream.startTcp(options, options.mode);
    const until = performance.now() + patienceMs;
    while (stream.lastData === 0) {
      if (performance.now() > until || stream.fault !== undefined) {
        throw new Error(`the stream did not begin: ${stream.fault ?? 'nothing arrived'}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return stream;
  } catch (error) {
    stream.close();
    throw error;
  }
}

class OpenStream implements Stream {
  lastData = 0;
  sent = 0;
  fault: string | undefined;
  readonly #ends: { close(): void }[] = [];
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  get received(): number {
    return this.#bytes / PIECE.length;
  }

  startTcp(
    { client, server, address, port, via, everyMs = 1 }: StreamOptions,
    mode: StreamMode,
  ): void {
    const kind = { type: STREAM, protocol: PROTOCOL_NUMBER.TCP };
    const listening = inNamespace(server, () => {
      const fd = openSocket(address.family, kind, { address, port });
      socketCalls().listen(fd, 8);
      return fd;
    });
    const door = createServer({ noDelay: true }, (peer) => {
      this.#own(peer);
      if (mode === 'echo') peer.on('data', (piece) => peer.write(piece));
      else if (mode === 'client-push') peer.on('data', this.#arrived);
      else this.#send(everyMs, () => peer.write(PIECE));
      if (mode === 'server-push') peer.resume();
    });
    door.on('error', this.#failed);
    this.#ends.push(door);
    door.listen({ fd: listening, exclusive: true });
    const target = via ?? { address, port };
    const fd = inNamespace(client, () => {
      const own = openSocket(target.address.family, kind);
      const bytes = sockaddr(target.address, target.port);
      socketCalls().connect(own, bytes, bytes.length);
      return own;
    });
    const socket = new Socket({ fd, readable: true, writable: true });
    socket.setNoDelay();
    this.#own(socket);
    socket.on('data', this.#arrived);
    if (mode !== 'server-push') this.#send(everyMs, () => socket.write(PIECE));
  }

  startDatagrams({ client, server, address, port, via, everyMs = 1 }: StreamOptions): void {
    const kind = { type: DATAGRAM, protocol: PROTOCOL_NUMBER.UDP };
    const target = via ?? { address, port };
    const receiving = inNamespace(server, () =>
      openSocket(address.family, kind, { address, port }),
    );
    const sending = inNamespace(client, () => openSocket(target.address.family, kind));
    const [receiver, sender] = [receiving, sending].map((fd, i) => {
      const family = [address, target.address][i]!.family;
      const socket = createSocket(family === 4 ? 'udp4' : 'udp6');
      socket.on('error', this.#failed);
      socket.bind({ fd, exclusive: true });
      this.#ends.push(socket);
      return socket;
    });
    receiver!.on('message', this.#arrived);
    const to = formatAddress(target.address);
    // a rule of the client's own node may refuse it; that is silence like any other
    this.#send(everyMs, () => sender!.send(PIECE, target.port, to, () => {}));
  }

  readonly #arrived = (piece: Buffer): void => {
    this.#bytes += piece.length;
    this.lastData = performance.now();
  };

  readonly #failed = (error: Error): void => {
    this.fault ??= error.message;
  };

  #own(socket: Socket): void {
    socket.on('error', this.#failed);
    socket.on('close', () => this.#failed(new Error('closed')));
    this.#ends.push({ close: () => socket.resetAndDestroy() });
  }

  #send(everyMs: number, one: () => unknown): void {
    this.#timer = setInterval(() => {
      one();
      this.sent++;
    }, everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  close(): void {
    this.stop();
    for (const end of this.#ends) end.close();
    this.#ends.length = 0;
  }
}
