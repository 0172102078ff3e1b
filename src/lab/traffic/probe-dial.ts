import { sockaddr } from '../sockets/address.ts';
import type { Attempt, Outcome } from '../sockets/attempt.ts';
import { EPOLL, NO_SIGNAL, OPTION, socketCalls } from '../sockets/calls.ts';
import type { Poller } from '../sockets/poller.ts';
import { SocketError, errnoName, openSocket, setOption } from '../sockets/socket.ts';
import { dialectOf } from './probe-dialect.ts';
import type { Dialect, ProbeAnswer } from './probe-dialect.ts';

/** What every dial shares. */
export interface DialContext {
  readonly poller: Poller;
  readonly sctpSockets: boolean;
  /** A number no dial had before. */
  nextSerial(): number;
}

const INPUT = Buffer.alloc(2048);
const INPUT_LENGTH = Buffer.alloc(4);
/** MSG_ERRQUEUE. */
const ERROR_QUEUE = 0x2000;
/** On, and zero seconds: closing sends a reset and leaves nothing in TIME_WAIT (socket(7), SO_LINGER). */
const RESET = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);

const EAGAIN = 11;
const ENOPROTOOPT = 92;
/** Errors of others that a socket may have before it has sent anything. */
const MOST_STRANGE = 3;
const EINPROGRESS = 115;
/** EPERM: a rule of the own namespace dropped the packet; the sender's is the only kernel that says so. */
const EPERM = 1;
/**
 * ECONNREFUSED; and for a protocol nobody speaks there ENOPROTOOPT (IPv4: protocol unreachable) and EPROTO
 * (IPv6: parameter problem, RFC 4443, section 3.4). The packet arrived.
 */
const REFUSALS: ReadonlySet<number> = new Set([111, ENOPROTOOPT, 71]);

/** One attempt under way: a socket, from opening it to its outcome. */
export class Dial {
  since = 0;
  readonly #context: DialContext;
  readonly #attempt: Attempt;
  readonly #onOutcome: (outcome: Outcome) => void;
  readonly #dialect: Dialect;
  #fd = -1;
  #asked = false;

  constructor(context: DialContext, attempt: Attempt, onOutcome: (outcome: Outcome) => void) {
    this.#context = context;
    this.#attempt = attempt;
    this.#onOutcome = onOutcome;
    const { protocol, to, port } = attempt;
    const { sctpSockets } = context;
    this.#dialect = dialectOf(protocol, to, port, context.nextSerial(), sctpSockets);
  }

