import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { HostError } from '../../kernel/host/host-error.ts';
import { LabRefusal } from '../state/refusal.ts';
import { decodeLine, encodeLine } from './control.ts';
import type { Answers, LabEvent, Reply, Request, RequestKind } from './control.ts';

/** Nobody answers for the lab: its process is not there, or is stuck. */
export class NobodyServes extends Error {
  override readonly name = 'NobodyServes';
}

/** What to do with what comes before the result. */
export interface Listeners {
  said?(text: string): void;
  event?(event: LabEvent): void;
  /** Gives up the request when aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Asks the process of a lab and waits for its answer. Rejects with {@link NobodyServes} when there is none,
 * and with what the process says when it cannot do it.
 */
export async function askLab<K extends RequestKind>(
  path: string,
  request: Extract<Request, { kind: K }>,
  listeners: Listeners = {},
): Promise<Answers[K]> {
  const socket = await open(path);
  listeners.signal?.addEventListener('abort', () => socket.destroy(), { once: true });
  socket.write(encodeLine(request));
  try {
    for await (const line of linesOf(socket)) {
      const reply = decodeLine(line) as Reply;
      if (reply.kind === 'said') listeners.said?.(reply.text);
      else if (reply.kind === 'event') listeners.event?.(reply.event);
      else if (reply.kind === 'done') return reply.result as Answers[K];
      else throw failureOf(reply.error);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    socket.destroy();
  }
  throw new NobodyServes('the process of the lab ended before it answered');
}

/** The lines that come, as long as they come whole. */
async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let waiting = '';
  socket.setEncoding('utf8');
  for await (const piece of socket as AsyncIterable<string>) {
    const lines = (waiting + piece).split('\n');
    waiting = lines.pop()!;
    yield* lines;
  }
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      // An end in the middle is seen as an answer that does not come.
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
    socket.once('error', (error) => {
      reject(new NobodyServes('the process of the lab does not run', { cause: error }));
    });
  });
}

function failureOf({ name, message }: { name: string; message: string }): Error {
  return name === 'LabRefusal' ? new LabRefusal(message) : new HostError(message);
}
