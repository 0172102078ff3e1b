import type { Batch } from './batch.ts';
import type { SetType } from './set-types.ts';

/** Elements to add to a set or to delete from it, and where it is. */
export interface ElementCommand {
  readonly verb: 'add' | 'delete';
  readonly table: string;
  readonly set: string;
  /** As nft reads them, commas between. */
  readonly body: string;
}

/** enum nf_tables_msg_types. */
const NEWSETELEM = 12;
const DELSETELEM = 14;
/** NLM_F_CREATE: without NLM_F_EXCL, for what is there already is no error. */
const CREATE = 0x400;
/** enum nft_set_elem_list_attributes, nft_list_attributes, nft_set_elem_attributes. */
const LIST = { table: 1, set: 2, elements: 3 } as const;
const LIST_ELEMENT = 1;
const ELEMENT = { key: 1, data: 2, timeout: 4, keyEnd: 10 } as const;
/** The length of an attribute is a number of 16 bits: a list that comes near it goes on in another message. */
const MOST_BYTES = 60_000;

const [BLANK, LINE_END] = [0x20, 0x0a];

/** Writes the messages that do this; false when some of it is better left to nft. */
export function writeElements(batch: Batch, command: ElementCommand, type: SetType): boolean {
  const { body } = command;
  const form: ElementForm = {
    ...type,
    isAdded: command.verb === 'add',
    // a search for what is nowhere goes to the end of the body, so not one for each element
    hasValues: body.includes(' : '),
    hasTimeouts: body.includes(' timeout '),
  };
  let list: number | undefined;
  for (let from = 0; from < body.length;) {
    const comma = body.indexOf(',', from);
    const next = comma === -1 ? body.length : comma;
    let [begin, end] = [from, next];
    while (begin < end && isBlank(body.charCodeAt(begin))) begin++;
    while (begin < end && isBlank(body.charCodeAt(end - 1))) end--;
    from = next + 1;
    if (begin === end) continue;
    if (list !== undefined && batch.messageLength > MOST_BYTES) {
      batch.close(list);
      batch.end();
      list = undefined;
    }
    list ??= openList(batch, command);
    if (!writeElement(batch, form, body, begin, end)) return false;
  }
  if (list === undefined) return false;
  batch.close(list);
  batch.end();
  return true;
}

function openList(batch: Batch, { verb, table, set }: ElementCommand): number {
  if (verb === 'add') batch.begin(NEWSETELEM, CREATE);
  else batch.begin(DELSETELEM, 0);
  batch.text(LIST.table, table);
  batch.text(LIST.set, set);
  return batch.open(LIST.elements);
}

/** What the elements of one command have in common. */
interface ElementForm extends SetType {
  readonly isAdded: boolean;
  readonly hasValues: boolean;
  readonly hasTimeouts: boolean;
}

/** `KEY`, `KEY : VALUE` or `KEY timeout 30s : VALUE`. */
function writeElement(
  batch: Batch,
  { key, value, interval, wantsRange, isAdded, hasValues, hasTimeouts }: ElementForm,
  text: string,
  from: number,
  to: number,
): boolean {
  const colon = hasValues ? text.indexOf(' : ', from) : -1;
  const hasValue = colon !== -1 && colon < to;
  if (hasValue ? value === undefined : value !== undefined && isAdded) return false;
  let keyEnd = hasValue ? colon : to;
  let seconds: number | undefined;
  const timeout = hasTimeouts ? text.indexOf(' timeout ', from) : -1;
  if (timeout !== -1 && timeout < keyEnd) {
    const time = /^(\d{1,9})s$/.exec(text.slice(timeout + 9, keyEnd));
    if (time === null) return false;
    seconds = Number(time[1]);
    keyEnd = timeout;
  }
  // nft refuses it, and so do all
  if (wantsRange && !isAdded && !hasRange(text, from, keyEnd)) return false;
  const element = batch.open(LIST_ELEMENT);
  if (!key.write(batch, ELEMENT.key, text, from, keyEnd)) return false;
  if (interval && !key.write(batch, ELEMENT.keyEnd, text, from, keyEnd, true)) return false;
  if (hasValue && isAdded && !value!.write(batch, ELEMENT.data, text, colon + 3, to)) return false;
  if (seconds !== undefined && isAdded) {
    const at = batch.attribute(ELEMENT.timeout, 8);
    batch.bytes.writeBigUInt64BE(BigInt(seconds) * 1000n, at);
  }
  batch.close(element);
  return true;
}

function hasRange(text: string, from: number, to: number): boolean {
  const dash = text.indexOf('-', from);
  return dash !== -1 && dash < to;
}

function isBlank(code: number): boolean {
  return code === BLANK || code === LINE_END;
}
