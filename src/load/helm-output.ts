import type { Source } from '../model/place.ts';
import { RenderedSource } from './rendered-source.ts';

/** What helm writes above every document: the template it is from, with the chart's name before it. */
const ORIGIN = /^---\r?\n# Source: [^/\n]+\/(.+?)\r?$/gm;

/**
 * Takes the output of `helm template` apart, document by document, in its order. The file of each is the
 * label of the template it is from, with `(rendered)` after it; its lines are counted over all that this
 * template was rendered to, as `helm template --show-only` has it (helm 4 leaves a blank line more between documents).
 */
export function sourcesOfTemplates(
  { file, text }: Source,
  labelOf: (template: string) => string,
): RenderedSource[] {
  const begins = [...text.matchAll(ORIGIN)];
  const first = begins[0]?.index ?? text.length;
  const above = new Map<string, number>();
  const sources: RenderedSource[] = [];
  if (text.slice(0, first).trim() !== '') {
    sources.push(new RenderedSource(file, text.slice(0, first), 0));
  }
  for (const [i, begin] of begins.entries()) {
    const name = `${labelOf(begin[1]!)} (rendered)`;
    const part = text.slice(begin.index, begins[i + 1]?.index);
    const lines = above.get(name) ?? 0;
    sources.push(new RenderedSource(name, part, lines));
    above.set(name, lines + part.split('\n').length - 1);
  }
  return sources;
}
