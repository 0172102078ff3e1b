import type { Fields } from '../fields/fields.ts';
import { oneOf } from './words.ts';

const FAULTS = {
  subject: { code: 'invalid-subject' },
  peer: { code: 'invalid-peer' },
  port: { code: 'invalid-port' },
} as const;

/**
 * The one of these fields that is set, where the API wants exactly one (`MinProperties`, `MaxProperties`);
 * undefined when none or several are, which is reported as a fault of that part, called `owner`.
 */
export function onlyField(
  fields: Fields,
  known: readonly string[],
  part: keyof typeof FAULTS,
  owner: string,
): string | undefined {
  const { code } = FAULTS[part];
  const [first, second] = known.filter((key) => fields.get(key) !== undefined);
  if (first !== undefined && second === undefined) return first;
  if (first === undefined || second === undefined) {
    const empty = known.find((key) => fields.has(key));
    const message =
      empty === undefined
        ? `${owner} needs ${oneOf(known)}`
        : `\`${empty}\` has no value, so it is not there; ${owner} needs ${oneOf(known)}`;
    fields.document.report('error', code, fields.place, message);
    return undefined;
  }
  const message = `${oneOf([first, second], 'and')} exclude each other; ${owner} has just one of them`;
  fields.document.report('error', code, fields.keyPlace(second), message);
  return undefined;
}
