// Formats of names: k8s.io/apimachinery/pkg/util/validation/validation.go

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const PORT_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** Why a text is not a DNS-1123 subdomain (the names of most objects); undefined when it is one. */
export function nameFault(name: string): string | undefined {
  if (name.length > 253) return 'is longer than 253 characters';
  if (name.split('.').every((part) => DNS_LABEL.test(part))) return undefined;
  return 'may only have lower case letters, digits, `-` and `.`, and begins and ends with a letter or digit';
}

/** Why a text is not a label key; undefined when it is one. */
export function labelKeyFault(key: string): string | undefined {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  if (slash !== -1 && nameFault(key.slice(0, slash)) !== undefined) {
    return 'has a prefix that is not a DNS name';
  }
  if (name === '') return 'has no name';
  if (name.length > 63) return 'has a name longer than 63 characters';
  if (QUALIFIED_NAME.test(name)) return undefined;
  return 'may only have letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit';
}

/** Why a text is not a label value; undefined when it is one. */
export function labelValueFault(value: string): string | undefined {
  if (value.length > 63) return 'is longer than 63 characters';
  if (LABEL_VALUE.test(value)) return undefined;
  return 'may only have letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit';
}

/** Why a text is not the name of a port (IANA service name); undefined when it is one. */
export function portNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > 15) return 'is longer than 15 characters';
  if (!PORT_NAME.test(name)) return 'may only have lower case letters, digits and `-` between them';
  if (name.includes('--')) return 'has two `-` in a row';
  if (!/[a-z]/.test(name)) return 'needs at least one letter';
  return undefined;
}