  /** Opens, connects and asks, in the namespace this thread is in; whether an answer is yet to come. */
  begin(): boolean {
    this.since = performance.now();
    const { to, source } = this.#attempt;
    const { kind, port } = this.#dialect;
    const calls = socketCalls();
    try {
      this.#fd = openSocket(to.family, kind, source && { address: source, port: 0 });
      if (this.#dialect.isMine) setOption(this.#fd, `errors${to.family}`, 1);
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      this.#finish({ reached: false, error: error.message });
      return false;
    }
    const target = sockaddr(to, port);
    if (calls.connect(this.#fd, target, target.length) < 0 && calls.errno() !== EINPROGRESS) {
      return this.#failed(calls.errno());
    }
    // between namespaces of one machine the connection is mostly there already
    if (!this.#ask()) return false;
    this.#watch();
    return true;
  }

  /** Nothing came: silent, unless the connection was made or an error is kept, which are answers too. */
  giveUp(): void {
    const errno = this.#dialect.connects && !this.#asked ? this.#keptError() : 0;
    if (errno !== 0) this.#failed(errno);
    else if (this.#asked && this.#dialect.connects) this.#finish({ reached: true });
    else this.#finish({ reached: false, error: 'silent' });
  }

  #watch(): void {
    const events = this.#asked ? EPOLL.in : EPOLL.in | EPOLL.out;
    this.#context.poller.watch(this.#fd, events, (ready) => {
      if (!this.#asked) {
        if (!this.#ask()) return;
        if (this.#asked) this.#watch();
        else if (ready & EPOLL.error && !this.#survivesSoftError()) return;
      }
      this.#read();
    });
  }

  /**
   * An ICMP error to a SYN that comes while connect(2) is still at work, as between namespaces of one
   * machine, is kept as a soft error: nothing fails (over IPv6 nothing even shows), and the descriptor may
   * stay ready for ever. Asking for the error takes it (tcp_v4_err and tcp_v6_err of Linux).
   */
  #keptError(): number {
    const [level, name] = OPTION.error;
    INPUT_LENGTH.writeUInt32LE(4);
    socketCalls().getsockopt(this.#fd, level, name, INPUT, INPUT_LENGTH);
    return INPUT.readInt32LE(0);
  }

  /** False when the dial ended with an error that was kept; else the queue of errors is emptied. */
  #survivesSoftError(): boolean {
    const errno = this.#keptError();
    if (errno !== 0) return this.#failed(errno);
    socketCalls().recv(this.#fd, INPUT, INPUT.length, ERROR_QUEUE);
    return true;
  }

  /** Sends the request when it can be sent; false when that ended the dial. */
  #ask(): boolean {
    const calls = socketCalls();
    const { request, isMine } = this.#dialect;
    let errno = 0;
    for (let strange = 0; strange <= MOST_STRANGE; strange++) {
      if (calls.send(this.#fd, request, request.length, NO_SIGNAL) >= 0) {
        this.#asked = true;
        return true;
      }
      errno = calls.errno();
      // nothing was sent yet, so an error that waits on a shared socket is another's
      if (isMine === undefined || errno === EPERM) break;
    }
    return errno === EAGAIN || this.#failed(errno);
  }

  /** Reads until the answer is there or nothing is left. */
  #read(): void {
    const calls = socketCalls();
    const { isMine } = this.#dialect;
    for (;;) {
      const size = calls.recv(this.#fd, INPUT, INPUT.length, 0);
      if (size < 0) {
        const errno = calls.errno();
        const mine = isMine === undefined ? errno !== EAGAIN : this.#quoted(isMine);
        if (!mine && errno !== EAGAIN) continue;
        if (mine) this.#failed(errno === EAGAIN ? ENOPROTOOPT : errno);
        return;
      }
      // an end without an answer: some other program listens there
      const answer = size === 0 ? {} : this.#dialect.answerOf(INPUT.subarray(0, size));
      if (answer !== undefined) {
        this.#answered(answer);
        return;
      }
    }
  }

  /** Empties the queue of ICMP errors; whether one of them quotes a packet of this dial. */
  #quoted(isMine: (quoted: Buffer) => boolean): boolean {
    const calls = socketCalls();
    let found = false;
    for (;;) {
      const size = calls.recv(this.#fd, INPUT, INPUT.length, ERROR_QUEUE);
      if (size < 0) return found;
      found ||= isMine(INPUT.subarray(0, size));
    }
  }

  #answered({ refused, by, seenAs }: ProbeAnswer): void {
    this.#finish({
      reached: true,
      ...(refused && { error: 'refused' }),
      ...(by !== undefined && { by }),
      ...(seenAs !== undefined && { seenAs }),
    });
  }

  /** Ends the dial by an errno; false, for callers to return. */
  #failed(given: number): false {
    // what is rejected on its own host is not permitted first, and refused by the error that comes back
    const errno = given === EPERM ? this.#keptError() || EPERM : given;
    const refused = REFUSALS.has(errno);
    // a connection that was made and then reset had arrived
    const reset = errno === 104 && this.#asked;
    const error = refused ? 'refused' : errno === EPERM ? 'silent' : errnoName(errno);
    this.#finish({ reached: refused || reset, error });
    return false;
  }

  #finish(outcome: Omit<Outcome, 'ms'>): void {
    if (this.#fd >= 0) {
      const [level, name] = OPTION.linger;
      if (this.#dialect.connects) socketCalls().setsockopt(this.#fd, level, name, RESET, 8);
      this.#context.poller.close(this.#fd);
      this.#fd = -1;
    }
    this.#onOutcome({ ...outcome, ms: performance.now() - this.since });
  }
}
