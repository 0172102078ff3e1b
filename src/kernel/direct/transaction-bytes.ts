import type { Command } from '../nft/words.ts';
import { Batch } from './batch.ts';
import { writeElements } from './element-bytes.ts';
import { writeFlush, writeRule } from './rule-bytes.ts';
import type { SetTypes } from './set-types.ts';

/** enum nf_tables_msg_types: without elements, DELSETELEM empties the set. */
const DELSETELEM = 14;
/** enum nft_set_elem_list_attributes. */
const LIST = { table: 1, set: 2 } as const;

/**
 * The transaction that these commands are, as the kernel takes it; undefined when some of them are not among
 * what changes all the time (elements, flushed sets and chains, the rules of the generation) or say
 * something that is better left to nft. `first`: the sequence number of its first message.
 */
export function transactionBytes(
  commands: readonly Command[],
  types: SetTypes,
  first: number,
): { readonly bytes: Buffer; readonly last: number } | undefined {
  if (commands.length === 0) return undefined;
  // elements are about as long in bytes as in text
  const size = commands.reduce((sum, { body = '' }) => sum + 100 + 1.2 * body.length, 0);
  const batch = new Batch(first, Math.ceil(size));
  for (const command of commands) if (!writeCommand(batch, command, types)) return undefined;
  const { last } = batch;
  return { bytes: batch.finish(), last };
}

function writeCommand(batch: Batch, command: Command, types: SetTypes): boolean {
  const [verb, object, family, table = '', name = '', ...more] = command.words;
  if (family !== 'inet' || name === '') return false;
  if (object === 'rule') return verb === 'add' && writeRule(batch, table, name, more.join(' '));
  if (more.length > 0) return false;
  if (object === 'element') {
    const type = types.get(table, name);
    const { body } = command;
    if (type === undefined || body === undefined || (verb !== 'add' && verb !== 'delete'))
      return false;
    return writeElements(batch, { verb, table, set: name, body }, type);
  }
  if (verb !== 'flush' || command.body !== undefined) return false;
  if (object === 'chain') {
    writeFlush(batch, table, name);
    return true;
  }
  const type = types.get(table, name);
  if (type === undefined || object !== (type.value === undefined ? 'set' : 'map')) return false;
  batch.begin(DELSETELEM, 0);
  batch.text(LIST.table, table);
  batch.text(LIST.set, name);
  batch.end();
  return true;
}
