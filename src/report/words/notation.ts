/** A value in a structured output; fields that are undefined are left out. */
export type Value =
  | string
  | number
  | boolean
  | readonly Value[]
  | { readonly [field: string]: Value | undefined };

/** One way to write structured output down piece by piece: a document of fields and lists of items. */
export interface Notation {
  /** A whole value on one line. */
  value(value: Value): string;
  /** What stands between the elements of a list on one line. */
  readonly comma: string;
  /** What comes before everything. */
  readonly begin: string;
  /** A field of the document; `first` when nothing stands before it. */
  field(name: string, text: string, first: boolean): string;
  /** The beginning of a list of items, each on lines of its own. */
  listBegin(name: string): string;
  /** An item of a list: its fields, each as text. */
  item(fields: readonly (readonly [name: string, text: string])[], first: boolean): string;
  /** The end of a list, which may have had no items. */
  listEnd(name: string, empty: boolean): string;
  readonly end: string;
}

/** JSON (RFC 8259), an item a line. */
export const JSON_NOTATION: Notation = {
  value: (value) => JSON.stringify(value),
  comma: ',',
  begin: '{',
  field: (name, text, first) => `${first ? '' : ','}\n  "${name}": ${text}`,
  listBegin: (name) => `,\n  "${name}": [`,
  item(fields, first) {
    let text = first ? '\n    {' : ',\n    {';
    for (const [i, [name, value]] of fields.entries())
      text += `${i === 0 ? '"' : ',"'}${name}":${value}`;
    return `${text}}`;
  },
  listEnd: (_, empty) => (empty ? ']' : '\n  ]'),
  end: '\n}\n',
};

/** YAML 1.2: items in block style, what is inside them in flow style. */
export const YAML_NOTATION: Notation = {
  value: flow,
  comma: ', ',
  begin: '',
  field: (name, text) => `${name}: ${text}\n`,
  listBegin: (name) => `${name}:`,
  item(fields, first) {
    const lines = fields.map(([name, text], i) => `${i === 0 ? '- ' : '  '}${name}: ${text}\n`);
    return `${first ? '\n' : ''}  ${lines.join('  ')}`;
  },
  listEnd: (_, empty) => (empty ? ' []\n' : ''),
  end: '',
};

function flow(value: Value): string {
  if (typeof value === 'string') return scalar(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(flow).join(', ')}]`;
  const fields = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${fields.map(([name, inner]) => `${scalar(name)}: ${flow(inner!)}`).join(', ')}}`;
}

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value);
}

/** Texts that no YAML reader, of 1.1 or 1.2, takes for anything but themselves. */
const PLAIN = /^[A-Za-z/(][A-Za-z0-9 ._/()+-]*$/;
const MEANS_ELSE = /^(?:true|false|yes|no|on|off|y|n|null)$|[ ]$/i;

/** What readers of YAML 1.1, that of Kubernetes among them, refuse even in quotes, or take for a line end. */
const UNPRINTABLE = /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g;

/** A YAML scalar: plain where that is safe, else double-quoted, whose escapes include those of JSON. */
function scalar(text: string): string {
  if (PLAIN.test(text) && !MEANS_ELSE.test(text)) return text;
  return JSON.stringify(text).replace(UNPRINTABLE, escaped);
}

function escaped(one: string): string {
  return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
