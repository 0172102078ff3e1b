import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitObjects } from './git-objects.ts';
import { TreeError } from './source-error.ts';
import { withTemporaryFolder } from './temporary.ts';
import { withoutFolder } from './tree.ts';
import type { Entry, FileTree, OnDisk } from './tree.ts';

/** An entry of a tree object of git. */
interface GitEntry {
  readonly name: string;
  readonly mode: string;
  readonly id: string;
}

/** Of a revision, no more than this is written to the disk for a program to read. */
const MOST_EXPORTED = { files: 20_000, bytes: 500_000_000 };
const MOST_LINKS = 20;

/**
 * The files of one revision, as they were committed: read from the object store of git, the work tree is
 * neither looked at nor touched. Paths begin at the root of the repository, which is `.`.
 */
export class GitTree implements FileTree {
  readonly #objects: GitObjects;
  readonly #root: string;
  readonly #name: string;
  readonly #folders = new Map<string, Promise<readonly GitEntry[]>>();

  /** The tree object with this id, under the name of its revision. */
  constructor(objects: GitObjects, root: string, name: string) {
    this.#objects = objects;
    this.#root = root;
    this.#name = name;
  }

  async kindOf(file: string): Promise<'file' | 'folder' | undefined> {
    const found = await this.#find(file, MOST_LINKS);
    if (found === undefined) return undefined;
    if (found.mode === FOLDER) return 'folder';
    return found.mode === SUBMODULE ? undefined : 'file';
  }

