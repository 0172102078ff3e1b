import type { Problem, Severity } from '../model/problem.ts';
import { readChart } from './chart.ts';
import type { Chart } from './chart.ts';
import { KUSTOMIZATION_FILES } from './kustomization.ts';
import type { Kustomization, Kustomizations } from './kustomization.ts';
import { placeOf } from './loaded.ts';
import { reasonOf } from './source-error.ts';
import type { Entry, FileTree } from './tree.ts';

/** What is below a folder that is neither a chart nor a kustomization, in the order of names. */
export interface FolderContent {
  readonly manifests: readonly string[];
  readonly kustomizations: readonly Kustomization[];
  readonly charts: readonly Chart[];
  readonly problems: readonly Problem[];
}

/** At most this much of a folder is looked at; docs/sources.md states it. */
export interface FolderLimits {
  readonly manifests: number;
  readonly entries: number;
}

export const FOLDER_LIMITS: FolderLimits = { manifests: 100_000, entries: 1_000_000 };

const MANIFEST = /\.(?:ya?ml|json)(?:\.gz)?$/i;
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git', '.github', '.terraform']);

/** Finds what is below a folder. What stands in a chart or a kustomization is read by rendering it. */
export async function walkFolder(
  tree: FileTree,
  folder: string,
  kustomizations: Kustomizations,
  limits: FolderLimits = FOLDER_LIMITS,
): Promise<FolderContent> {
  const walk = new FolderWalk(tree, folder, kustomizations, limits);
  await walk.into(folder, false);
  return walk;
}

class FolderWalk implements FolderContent {
  readonly manifests: string[] = [];
  readonly kustomizations: Kustomization[] = [];
  readonly charts: Chart[] = [];
  readonly problems: Problem[] = [];
  readonly #tree: FileTree;
  readonly #top: string;
  readonly #all: Kustomizations;
  readonly #limits: FolderLimits;
  #entries = 0;
  #full = false;

  constructor(tree: FileTree, top: string, all: Kustomizations, limits: FolderLimits) {
    this.#tree = tree;
    this.#top = top;
    this.#all = all;
    this.#limits = limits;
  }

  /** Looks through a folder; below a kustomization only for more of them. */
  async into(folder: string, built: boolean): Promise<void> {
    const entries = await this.#entriesOf(folder);
    const names = new Set(entries.map(({ name }) => name));
    const chart = names.has('Chart.yaml') ? await readChart(this.#tree, folder) : undefined;
    if (chart !== undefined) {
      // one below a kustomization is there for its `helmCharts`
      if (!built) this.charts.push(chart);
      return;
    }
    const isBuilt = KUSTOMIZATION_FILES.some((name) => names.has(name));
    const kustomization = isBuilt ? await this.#all.at(folder) : undefined;
    if (kustomization !== undefined) this.kustomizations.push(kustomization);
    const part = built || kustomization !== undefined;
    for (const entry of entries) {
      if (this.#full) return;
      const own = this.#tree.join(folder, entry.name);
      if (entry.kind === 'folder') {
        if (!SKIPPED.has(entry.name)) await this.into(own, part);
      } else if (!part) await this.#take(own, entry);
    }
  }

  async #entriesOf(folder: string): Promise<readonly Entry[]> {
    try {
      const entries = await this.#tree.entries(folder);
      this.#entries += entries.length;
      if (this.#entries > this.#limits.entries) this.#stop(`${this.#limits.entries} files`);
      return entries;
    } catch (error) {
      this.#unreadable(folder, reasonOf(error));
      return [];
    }
  }

  async #take(file: string, entry: Entry): Promise<void> {
    const isManifest = MANIFEST.test(entry.name) && !entry.name.startsWith('.');
    switch (entry.kind) {
      case 'file':
        if (!isManifest) return;
        if (this.manifests.length === this.#limits.manifests) {
          this.#stop(`${this.#limits.manifests} manifests`);
        } else this.manifests.push(file);
        return;
      case 'broken':
        if (isManifest) this.#unreadable(file, entry.reason);
        return;
      case 'submodule': {
        const message = `this is a submodule, whose files the revision does not have; give them as a source of their own`;
        this.#notFollowed(file, message, 'warning');
        return;
      }
      case 'link': {
        const within = isBelow(entry.target, await this.#tree.real(this.#top));
        const message = within
          ? 'this is a link to a folder that is read where it is'
          : 'this is a link to a folder, which is not followed (nor does kubectl); give it as a source of its own';
        this.#notFollowed(file, message, within ? 'info' : 'warning');
        return;
      }
      case 'folder':
    }
  }

  #unreadable(file: string, reason: string): void {
    const label = this.#tree.label(file);
    const message = `this cannot be read: ${reason}`;
    const problem = { code: 'unreadable-file', message, place: placeOf(label) };
    this.problems.push({ ...problem, severity: 'error' });
  }

  #notFollowed(file: string, message: string, severity: Severity): void {
    const place = placeOf(this.#tree.label(file));
    this.problems.push({ code: 'not-followed', severity, message, place });
  }

  #stop(most: string): void {
    if (this.#full) return;
    this.#full = true;
    const place = placeOf(this.#tree.label(this.#top));
    const message = `there are more than ${most} below this folder, and the rest is not read; give the folders that matter`;
    this.problems.push({ code: 'too-large', severity: 'error', message, place });
  }
}

function isBelow(inner: string, outer: string): boolean {
  return outer === '.' || inner === outer || inner.startsWith(`${outer}/`);
}
