import type { ScalarValue } from './node.ts';

// kubectl reads YAML with sigs.k8s.io/yaml, a fork of go-yaml v2: its `resolve` decides what a scalar
// is. https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...words(true, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']),
  ...words(false, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']),
  ...words(null, ['', '~', 'null', 'Null', 'NULL']),
  ...words(Number.NaN, ['.nan', '.NaN', '.NAN']),
  ...words(Infinity, ['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF']),
  ...words(-Infinity, ['-.inf', '-.Inf', '-.INF']),
]);

function words(value: ScalarValue, texts: readonly string[]): [string, ScalarValue][] {
  return texts.map((text) => [text, value]);
}

const LONGEST_WORD = 5;
const INTEGER = /^[-+]?(?:0|[1-9][0-9]*)$/;
const BASED = /^([-+]?)0(?:([xX])([0-9a-fA-F]+)|([bB])([01]+)|([oO]?)([0-7]+))$/;
const FLOAT = /^[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?$|^[-+]?[0-9]+\.(?:[eE][-+]?[0-9]+)?$/;

/**
 * What a plain (unquoted) scalar means to kubectl: `yes` is true, `0777` is 511, `8_080` is 8080,
 * `80.0` is 80, `1:20` and dates stay text. Numbers are JavaScript's, so whole ones are exact up to 2^53.
 */
export function resolvePlain(text: string): ScalarValue {
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  const first = text.charCodeAt(0);
  const numeric =
    (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  return numeric ? resolveNumber(text) : text;
}

function resolveNumber(text: string): ScalarValue {
  // go-yaml tries what begins with `.` as it stands, without taking underscores out
  const digits = text.includes('_') && !text.startsWith('.') ? text.replaceAll('_', '') : text;
  if (INTEGER.test(digits)) return finite(digits) + 0; // +0: `-0` is 0 for kubectl
  const based = BASED.exec(digits);
  if (based !== null) {
    const [, sign, , hex, , binary, , octal] = based;
    const value = hex
      ? Number.parseInt(hex, 16)
      : binary
        ? Number.parseInt(binary, 2)
        : Number.parseInt(octal!, 8);
    // beyond 64 bits go-yaml takes a number with a prefix for text
    if (value >= 2 ** (sign === '-' ? 63 : 64)) return text;
    return sign === '-' ? 0 - value : value;
  }
  if (!FLOAT.test(digits)) return text;
  const value = Number(digits);
  return Number.isFinite(value) ? value + 0 : text;
}

function finite(digits: string): number {
  const value = Number(digits);
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

const CORE = 'tag:yaml.org,2002:';
const TIMESTAMP = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[Tt]|[ \t]+[0-9])/;

/**
 * What a scalar with a tag of its own means to kubectl; undefined when it refuses the pair. Unknown
 * tags and `!` say no more than that it is text.
 */
export function resolveTagged(tag: string, text: string): ScalarValue | undefined {
  switch (tag) {
    case `${CORE}bool`:
      return keep(resolvePlain(text), 'boolean');
    case `${CORE}null`:
      return keep(resolvePlain(text), 'object');
    case `${CORE}int`: {
      const digits = text.replaceAll('_', '');
      return INTEGER.test(digits) || BASED.test(digits)
        ? keep(resolvePlain(text), 'number')
        : undefined;
    }
    case `${CORE}float`:
      return keep(resolvePlain(text), 'number');
    case `${CORE}timestamp`:
      return TIMESTAMP.test(text) ? text : undefined;
    case `${CORE}binary`:
      return decodeBase64(text.replaceAll(/[\r\n]/g, ''));
    default:
      return text;
  }
}

function keep(value: ScalarValue, type: 'boolean' | 'number' | 'object'): ScalarValue | undefined {
  return typeof value === type ? value : undefined;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const SIXES = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The text whose UTF-8 bytes the base64 gives; undefined when it is not base64, or they are no text. */
function decodeBase64(text: string): string | undefined {
  if (!BASE64.test(text)) return undefined;
  let escaped = '';
  let bits = 0;
  let width = 0;
  for (const char of text.replace(/=+$/, '')) {
    bits = ((bits << 6) | SIXES.indexOf(char)) & 0xffff;
    width += 6;
    if (width < 8) continue;
    width -= 8;
    escaped += `%${((bits >> width) & 0xff).toString(16).padStart(2, '0')}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}
