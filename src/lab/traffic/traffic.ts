import { inNamespace } from '../../kernel/host/namespace.ts';
import { resolveName } from '../dns/query.ts';
import type { Attempt, Outcome, ProbeOptions, Resolution, Stand } from '../sockets/attempt.ts';
import { PROTOCOL_NUMBER, STREAM } from '../sockets/calls.ts';
import { Poller } from '../sockets/poller.ts';
import { SocketError, canOpen } from '../sockets/socket.ts';
import { SctpDoors } from './listener-sctp.ts';
import { listenDatagrams, listenStream } from './listener.ts';
import { probe } from './probe.ts';
import type { ProbeContext } from './probe.ts';

/** Sockets of one process in the namespaces of all stands. */
export interface Traffic {
  /** Opens the stand's listeners; returns what could not be opened, in plain words. */
  add(stand: Stand): readonly string[];
  /** Closes everything of the stand; unknown ids are no error. */
  remove(id: string): void;
  /** Tries all attempts, many at once; outcomes in the order of attempts. */
  probe(attempts: readonly Attempt[], options: ProbeOptions): Promise<Outcome[]>;
  /** Asks for A and AAAA from inside the stand's namespace, as a pod's libc would. */
  resolve(from: string, name: string): Promise<Resolution>;
  /** Things the host cannot do, each one sentence: no SCTP sockets, no IPv6 … */
  readonly limits: readonly string[];
  close(): void;
}

/**
 * Opens listeners for all stands. Throws a HostError when koffi or the right to enter namespaces is missing;
 * what single stands cannot open is in `limits`.
 */
export async function openTraffic(stands: readonly Stand[]): Promise<Traffic> {
  const traffic = new OpenTraffic();
  try {
    for (const stand of stands) traffic.limits.push(...traffic.add(stand));
  } catch (error) {
    traffic.close();
    throw error;
  }
  return traffic;
}

/** A stand and the descriptors of its listeners. */
interface Open {
  readonly stand: Stand;
  readonly listeners: readonly number[];
}

class OpenTraffic implements Traffic {
  readonly limits: string[] = [];
  readonly #poller = new Poller();
  readonly #open = new Map<string, Open>();
  readonly #doors = new SctpDoors(this.#poller);
  readonly #context: ProbeContext;

  constructor() {
    const sctpSockets = canOpen(4, { type: STREAM, protocol: PROTOCOL_NUMBER.SCTP });
    if (!sctpSockets) this.limits.push(NO_SCTP);
    let serial = Math.trunc(Math.random() * 0x1000_0000);
    this.#context = {
      poller: this.#poller,
      sctpSockets,
      nextSerial: () => ++serial,
      stand: (id) => this.#standOf(id),
    };
  }

  add(stand: Stand): readonly string[] {
    if (this.#open.has(stand.id)) this.remove(stand.id);
    const refused: string[] = [];
    const listeners = inNamespace(stand.netns, () => this.#listen(stand, refused));
    this.#open.set(stand.id, { stand, listeners });
    return refused;
  }

  #listen(stand: Stand, refused: string[]): number[] {
    const opened: number[] = [];
    const { id, netns, addresses, ports } = stand;
    const attempt = (what: string, open: () => readonly number[]): void => {
      try {
        opened.push(...open());
      } catch (error) {
        if (!(error instanceof SocketError)) throw error;
        refused.push(`\`${id}\` does not listen on ${what}: ${error.message}`);
      }
    };
    for (const { protocol, number } of ports) {
      if (protocol === 'SCTP' && !this.#context.sctpSockets) continue;
      attempt(`${protocol} ${number}`, () =>
        protocol === 'UDP'
          ? listenDatagrams(this.#poller, id, number, addresses)
          : listenStream(this.#poller, id, number, protocol),
      );
    }
    if (!this.#context.sctpSockets) {
      const numbers = ports
        .filter(({ protocol }) => protocol === 'SCTP')
        .map(({ number }) => number);
      attempt('SCTP', () => {
        this.#doors.add(id, netns, addresses, numbers);
        return [];
      });
    }
    return opened;
  }

  remove(id: string): void {
    this.#doors.remove(id);
    for (const fd of this.#open.get(id)?.listeners ?? []) this.#poller.close(fd);
    this.#open.delete(id);
  }

  probe(attempts: readonly Attempt[], options: ProbeOptions): Promise<Outcome[]> {
    return probe(this.#context, attempts, options);
  }

  resolve(from: string, name: string): Promise<Resolution> {
    return resolveName(this.#standOf(from), name);
  }

  #standOf(id: string): Stand {
    const open = this.#open.get(id);
    if (open === undefined) throw new RangeError(`there is no stand \`${id}\``);
    return open.stand;
  }

  close(): void {
    this.#open.clear();
    this.#poller.end();
  }
}

/** The one sentence about SCTP. */
const NO_SCTP =
  'this kernel has no SCTP sockets: SCTP is tried with an INIT packet and its answer, sent and read raw';
