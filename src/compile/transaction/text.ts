import type { Chain, NamedSet, Ruleset } from '../ruleset/ruleset.ts';
import { lineText } from '../ruleset/statement-text.ts';
import { kindOf, setProperties } from './transaction-text.ts';

export interface TextOptions {
  /** With comments on what each rule is for, who is who, and which policies it comes from. */
  readonly annotated?: boolean;
}

/** The ruleset as `nft list table` would show it: a file that `nft -f` takes. */
export function rulesetText(ruleset: Ruleset, { annotated = false }: TextOptions = {}): string {
  const { table, sets, chains } = ruleset;
  const blocks = [
    ...sets.map((set) => setLines(set, annotated)),
    ...chains.map((chain) => chainLines(chain, annotated)),
  ];
  const body = blocks.map((lines) => lines.map((one) => `\t${one}`.trimEnd()).join('\n'));
  return `table inet ${table} {\n${body.join('\n\n')}\n}\n`;
}

function setLines(set: NamedSet, annotated: boolean): string[] {
  const head = [`${kindOf(set)} ${set.name} {`, ...setProperties(set).map((one) => `\t${one}`)];
  if (set.elements.size === 0) return [...head, '}'];
  const lines: string[] = [];
  for (const [key, value] of set.elements) {
    const heading = set.headings?.get(key);
    if (annotated && heading !== undefined)
      lines.push(...(lines.length > 0 ? [''] : []), `# ${heading}`);
    const element = `${key}${set.value === undefined ? '' : ` : ${value}`},`;
    const note = annotated ? set.notes?.get(key) : undefined;
    lines.push(note === undefined ? element : `${element} # ${note}`);
  }
  return [...head, '\telements = {', ...lines.map((one) => `\t\t${one}`), '\t}', '}'];
}

function chainLines({ name, hook, lines }: Chain, annotated: boolean): string[] {
  const hooked =
    hook === undefined
      ? []
      : [`type filter hook ${hook.name} priority ${hook.priority}; policy accept;`];
  const rules = lines.flatMap((line) => {
    const note = annotated && line.note !== undefined ? [`# ${line.note}`] : [];
    return [...note, lineText(line)];
  });
  return [`chain ${name} {`, ...[...hooked, ...rules].map((one) => `\t${one}`), '}'];
}
