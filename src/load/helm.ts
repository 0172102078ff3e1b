import { Place, Source } from '../model/place.ts';
import { LONGEST_RELEASE } from './chart-options.ts';
import type { ChartOptions } from './chart-options.ts';
import type { Chart } from './chart.ts';
import { decodeSource } from './decode.ts';
import { sourcesOfTemplates } from './helm-output.ts';
import { placeOf } from './loaded.ts';
import { inNamespace } from './release-namespace.ts';
import { faultInWords } from './render-fault.ts';
import { runFirst } from './render.ts';
import type { Rendering } from './render.ts';
import type { FileTree } from './tree.ts';

/**
 * Renders a chart by `helm template`. Each document is one source, named after its template.
 */
export async function renderChart(
  tree: FileTree,
  chart: Chart,
  options: ChartOptions,
): Promise<Rendering> {
  const label = tree.label(chart.path);
  const namespace = options.namespace ?? 'default';
  return tree.onDisk([chart.path], async (disk) => {
    const args = ['template', options.release ?? releaseOf(chart), disk.of(chart.path)];
    // always told, for helm would ask the environment and the kubeconfig
    args.push(`--namespace=${namespace}`);
    for (const file of options.values ?? []) args.push(`--values=${csvField(file)}`);
    for (const pair of options.set ?? []) args.push(`--set=${pair}`);
    if (options.kubeVersion !== undefined) args.push(`--kube-version=${options.kubeVersion}`);
    for (const version of options.apiVersions ?? []) args.push(`--api-versions=${version}`);
    const { outcome } = await runFirst([{ program: 'helm', args }]);
    switch (outcome.kind) {
      case 'missing': {
        const message = `\`${label}\` is a Helm chart, and \`helm\` is not installed; install it, or render the chart elsewhere: \`helm template ${label} | sluice … -f -\``;
        return { kind: 'missing', message };
      }
      case 'stopped':
        return failed(outcome.why, placeOf(label));
      case 'ended': {
        const { status, stdout, stderr } = outcome;
        if (status !== 0) {
          return failed(faultInWords(disk.relabel(stderr)), await placeIn(tree, chart, stderr));
        }
        const { source, problems } = decodeSource(`${label} (rendered)`, stdout);
        if (source.text.trim() === '') return nothing(chart, label);
        const sources = sourcesOfTemplates(source, (template) =>
          tree.label(tree.join(chart.path, template)),
        );
        const placed = sources.map((one) => inNamespace(one, namespace));
        return { kind: 'rendered', sources: placed, problems };
      }
    }
  });
}

function failed(why: string, place: Place): Rendering {
  return { kind: 'failed', message: `\`helm template\` cannot render this: ${why}`, place };
}

function nothing({ isLibrary }: Chart, label: string): Rendering {
  const message = isLibrary
    ? 'this is a library chart, which renders to nothing by itself; give a chart that uses it'
    : 'this chart renders to nothing with these values';
  const place = placeOf(label);
  const problem = { code: 'no-objects', severity: 'info', message, place } as const;
  return { kind: 'rendered', sources: [], problems: [problem] };
}

/** The release is called like the chart, as far as helm takes that for the name of one. */
function releaseOf({ name }: Chart): string {
  const lower = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, LONGEST_RELEASE);
  return lower.replaceAll(/^-+|-+$/g, '') || 'release-name';
}

/** `--values` is a list of comma separated values for helm, each of which may be quoted. */
function csvField(file: string): string {
  return /[",\n]/.test(file) ? `"${file.replaceAll('"', '""')}"` : file;
}

/** Where in a template helm stumbled, when it says so and the template can be read; else the chart. */
async function placeIn(tree: FileTree, chart: Chart, stderr: string): Promise<Place> {
  const match = /[\w.-]+\/((?:charts|templates)\/[^\s:")]+)(?::(\d+))?(?::(\d+))?/.exec(stderr);
  if (match === null) return placeOf(tree.label(chart.path));
  const file = tree.join(chart.path, match[1]!);
  if ((await tree.kindOf(file)) !== 'file') return placeOf(tree.label(chart.path));
  const text = new TextDecoder().decode(await tree.read(file));
  const lines = text.split('\n').slice(0, Number(match[2] ?? 1) - 1);
  const start = lines.reduce((sum, line) => sum + line.length + 1, 0);
  const offset = start + Math.max(0, Number(match[3] ?? 1) - 1);
  return new Place(new Source(tree.label(file), text), 1, Math.min(offset, text.length), '');
}
