import type { Server } from 'node:net';
import { HostError } from '../../kernel/host/host-error.ts';
import { namespacePath } from '../../kernel/host/namespace.ts';
import { native } from '../../kernel/host/native.ts';
import { Queue } from '../../kernel/host/queue.ts';
import { preflight } from '../../kernel/start/preflight.ts';
import { Network, namespacesOf } from '../network/network.ts';
import { parallel } from '../network/parallel.ts';
import type { LabFolder, LabMode } from '../process/folder.ts';
import { endProcesses } from '../process/identity.ts';
import { inmatesOf } from '../process/inmates.ts';
import type { LabInput } from '../process/input.ts';
import { servedLabs } from '../process/stray-labs.ts';
import { Lab } from '../running/lab.ts';
import { tracePacket } from '../running/packet-trace.ts';
import { statusOf } from '../running/status.ts';
import { LabRefusal } from '../state/refusal.ts';
import type { Request } from './control.ts';
import { serveControl } from './server.ts';
import type { Caller } from './server.ts';

/** How many names are asked for at once; each has a socket. */
const RESOLVERS = 100;

/** The process that serves one lab: it owns all that must live while no command runs. */
export class Daemon {
  readonly #folder: LabFolder;
  readonly #mode: LabMode;
  /** Changes of the lab, one at a time. */
  readonly #changes = new Queue();
  readonly #watchers = new Set<Caller>();
  #lab: Lab | undefined;
  #server: Server | undefined;
  readonly #ended: Promise<void>;
  #end!: () => void;

  constructor(folder: LabFolder, mode: LabMode) {
    this.#folder = folder;
    this.#mode = mode;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Resolves when the lab is down and everybody has been answered. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Begins to answer on the lab's control socket. */
  async listen(): Promise<void> {
    this.#server = await serveControl(this.#folder.socket, (request, caller) =>
      this.#handle(request, caller),
    );
    this.#server.once('close', this.#end);
  }

  #handle(request: Request, caller: Caller): Promise<unknown> {
    switch (request.kind) {
      case 'up':
        return this.#changes.add(() => this.#up(request.input, caller));
      case 'status':
        return this.#changes.add(() => Promise.resolve(statusOf(this.#running(), this.#mode)));
      case 'apply':
        return this.#changes.add(() => this.#apply(request));
      case 'probe':
        return this.#running().voices.traffic.probe(request.attempts, request);
      case 'resolve': {
        const { traffic } = this.#running().voices;
        return parallel(request.asked, RESOLVERS, ({ from, name }) => traffic.resolve(from, name));
      }
      case 'trace':
        return this.#changes.add(() => tracePacket(this.#running(), request));
      case 'watch':
        return this.#watch(caller);
      case 'down':
        return this.#changes.add(() => this.#down());
    }
  }

  #running(): Lab {
    if (this.#lab === undefined) throw new LabRefusal('the lab is not up yet');
    return this.#lab;
  }

  async #up(input: LabInput, caller: Caller): Promise<unknown> {
    try {
      await this.#check();
    } catch (error) {
      this.#server?.close();
      throw error;
    }
    let wanted = true;
    void caller.gone.then(() => (wanted = false));
    try {
      this.#lab = await Lab.open(this.#folder, input, {
        said: caller.say,
        denied: (denied) => {
          for (const watcher of this.#watchers) watcher.tell({ kind: 'denied', denied });
        },
      });
    } catch (error) {
      await this.#down();
      throw error;
    }
    // Whoever wanted the lab has given up in the meantime.
    if (!wanted) return this.#down();
    return statusOf(this.#lab, this.#mode);
  }

  /** Refuses what would not end well, before anything is made. */
  async #check(): Promise<void> {
    const { name } = this.#folder;
    if (this.#mode === 'root' && servedLabs().has(name)) {
      throw new LabRefusal(
        `there is a lab \`${name}\` of root already; give this one another --name`,
      );
    }
    const first = (await preflight()).find(({ severity }) => severity === 'error');
    if (first !== undefined) throw new HostError(first.message);
    native();
  }

  async #apply({ sources, prune }: Extract<Request, { kind: 'apply' }>): Promise<unknown> {
    const applied = await this.#running().apply(sources, prune);
    for (const watcher of this.#watchers) watcher.tell({ kind: 'changed' });
    return applied;
  }

  async #watch(caller: Caller): Promise<null> {
    this.#watchers.add(caller);
    await caller.gone;
    this.#watchers.delete(caller);
    return null;
  }

  /** Ends the lab and everything in it; the process ends when its answer is out. */
  async #down(): Promise<null> {
    await this.#lab?.close();
    this.#lab = undefined;
    await removeNetwork(this.#folder.name);
    this.#server?.close();
    return null;
  }
}

/** Takes away all namespaces of a lab by their names, with the programs that run in them. */
export async function removeNetwork(lab: string): Promise<void> {
  await endProcesses(inmatesOf(namespacesOf(lab).map(namespacePath)));
  await new Network(lab).remove();
}
