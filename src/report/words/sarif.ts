import type { Place } from '../../model/place.ts';

// SARIF 2.1.0: docs.oasis-open.org/sarif/sarif/v2.1.0/os; the section of each object in brackets
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json';

/** What a code means (reportingDescriptor, 3.49). */
export interface SarifRule {
  readonly id: string;
  readonly shortDescription?: { readonly text: string };
  readonly fullDescription?: { readonly text: string };
  readonly help?: { readonly text: string };
  readonly defaultConfiguration?: { readonly level: string };
}

/** A SARIF 2.1.0 log of one run, for code scanning. */
export function sarifLog(rules: readonly SarifRule[], results: readonly object[]): string {
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [{ tool: { driver: { name: 'sluice', rules } }, columnKind: 'utf16CodeUnits', results }],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

/** Where (location, 3.28); columns are counted in UTF-16 units, as places count them. */
export function sarifLocation({ file, line, column }: Place): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column },
    },
  };
}

/** A file name as a URI reference (RFC 3986); a name that is one already, like `git:…`, stays. */
function uriOf(file: string): string {
  // half a character is none, and cannot be encoded
  const path = file.replaceAll('\\', '/').replaceAll(/\p{Cs}/gu, '\uFFFD');
  const encoded = encodeURI(path).replaceAll('#', '%23').replaceAll('?', '%3F');
  if (/^[A-Za-z]:\//.test(path)) return `file:///${encoded}`;
  if (path.startsWith('/')) return `file://${encoded}`;
  // before its first slash, a colon would end a scheme (4.2)
  return path.startsWith('git:') ? encoded : encoded.replace(/^[^/]*/, withoutColons);
}

function withoutColons(segment: string): string {
  return segment.replaceAll(':', '%3A');
}
