import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { HostError } from '../host/host-error.ts';
import { inNamespace } from '../host/inside-namespace.ts';
import { native } from '../host/native.ts';
import { Queue } from '../host/queue.ts';
import { enlargeSendBuffer, portOfNetfilterSocket } from '../netlink/socket.ts';
import { checkAddresses } from './address-words.ts';
import { NftRefusal, refusalOf } from './nft.ts';
import type { Nft } from './nft.ts';

/** NFT_CTX_OUTPUT_JSON, nftables/libnftables.h. */
const OUTPUT_JSON = 1 << 4;
/** NFT_CTX_INPUT_NO_DNS, since libnftables 1.0.8. */
const INPUT_NO_DNS = 1 << 0;
/** libnftables waits with select(2), which knows no descriptor from here on (FD_SETSIZE). */
const SELECT_LIMIT = 1024;

/** A pointer to the library's context; never looked into. */
type Context = object;

interface Library {
  newContext(flags: number): Context | null;
  free(context: Context): void;
  run(context: Context, commands: string): Promise<number>;
  output(context: Context): string;
  errors(context: Context): string;
  prepare(context: Context): void;
}

let opened: Library | undefined;

/**
 * The library keeps some of its state in globals (numbers of new sets, names of links), so it is called
 * once at a time in the whole process, not only once at a time for each context.
 */
const calls = new Queue();

/** Whether libnftables can be loaded here. */
export function hasLibnftables(): boolean {
  try {
    library();
    return true;
  } catch {
    return false;
  }
}

/**
 * nftables in this process by libnftables, its netlink socket opened inside the network namespace given.
 * Commands run on a thread of the pool, so that a large one does not hold up the event loop. Throws
 * {@link HostError} when koffi or the library is missing or the namespace cannot be entered.
 */
export function libnftables(options: { readonly netns?: string | undefined } = {}): Nft {
  const { netns } = options;
  const open = (): { context: Context; port: number | undefined } => openContext(library());
  const { context, port } = netns === undefined ? open() : inNamespace(netns, open);
  const queue = new Queue();
  let ends: Promise<void> | undefined;
  const call = (commands: string): Promise<string> =>
    queue.add(() =>
      calls.add(async () => {
        const status = await library().run(context, commands);
        // Both buffers are emptied by reading them, whether they are wanted or not.
        const output = library().output(context);
        const errors = library().errors(context);
        if (status !== 0) throw refusalOf(errors);
        return output;
      }),
    );
  return {
    backend: 'libnftables',
    netns,
    run: async (commands) => {
      checkAddresses(commands);
      await call(commands);
    },
    list: async (command) => JSON.parse(await call(command)) as unknown,
    onPort: (listener) => {
      if (port !== undefined) listener(port);
    },
    close: () => {
      queue.close(new NftRefusal('the connection to nftables is closed'));
      ends ??= queue.idle().then(() => library().free(context));
    },
  };
}

function openContext(library: Library): { context: Context; port: number | undefined } {
  const before = netfilterSockets();
  const context = library.newContext(0);
  if (context === null) throw new HostError('libnftables cannot open its netlink socket');
  const added = [...netfilterSockets()].find(([descriptor]) => !before.has(descriptor));
  if (added !== undefined && added[0] >= SELECT_LIMIT) {
    library.free(context);
    throw new HostError(
      `this process has more than ${SELECT_LIMIT} files open, which libnftables cannot work with; the nft program can`,
    );
  }
  if (added !== undefined) enlargeSendBuffer(added[0]);
  library.prepare(context);
  return { context, port: added?.[1] };
}

/** The open netlink sockets of netfilter by descriptor, with their ports: the library does not tell its own. */
function netfilterSockets(): Map<number, number> {
  const found = new Map<number, number>();
  for (const descriptor of readdirSync('/proc/self/fd').map(Number)) {
    const port = portOfNetfilterSocket(descriptor);
    if (port !== undefined) found.set(descriptor, port);
  }
  return found;
}

function library(): Library {
  opened ??= load();
  return opened;
}

function load(): Library {
  const koffi = native();
  let loaded;
  try {
    loaded = koffi.load('libnftables.so.1');
  } catch (error) {
    throw new HostError(
      'the library `libnftables.so.1` cannot be loaded; install the package `libnftables1`',
      { cause: error },
    );
  }
  const run = loaded.func('int nft_run_cmd_from_buffer(void *context, const char *commands)');
  const bufferOutput = loaded.func('int nft_ctx_buffer_output(void *context)');
  const bufferErrors = loaded.func('int nft_ctx_buffer_error(void *context)');
  const setOutput = loaded.func('void nft_ctx_output_set_flags(void *context, unsigned int flags)');
  let setInput: ((context: Context, flags: number) => void) | undefined;
  try {
    setInput = loaded.func(
      'unsigned int nft_ctx_input_set_flags(void *context, unsigned int flags)',
    );
  } catch {
    // Older than 1.0.8: checkAddresses alone keeps names out.
  }
  return {
    newContext: loaded.func('void *nft_ctx_new(uint32_t flags)'),
    free: loaded.func('void nft_ctx_free(void *context)'),
    output: loaded.func('const char *nft_ctx_get_output_buffer(void *context)'),
    errors: loaded.func('const char *nft_ctx_get_error_buffer(void *context)'),
    run: promisify(run.async) as Library['run'],
    prepare: (context) => {
      bufferOutput(context);
      bufferErrors(context);
      setOutput(context, OUTPUT_JSON);
      setInput?.(context, INPUT_NO_DNS);
    },
  };
}
