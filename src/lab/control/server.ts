import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { decodeLine, encodeLine } from './control.ts';
import type { LabEvent, Reply, Request } from './control.ts';

/** The other end of one request, while it is being done. */
export interface Caller {
  readonly say: (text: string) => void;
  readonly tell: (event: LabEvent) => void;
  /** Resolves when the other end has gone. */
  readonly gone: Promise<void>;
}

/** Does one request; what it returns is the result, what it throws is told as the failure. */
export type Handler = (request: Request, caller: Caller) => Promise<unknown>;

/** Listens on a unix socket; only who may enter its folder can connect. */
export function serveControl(path: string, handle: Handler): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    // A reader that goes away in the middle is not a failure of ours.
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).once('line', (line) => void answer(socket, line, handle));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => resolve(server));
  });
}

async function answer(socket: Socket, line: string, handle: Handler): Promise<void> {
  const reply = (one: Reply): void => {
    if (!socket.destroyed) socket.write(encodeLine(one));
  };
  const caller: Caller = {
    say: (text) => reply({ kind: 'said', text }),
    tell: (event) => reply({ kind: 'event', event }),
    gone: new Promise((resolve) => socket.once('close', () => resolve())),
  };
  try {
    const result = await handle(decodeLine(line) as Request, caller);
    reply({ kind: 'done', result: result ?? null });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    reply({ kind: 'failed', error: { name, message } });
  }
  socket.end();
}