  async entries(folder: string): Promise<readonly Entry[]> {
    const { path: real } = (await this.#find(folder, MOST_LINKS)) ?? { path: folder };
    const found = [...(await this.#folder(real))].sort((a, b) => (a.name < b.name ? -1 : 1));
    return Promise.all(found.map((entry) => this.#entryOf(real, entry)));
  }

  async read(file: string): Promise<Uint8Array> {
    const found = await this.#find(file, MOST_LINKS);
    if (found === undefined) throw new TreeError(`there is no \`${file}\``);
    return this.#objects.read(found.id);
  }

  async real(file: string): Promise<string> {
    return (await this.#find(file, MOST_LINKS))?.path ?? file;
  }

  join(folder: string, name: string): string {
    return path.posix.join(folder, name);
  }

  label(file: string): string {
    return `git:${this.#name}${file === '.' ? '' : `:${file}`}`;
  }

  onDisk<T>(paths: readonly string[], use: (disk: OnDisk) => Promise<T>): Promise<T> {
    return withTemporaryFolder(async (folder) => {
      const left = { ...MOST_EXPORTED };
      const written = new Set<string>();
      for (const one of paths) await this.#write(one, folder, left, written);
      return use({
        of: (name) => path.join(folder, name),
        relabel: (text) => withoutFolder(text, folder, path.sep),
      });
    });
  }

  async #write(
    file: string,
    folder: string,
    left: { files: number; bytes: number },
    written: Set<string>,
  ): Promise<void> {
    if (written.has(file)) return;
    written.add(file);
    const found = await this.#find(file, 0);
    if (found === undefined || found.mode === SUBMODULE || !isWritable(file)) return;
    const target = path.join(folder, file);
    if (found.mode === FOLDER) {
      await mkdir(target, { recursive: true });
      for (const { name } of await this.#folder(file)) {
        await this.#write(path.posix.join(file, name), folder, left, written);
      }
      return;
    }
    const bytes = await this.#objects.read(found.id);
    left.files--;
    left.bytes -= bytes.length;
    if (left.files < 0 || left.bytes < 0) {
      const { files, bytes: most } = MOST_EXPORTED;
      throw new TreeError(
        `more than ${files} files or ${most / 1e6} MB would have to be written for that; name a smaller folder`,
      );
    }
    await mkdir(path.dirname(target), { recursive: true });
    if (found.mode !== LINK) {
      await writeFile(target, bytes);
      return;
    }
    if (staysInside(file, textOf(bytes))) await symlink(textOf(bytes), target);
  }

  /** The entry at a path and the path it has when links are followed; undefined when there is none. */
  async #find(file: string, links: number): Promise<(GitEntry & { path: string }) | undefined> {
    if (file === '.') return { name: '.', mode: FOLDER, id: this.#root, path: '.' };
    if (!isSafe(file)) return undefined;
    const above = await this.#find(path.posix.dirname(file), links);
    if (above?.mode !== FOLDER) return undefined;
    const entries = await this.#folder(above.path);
    const found = entries.find(({ name }) => name === path.posix.basename(file));
    if (found === undefined) return undefined;
    const own = path.posix.join(above.path, found.name);
    if (found.mode !== LINK || links === 0) return { ...found, path: own };
    const target = textOf(await this.#objects.read(found.id));
    if (target.startsWith('/')) return undefined;
    return this.#find(path.posix.join(above.path, target).replace(/\/$/, ''), links - 1);
  }

  #folder(folder: string): Promise<readonly GitEntry[]> {
    let known = this.#folders.get(folder);
    if (known === undefined) this.#folders.set(folder, (known = this.#readFolder(folder)));
    return known;
  }

  async #readFolder(folder: string): Promise<readonly GitEntry[]> {
    if (folder === '.')
      return parseTree(await this.#objects.read(this.#root), this.#root.length / 2);
    const above = await this.#folder(path.posix.dirname(folder));
    const own = above.find(({ name }) => name === path.posix.basename(folder));
    if (own?.mode !== FOLDER) throw new TreeError(`there is no folder \`${folder}\``);
    return parseTree(await this.#objects.read(own.id), own.id.length / 2);
  }

  async #entryOf(folder: string, { name, mode }: GitEntry): Promise<Entry> {
    if (mode === FOLDER) return { name, kind: 'folder' };
    if (mode === SUBMODULE) return { name, kind: 'submodule' };
    if (mode !== LINK) return { name, kind: 'file' };
    const found = await this.#find(path.posix.join(folder, name), MOST_LINKS);
    if (found === undefined) return { name, kind: 'broken', reason: 'a link to nothing' };
    if (found.mode === FOLDER) return { name, kind: 'link', target: found.path };
    if (found.mode === LINK) return { name, kind: 'broken', reason: 'a loop of links' };
    return { name, kind: found.mode === SUBMODULE ? 'submodule' : 'file' };
  }
}

// the modes git writes (gitformat-index(5), and `git ls-tree`)
const FOLDER = '40000';
const LINK = '120000';
const SUBMODULE = '160000';

/** Whether a path stays in the tree. */
function isSafe(file: string): boolean {
  return !file.startsWith('/') && file.split('/').every((part) => part !== '..' && part !== '.git');
}

/** Whether a file of this path may be written, on any system: git itself refuses such names. */
function isWritable(file: string): boolean {
  return isSafe(file.toLowerCase()) && !file.includes('\\');
}

/** Whether a link stays in the tree; one that does not would have a program read files of this machine. */
function staysInside(file: string, target: string): boolean {
  if (path.posix.isAbsolute(target) || path.isAbsolute(target)) return false;
  // a `..` after a name might go up from where another link leads
  const down = target.replace(/^(?:\.\.?\/)+/, '');
  if (down.split('/').includes('..') && down !== '..') return false;
  return isSafe(path.posix.join(path.posix.dirname(file), target));
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The entries of a tree object: `MODE SP NAME NUL ID`, the id in binary. */
export function parseTree(bytes: Uint8Array, idLength: number): readonly GitEntry[] {
  const entries: GitEntry[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const zero = bytes.indexOf(0, space);
    const end = zero + 1 + idLength;
    const id = Buffer.from(bytes.subarray(zero + 1, end)).toString('hex');
    const mode = textOf(bytes.subarray(at, space));
    entries.push({ mode, name: textOf(bytes.subarray(space + 1, zero)), id });
    at = end;
  }
  return entries;
}
