import type { Problem } from '../model/problem.ts';
import type { ChartOptions } from './chart-options.ts';
import { readChart, readPackagedChart } from './chart.ts';
import type { Chart } from './chart.ts';
import { decodeSource } from './decode.ts';
import { walkFolder } from './folder.ts';
import { renderChart } from './helm.ts';
import { chooseKustomizations } from './kustomization-choice.ts';
import { KUSTOMIZATION_FILES, Kustomizations } from './kustomization.ts';
import type { Kustomization } from './kustomization.ts';
import { renderKustomization } from './kustomize.ts';
import { placeOf } from './loaded.ts';
import type { Loaded } from './loaded.ts';
import type { Rendering } from './render.ts';
import { openSnapshots } from './snapshot.ts';
import { MissingProgramError, SourceError, TreeError, hasCode, reasonOf } from './source-error.ts';
import type { FileTree } from './tree.ts';
import { chartInside, noChart, unpack } from './unpack.ts';

/** Of kustomizations that exclude each other, a message names no more. */
const MOST_NAMED = 8;

/** Loads what stands in one tree: the disk, or a revision. */
export class TreeLoader {
  readonly #tree: FileTree;
  readonly #loaded: Loaded;
  readonly #options: ChartOptions;
  readonly #kustomizations: Kustomizations;

  constructor(tree: FileTree, loaded: Loaded, options: ChartOptions) {
    this.#tree = tree;
    this.#loaded = loaded;
    this.#options = options;
    this.#kustomizations = new Kustomizations(tree);
  }

