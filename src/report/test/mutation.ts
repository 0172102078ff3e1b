import type { Difference } from '../../expect/mutation/changed-pairs.ts';
import { scoreOf } from '../../expect/mutation/mutation.ts';
import type { Mutation, Survivor } from '../../expect/mutation/mutation.ts';
import { formatPorts, isNoPorts } from '../../model/port-set.ts';
import { printable } from '../words/excerpt.ts';
import type { Paint } from '../words/paint.ts';
import { policyTitle } from './coverage.ts';
import { endsName } from './fault.ts';
import type { Outside } from './fault.ts';

/** How many changes the expectations notice, in one line. */
export function mutationLine(mutation: Mutation): string {
  const { possible, tried, idle, undecidable, noticed, survivors } = mutation;
  const all = noticed + survivors.length;
  const percent = Math.floor(scoreOf(mutation) * 100);
  const sampled = tried < possible ? ` (of ${possible}; --limit and --seed choose)` : '';
  const left = [
    ...(idle > 0 ? [`${idle} change no connection`] : []),
    ...(undecidable > 0 ? [`${undecidable} only what depends on something not known`] : []),
  ];
  const rest = left.length === 0 ? '' : `; ${left.join(', ')}`;
  return `${tried} single changes to the policies tried${sampled}: ${noticed} of ${all} are noticed (${percent} %)${rest}`;
}

/** How many surviving changes a person is shown; what would notice them is told of all. */
const MOST_SURVIVORS = 30;

/** The mutation as text: the line, the changes nobody would notice, and the expectations to add. */
export function mutationLines(mutation: Mutation, outside: Outside, ink: Paint): string[] {
  const { survivors, suggestions } = mutation;
  const lines = [mutationLine(mutation)];
  if (survivors.length > 0) lines.push('', 'no expectation notices');
  for (const { mutant, example } of survivors.slice(0, MOST_SURVIVORS)) {
    const { policy, what, place } = mutant;
    const told = `${policyTitle(policy)}: ${what}`;
    lines.push(`  ${printable(told)}  ${ink.dim(printable(place.toString()))}`);
    lines.push(`      ${printable(differenceLine(example, outside))}`);
  }
  if (survivors.length > MOST_SURVIVORS)
    lines.push(`  … and ${survivors.length - MOST_SURVIVORS} more; \`-o json\` lists them all`);
  if (suggestions.length > 0) {
    lines.push('', 'add these; each holds now, and would not after such a change', '');
    lines.push(...suggestedFile(mutation).map((line) => ink.cyan(printable(line))));
  }
  const open = survivors.filter(({ suggestion }) => suggestion === undefined).length;
  if (open > 0)
    lines.push('', `${open} of the changes would need an expectation that cannot be proposed here`);
  return lines;
}

/** The expectations to add, as the lines of a file. */
export function suggestedFile({ suggestions }: Mutation): string[] {
  return (['allow', 'deny'] as const).flatMap((kind) => {
    const own = suggestions.filter((one) => one.kind === kind);
    if (own.length === 0) return [];
    const lines = own.flatMap(({ yaml }) => yaml.trimEnd().split('\n'));
    return [`${kind}:`, ...lines.map((line) => `  ${line}`)];
  });
}

/** What one change opens or closes. */
export function differenceLine({ from, to, opened, closed }: Difference, outside: Outside): string {
  const ends = `${endsName([from], outside)} → ${endsName([to], outside)}`;
  const parts = [
    ...(isNoPorts(opened) ? [] : [`opens ${formatPorts(opened)}`]),
    ...(isNoPorts(closed) ? [] : [`closes ${formatPorts(closed)}`]),
  ];
  return `${ends}: ${parts.join(', ')}`;
}

/** A surviving change in the documented JSON form. */
export function survivorObject(
  { mutant, example, suggestion }: Survivor,
  outside: Outside,
): object {
  return {
    policy: policyTitle(mutant.policy),
    change: mutant.what,
    place: mutant.place,
    example: differenceLine(example, outside),
    ...(suggestion && { expectation: { expects: suggestion.kind, yaml: suggestion.yaml } }),
  };
}
