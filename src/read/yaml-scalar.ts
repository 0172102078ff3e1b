import type { ScalarValue } from './yaml-node.ts';

// kubectl reads YAML with sigs.k8s.io/yaml, a fork of go-yaml v2: its `resolve` decides what a plain
// scalar is. https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...words(true, ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']),
  ...words(false, ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']),
  ...words(null, ['', '~', 'null', 'Null', 'NULL']),
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
 * `80.0` is 80, `1:20` and dates stay text.
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
  const digits = text.replaceAll('_', '');
  if (INTEGER.test(digits)) return Number(digits);
  const based = BASED.exec(digits);
  if (based !== null) {
    const [, sign, , hex, , binary, , octal] = based;
    const value = hex
      ? Number.parseInt(hex, 16)
      : binary
        ? Number.parseInt(binary, 2)
        : Number.parseInt(octal!, 8);
    return sign === '-' ? -value : value;
  }
  return FLOAT.test(digits) ? Number(digits) : text;
}