  /** Loads a file or folder that was named. Throws a SourceError when it cannot be read or holds nothing. */
  async load(path: string): Promise<void> {
    const isFolder = (await this.#tree.kindOf(path)) === 'folder';
    const name = path.split(/[/\\]/).at(-1)!;
    const isHead = name === 'Chart.yaml' || KUSTOMIZATION_FILES.includes(name);
    const folder = isFolder ? path : this.#tree.join(path, '..');
    if (isFolder || isHead) {
      const chart = await readChart(this.#tree, folder);
      if (chart !== undefined && (isFolder || name === 'Chart.yaml')) return this.#named(chart);
      const kustomization = await this.#kustomizations.at(folder);
      if (kustomization !== undefined) return this.#named(kustomization);
    }
    if (!isFolder) return this.#file(path);
    return this.#folder(path);
  }

  /** Adds a text that has no path. */
  async addText(label: string, bytes: Uint8Array): Promise<void> {
    const content = await unpack(label, bytes);
    if (content.kind === 'plain') this.#addPlain(label, content.bytes);
    else if (content.kind === 'fault') this.#problem(content.problem);
    else {
      const chart = readPackagedChart(label, content.archive);
      this.#problem(chart === undefined ? noChart(label) : chartInside(label));
    }
  }

  async #file(path: string): Promise<void> {
    const label = this.#tree.label(path);
    let bytes: Uint8Array;
    try {
      bytes = await this.#tree.read(path);
    } catch (error) {
      throw new SourceError(`\`${label}\` cannot be read: ${reasonOf(error)}`);
    }
    const content = await unpack(label, bytes);
    switch (content.kind) {
      case 'plain':
        return this.#addPlain(label, content.bytes);
      case 'fault':
        return this.#problem(content.problem);
      case 'archive': {
        const chart = readPackagedChart(path, content.archive);
        if (chart === undefined) return this.#problem(noChart(label));
        return this.#named(chart);
      }
    }
  }

  async #folder(folder: string): Promise<void> {
    const label = this.#tree.label(folder);
    const above = await readChart(this.#tree, this.#tree.join(folder, '..'));
    if (above !== undefined && /(?:^|[/\\])templates$/.test(await this.#tree.real(folder))) {
      throw new SourceError(
        `\`${label}\` has the templates of a Helm chart, which mean nothing before they are rendered; give the folder of the chart: \`${this.#tree.label(above.path)}\``,
      );
    }
    const found = await walkFolder(this.#tree, folder, this.#kustomizations);
    const { manifests, kustomizations, charts, problems } = found;
    if (manifests.length + kustomizations.length + charts.length + problems.length === 0) {
      throw new SourceError(
        `folder \`${label}\` has no .yaml, .yml or .json file in it, no kustomization and no Helm chart`,
      );
    }
    this.#loaded.problems.push(...problems);
    for (const file of manifests) await this.#manifest(file);
    for (const chart of charts) await this.#nested(chart);
    const { built, alternatives } = await chooseKustomizations(
      kustomizations,
      this.#kustomizations,
    );
    for (const one of built) await this.#nested(one);
    for (const group of alternatives) this.#problem(this.#ambiguous(group));
  }

  /** One manifest of a folder: what is wrong with it hides no other. */
  async #manifest(path: string): Promise<void> {
    try {
      await this.addText(this.#tree.label(path), await this.#tree.read(path));
    } catch (error) {
      const message = `this cannot be read: ${reasonOf(error)}`;
      const place = placeOf(this.#tree.label(path));
      this.#problem({ code: 'unreadable-file', severity: 'error', message, place });
    }
  }

  /** Renders what was named: without the program for it, there is no answer. */
  async #named(what: Chart | Kustomization): Promise<void> {
    const rendering = await this.#render(what);
    if (rendering.kind === 'missing') throw new MissingProgramError(rendering.message);
    this.#take(rendering);
  }

  /** Renders what stands below a folder, and says so: nobody named it. */
  async #nested(what: Chart | Kustomization): Promise<void> {
    const path = 'path' in what ? what.path : what.folder;
    const place = placeOf(this.#tree.label(path));
    if ('path' in what && what.isLibrary) return;
    const rendering = await this.#render(what);
    if (rendering.kind === 'missing') {
      const { message } = rendering;
      this.#problem({ code: 'not-rendered', severity: 'error', message, place });
      return;
    }
    const how =
      'path' in what ? 'a Helm chart, and was rendered' : 'a kustomization, and was built';
    const message = `this is ${how}; the files in it are not read by themselves`;
    this.#problem({ code: 'was-rendered', severity: 'info', message, place });
    this.#take(rendering);
  }

  async #render(what: Chart | Kustomization): Promise<Rendering> {
    const path = 'path' in what ? what.path : what.folder;
    if ('path' in what) this.#loaded.charts++;
    try {
      return 'path' in what
        ? await renderChart(this.#tree, what, this.#options)
        : await renderKustomization(this.#tree, path, this.#kustomizations);
    } catch (error) {
      if (!(error instanceof TreeError) && !hasCode(error)) throw error;
      const place = placeOf(this.#tree.label(path));
      return { kind: 'failed', message: `this cannot be rendered: ${reasonOf(error)}`, place };
    }
  }

  #take(rendering: Exclude<Rendering, { kind: 'missing' }>): void {
    if (rendering.kind === 'failed') {
      const { message, place } = rendering;
      this.#problem({ code: 'render-failed', severity: 'error', message, place });
      return;
    }
    this.#loaded.sources.push(...rendering.sources);
    this.#loaded.problems.push(...rendering.problems);
  }

  #ambiguous(group: readonly Kustomization[]): Problem {
    const names = group.map(({ folder }) => this.#tree.label(folder));
    const shown = names.slice(0, MOST_NAMED).map((name) => `\`${name}\``);
    const more = names.length - shown.length;
    const list = more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
    const message = `${list} build upon the same base, so only one of them is meant, and none is read; name it: \`-f ${names[0]}\``;
    const place = placeOf(names[0]!);
    return { code: 'several-overlays', severity: 'error', message, place };
  }

  #addPlain(label: string, bytes: Uint8Array): void {
    const { source, problems } = decodeSource(label, bytes);
    const opened = openSnapshots(source);
    this.#loaded.sources.push(opened.source);
    this.#loaded.problems.push(...problems, ...opened.problems);
  }

  #problem(problem: Problem): void {
    this.#loaded.problems.push(problem);
  }
}
