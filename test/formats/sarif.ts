import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';

/** The parts of a SARIF 2.1.0 log that the tests look at. */
export interface SarifLog {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly SarifResult[];
  }[];
}

export interface SarifResult {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly message: { readonly text: string; readonly markdown?: string };
  readonly locations?: readonly SarifLocation[];
  readonly relatedLocations?: readonly SarifLocation[];
}

export interface SarifLocation {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number; readonly startColumn: number };
  };
}

// RFC 3986, appendix A: what may stand in a path, a query and a fragment
const CHARACTER = String.raw`[\w.~!$&'()*+,;=:@-]|%[\dA-Fa-f]{2}`;
const HIERARCHY = String.raw`(?:\/\/[^\s/?#]*)?(?:\/|${CHARACTER})*(?:\?(?:[/?]|${CHARACTER})*)?(?:#(?:[/?]|${CHARACTER})*)?`;
const URI = new RegExp(`^[A-Za-z][\\w+.-]*:${HIERARCHY}$`);
/** A reference without a scheme has no colon before its first slash (4.2). */
const RELATIVE = new RegExp(`^(?![^/?#]*:)${HIERARCHY}$`);

/** Whether a log is one, by the published schema, whose draft of JSON Schema is older than Ajv reads. */
export function sarifValidator(): ValidateFunction {
  const text = readFileSync(new URL('sarif-2.1.0.schema.json', import.meta.url), 'utf8');
  const { $schema: draft, id, ...schema } = JSON.parse(text) as { $schema: string; id: string };
  if (draft !== 'http://json-schema.org/draft-04/schema#') throw new Error('another draft');
  // one of its patterns is none to a strict reader
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  ajv.addFormat('uri', URI);
  ajv.addFormat('uri-reference', (uri: string) => URI.test(uri) || RELATIVE.test(uri));
  ajv.addFormat('date-time', true);
  return ajv.compile({ ...schema, $id: id });
}
