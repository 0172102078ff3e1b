import { portName } from '../words/miss-words.ts';
import { paint } from '../words/paint.ts';
import { printableLine } from '../words/printable-line.ts';
import type { Explanation } from './explanation.ts';
import { noFixWords } from './no-fix-words.ts';
import { explanationNotes } from './notes.ts';
import { SideText } from './side-text.ts';

/** The explanation as a person reads it; `colour` for a terminal. */
export function explanationText(explanation: Explanation, colour: boolean): string {
  const ink = paint(colour);
  const { cluster, from, to, port, asked, fix } = explanation;
  const colours = { allowed: ink.green, denied: ink.red, depends: ink.yellow };
  const verdict = colours[asked.answer](ink.bold(asked.answer));
  const lines = [`${ink.bold(from)} → ${ink.bold(to)}, ${portName(port)}: ${verdict}`, ''];
  for (const note of explanationNotes(explanation)) lines.push(`note: ${note}`);
  if (lines.length > 2) lines.push('');
  const { telling } = asked;
  if (telling !== undefined) {
    const sides = new SideText(cluster, asked, telling, ink);
    lines.push(...sides.lines('egress', from), '', ...sides.lines('ingress', to), '');
  }
  const none = noFixWords(explanation);
  if (none !== undefined && explanation.wanted !== 'denied') lines.push(`to allow it: ${none}`, '');
  if (fix !== undefined) {
    lines.push(`${asked.answer === 'allowed' ? 'to deny it' : 'to allow it'}: ${fix.summary}`, '');
    const manifest = fix.manifest.trimEnd();
    if (manifest !== '') lines.push(...manifest.split('\n').map((line) => ink.cyan(line)), '');
  }
  const shown = lines.map((line) => printableLine(line, colour));
  return `${shown.join('\n').trimEnd()}\n`;
}
