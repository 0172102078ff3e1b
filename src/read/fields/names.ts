// Formats of names: k8s.io/apimachinery/pkg/util/validation/validation.go

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const PORT_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** What names of the kind must be: most are subdomains, a few a single label. */
export type NameRule = 'subdomain' | 'label' | 'service';

const LABEL_RULE =
  'may only have lower case letters, digits and `-`, and begins and ends with a letter or digit';

/** Why a text is not a name of that form; undefined when it is one. */
export function nameFault(name: string, rule: NameRule = 'subdomain'): string | undefined {
  const longest = rule === 'subdomain' ? 253 : 63;
  if (name === '') return 'is empty';
  if (name.length > longest) return `is longer than ${longest} characters`;
  if (rule === 'service' && /^[0-9]/.test(name)) return 'must begin with a letter';
  if (rule !== 'subdomain') return DNS_LABEL.test(name) ? undefined : because(name, LABEL_RULE);
  if (name.split('.').every((part) => DNS_LABEL.test(part))) return undefined;
  return because(
    name,
    'may only have lower case letters, digits, `-` and `.`, and begins and ends with a letter or digit',
  );
}

const CURLY_QUOTES = /^[\u00ab\u2018-\u201f]|[\u00bb\u2018-\u201f]$/;

/** The rule, or what the text rather looks like. */
function because(text: string, rule: string): string {
  if (/\{\{.*\}\}/.test(text)) return 'is a Helm template that was not rendered';
  if (CURLY_QUOTES.test(text))
    return 'has curly quotes, which are text to YAML; write straight ones';
  return rule;
}

const QUALIFIED_RULE =
  'may only have letters, digits, `-`, `_` and `.`, and begins and ends with a letter or digit';

/** Why a text is not a label key; undefined when it is one. */
export function labelKeyFault(key: string): string | undefined {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  if (slash !== -1 && nameFault(key.slice(0, slash)) !== undefined) {
    return 'has a prefix that is not a DNS name';
  }
  if (name === '') return 'has no name';
  if (name.length > 63) return 'has a name longer than 63 characters';
  return QUALIFIED_NAME.test(name) ? undefined : because(key, QUALIFIED_RULE);
}

/** Why a text is not a label value; undefined when it is one. */
export function labelValueFault(value: string): string | undefined {
  if (value.length > 63) return 'is longer than 63 characters';
  return LABEL_VALUE.test(value) ? undefined : because(value, QUALIFIED_RULE);
}

/** Why a text is not the name of a port (IANA service name); undefined when it is one. */
export function portNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > 15) return 'is longer than 15 characters';
  if (!PORT_NAME.test(name)) {
    return because(name, 'may only have lower case letters, digits and `-` between them');
  }
  if (name.includes('--')) return 'has two `-` in a row';
  if (!/[a-z]/.test(name)) return 'needs at least one letter';
  return undefined;
}
