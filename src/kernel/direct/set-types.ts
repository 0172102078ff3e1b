import type { ElementType } from '../../compile/ruleset/ruleset.ts';
import type { Command } from '../nft/words.ts';
import { DataForm } from './data-bytes.ts';
import { FIELD_FORMS } from './field-bytes.ts';

/** How elements of a set are written for the kernel. */
export interface SetType {
  readonly key: DataForm;
  /** Maps only. */
  readonly value: DataForm | undefined;
  /** Keys are given by both ends. */
  readonly interval: boolean;
  /** A key that is to be deleted must have a range in it: nft does not find it else. */
  readonly wantsRange: boolean;
}

/** The types of the sets that passing commands have declared, by table and name. */
export class SetTypes {
  readonly #types = new Map<string, SetType>();

  get(table: string, name: string): SetType | undefined {
    return this.#types.get(`${table} ${name}`);
  }

  /** Takes note of what a command that the kernel accepted declares, or makes unknown again. */
  learn({ words, body }: Command): void {
    const [verb, object, family, table, name] = words;
    const isSet = object === 'set' || object === 'map';
    if (verb === 'add' && isSet && family === 'inet' && body !== undefined) {
      const type = typeOf(body);
      if (type === undefined) this.#types.delete(`${table} ${name}`);
      else this.#types.set(`${table} ${name}`, type);
    } else if (!COMMON.has(verb!) || (verb !== 'add' && !isWithin(verb!, object))) {
      this.#types.clear();
    }
  }
}

const COMMON = new Set(['add', 'flush', 'delete']);

/** Whether it changes what is in sets and chains, and no set. */
function isWithin(verb: string, object: string | undefined): boolean {
  if (object === 'set' || object === 'map') return verb === 'flush';
  return object === 'element' || object === 'chain' || object === 'rule';
}

/** Undefined for a set whose elements are better left to nft. */
function typeOf(declaration: string): SetType | undefined {
  const type = /(?:^|[;\s])type\s+([^;:]+?)\s*(?::\s*(\w+)\s*)?(?:;|$)/.exec(declaration);
  if (type === null) return undefined;
  const key = type[1]!.split(/\s+\.\s+/);
  const value = type[2];
  if (![...key, ...(value === undefined ? [] : [value])].every(isKnown)) return undefined;
  const interval = /flags[^;]*\binterval\b/.test(declaration);
  // one field with intervals is a tree in the kernel, whose elements are ends and not ranges
  if (interval && (key.length === 1 || key.includes('ifname'))) return undefined;
  return {
    key: new DataForm(key as ElementType[], interval),
    value: value === undefined ? undefined : new DataForm([value as ElementType], false),
    interval,
    wantsRange: interval && key.includes('classid'),
  };
}

function isKnown(type: string): boolean {
  return type in FIELD_FORMS;
}
