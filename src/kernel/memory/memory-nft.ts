import { Queue } from '../host/queue.ts';
import { checkAddresses } from '../nft/address-words.ts';
import { NftRefusal } from '../nft/nft.ts';
import type { Nft } from '../nft/nft.ts';
import { commandsOf } from '../nft/words.ts';
import type { Command } from '../nft/words.ts';
import type { Undo } from './memory-set.ts';
import { MemoryTable, inTurn } from './memory-table.ts';

/**
 * nftables in memory, for dry runs: it understands the commands the compiler writes, keeps what they make,
 * and refuses what the kernel refuses, whole transactions at a time. Family `inet` only.
 */
export function memoryNft(): Nft {
  const tables = new Map<string, MemoryTable>();
  const queue = new Queue();
  return {
    backend: 'memory',
    netns: undefined,
    run: (commands) =>
      queue.add(() => {
        checkAddresses(commands);
        return refusing(() => void inTurn(commandsOf(commands), (one) => change(tables, one)));
      }),
    list: (command) => queue.add(() => refusing(() => list(tables, command))),
    onPort: () => {},
    close: () => queue.close(new NftRefusal('the connection to nftables is closed')),
  };
}

async function refusing<T>(work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new NftRefusal(`nft refused the transaction, nothing changed: ${reason}`, {
      cause: error,
    });
  }
}

function change(tables: Map<string, MemoryTable>, command: Command): Undo {
  const [verb, object, family, name = ''] = command.words;
  if (verb === 'flush' && object === 'ruleset') {
    const before = [...tables];
    tables.clear();
    return () => before.forEach(([name, table]) => tables.set(name, table));
  }
  if (family !== 'inet')
    throw new Error(`\`${command.words.join(' ').slice(0, 80)}\` is not understood here`);
  const table = tables.get(name);
  if (object === 'table' && verb === 'add') {
    if (table !== undefined) return () => {};
    tables.set(name, new MemoryTable());
    return () => tables.delete(name);
  }
  if (table === undefined)
    throw new Error(`there is no table \`${name}\`: No such file or directory`);
  if (object === 'table' && verb === 'delete') {
    tables.delete(name);
    return () => tables.set(name, table);
  }
  return table.change(command);
}

/** `list tables inet`, `list table inet T`, `list chain|set|map inet T NAME`. */
function list(tables: Map<string, MemoryTable>, command: string): unknown {
  const [verb, object, family, name = '', part] = command.trim().split(/\s+/);
  const header = { metainfo: { json_schema_version: 1 } };
  if (verb !== 'list' || family !== 'inet')
    throw new Error(`\`${command}\` is not understood here`);
  if (object === 'tables') {
    const names = [...tables.keys()].map((name) => ({ table: { family, name } }));
    return { nftables: [header, ...names] };
  }
  const table = tables.get(name);
  if (table === undefined)
    throw new Error(`there is no table \`${name}\`: No such file or directory`);
  if (object === 'chain') return { nftables: [header, ...table.chainsJson(name, part)] };
  if (object === 'set' || object === 'map')
    return { nftables: [header, ...table.setsJson(name, part)] };
  if (object !== 'table') throw new Error(`\`${command}\` is not understood here`);
  const own = { table: { family, name } };
  return { nftables: [header, own, ...table.setsJson(name), ...table.chainsJson(name)] };
}
