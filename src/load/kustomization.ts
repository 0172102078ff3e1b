import { toPlain } from '../read/yaml/node.ts';
import { parseYaml } from '../read/yaml/tree.ts';
import type { FileTree } from './tree.ts';

/** The names kustomize knows its file by, as it looks for them. */
export const KUSTOMIZATION_FILES: readonly string[] = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
];

/** A folder that kustomize builds. */
export interface Kustomization {
  readonly folder: string;
  /** A part for other kustomizations, which is nothing by itself (`kind: Component`). */
  readonly isComponent: boolean;
  /** The folders it builds upon. */
  readonly bases: readonly string[];
}

/** Fields whose strings name folders or files (kustomize's `Kustomization` type). */
const REFERENCES: readonly string[] = [
  'resources',
  'bases',
  'components',
  'generators',
  'transformers',
  'validators',
];

/** The kustomizations of a tree, each read once. */
export class Kustomizations {
  readonly #tree: FileTree;
  readonly #known = new Map<string, Promise<Kustomization | undefined>>();

  constructor(tree: FileTree) {
    this.#tree = tree;
  }

  /** The kustomization in a folder; undefined when there is none. */
  at(folder: string): Promise<Kustomization | undefined> {
    let known = this.#known.get(folder);
    if (known === undefined) this.#known.set(folder, (known = this.#read(folder)));
    return known;
  }

  /** All folders a kustomization builds upon, at any distance, and its own. */
  async foldersOf(folder: string): Promise<ReadonlySet<string>> {
    const folders = new Set([folder]);
    for (const one of folders) {
      for (const base of (await this.at(one))?.bases ?? []) folders.add(base);
    }
    return folders;
  }

  async #read(folder: string): Promise<Kustomization | undefined> {
    for (const name of KUSTOMIZATION_FILES) {
      const file = this.#tree.join(folder, name);
      if ((await this.#tree.kindOf(file)) !== 'file') continue;
      const plain = await this.#plain(file);
      // Flux has a kind of this name, and people keep it in a file of this name
      if (!/^(?:kustomize\.config\.k8s\.io\/.*)?$/.test(textAt(plain, 'apiVersion'))) continue;
      const isComponent = textAt(plain, 'kind') === 'Component';
      return { folder, isComponent, bases: await this.#basesOf(folder, plain) };
    }
    return undefined;
  }

  /** What the file says; nothing when that cannot be read, for kustomize says it better. */
  async #plain(file: string): Promise<Readonly<Record<string, unknown>>> {
    try {
      const text = new TextDecoder().decode(await this.#tree.read(file));
      const root = parseYaml(text, 0).roots[0];
      const plain = root && toPlain(root);
      return typeof plain === 'object' && plain !== null ? { ...plain } : {};
    } catch {
      return {};
    }
  }

  async #basesOf(
    folder: string,
    plain: Readonly<Record<string, unknown>>,
  ): Promise<readonly string[]> {
    const bases: string[] = [];
    for (const field of REFERENCES) {
      const list = plain[field];
      if (!Array.isArray(list)) continue;
      for (const one of list as unknown[]) {
        if (typeof one !== 'string' || one.includes('\n')) continue;
        const base = this.#tree.join(folder, one).replace(/(?<=.)[/\\]$/, '');
        if ((await this.#tree.kindOf(base)) === 'folder') bases.push(base);
      }
    }
    return bases;
  }
}

function textAt(plain: Readonly<Record<string, unknown>>, key: string): string {
  const value = plain[key];
  return typeof value === 'string' ? value : '';
}
