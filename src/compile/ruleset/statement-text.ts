import { formatId } from './id-source.ts';
import type { Field, Line, MatchStatement, Statement } from './ruleset.ts';

/** A rule as nft reads it: `ct mark and 0x0000ffff == 0x00000001 accept`. */
export function lineText({ statements }: Line): string {
  return statements.map(statementText).join(' ');
}

/** One statement as nft reads it (nft(8), "Statements"). */
export function statementText(statement: Statement): string {
  switch (statement.kind) {
    case 'match':
      return matchText(statement);
    case 'limit':
      return `limit rate ${statement.rate}/second burst ${statement.burst} packets`;
    case 'log':
      return `log prefix "${statement.prefix}" group ${statement.group} snaplen ${statement.snaplen}`;
    case 'mark': {
      const set = `ct mark set ct mark and ${hex(statement.keep)}`;
      return statement.value === 0 ? set : `${set} or ${hex(statement.value)}`;
    }
    case 'scratch':
      return `meta priority set ${formatId(statement.value)}`;
    case 'scratch-map':
      return `meta priority set ${keyText(statement.key)} map @${statement.map}`;
    case 'count-in':
      return `update @${statement.set} { ${statement.field} }`;
    case 'remember':
      return `update @${statement.set} { ${keyText(statement.key)} }`;
    case 'jump':
    case 'goto':
      return `${statement.kind} ${statement.chain}`;
    case 'counter':
    case 'accept':
    case 'drop':
    case 'return':
      return statement.kind;
  }
}

function matchText({ fields, mask, negated, in: within }: MatchStatement): string {
  const [field] = fields;
  const left = mask === undefined ? keyText(fields) : `${field} and ${maskText(field!, mask)}`;
  if ('set' in within) return `${left} ${negated ? '!= ' : ''}@${within.set}`;
  const { values } = within;
  const right = values.length === 1 ? values[0] : `{ ${values.join(', ')} }`;
  // states are bits: several are written without braces, and mean any of them
  if (field === 'ct state') return `${left} ${negated ? '!= ' : ''}${values.join(',')}`;
  const operator = negated ? '!= ' : mask === undefined ? '' : '== ';
  return `${left} ${operator}${right}`;
}

function keyText(fields: readonly Field[]): string {
  return fields.join(' . ');
}

const TCP_FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr'] as const;

function maskText(field: Field, mask: number): string {
  if (field !== 'tcp flags') return hex(mask);
  return `(${TCP_FLAGS.filter((_, i) => mask & (1 << i)).join('|')})`;
}

/** A number of 32 bits as marks are written. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}
