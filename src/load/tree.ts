/** What a name in a folder stands for. */
export type Entry =
  | { readonly name: string; readonly kind: 'file' | 'folder' | 'submodule' }
  /** A link to a folder, which the walk does not follow; `target` is where it leads. */
  | { readonly name: string; readonly kind: 'link'; readonly target: string }
  /** A link to nothing, or one that cannot be followed. */
  | { readonly name: string; readonly kind: 'broken'; readonly reason: string };

/** Files and folders of a tree as real ones on the disk, for a program to read. */
export interface OnDisk {
  /** The absolute path of a file or folder. */
  of(path: string): string;
  /** A text in which a program speaks of such paths, in the words of the user. */
  relabel(text: string): string;
}

/** A text without a folder before the paths in it; the folder itself becomes `.`. */
export function withoutFolder(text: string, folder: string, separator: string): string {
  const begin = `${folder}${separator}`;
  const rest = text.replaceAll(begin, '');
  return rest.split(folder).reduce((left, right) => {
    return `${left}${/^[\w.-]/.test(right) ? folder : '.'}${right}`;
  });
}

/** Where files come from: the disk, or a revision of a git repository. Paths are normal, without `./`. */
export interface FileTree {
  /** What is at the path, links followed; undefined when nothing is. */
  kindOf(path: string): Promise<'file' | 'folder' | undefined>;
  /** What is in a folder, in the order of names. Rejects when it cannot be read. */
  entries(folder: string): Promise<readonly Entry[]>;
  /** The bytes of a file. Rejects when it cannot be read. */
  read(file: string): Promise<Uint8Array>;
  /** The path without links, to see whether one is below another. */
  real(path: string): Promise<string>;
  /** A path as seen from a folder, normal: `join('a/b', '../c')` is `a/c`. */
  join(folder: string, path: string): string;
  /** How a path is called in messages and places. */
  label(path: string): string;
  /** Hands the files and folders (all that is below) on as real ones. */
  onDisk<T>(paths: readonly string[], use: (disk: OnDisk) => Promise<T>): Promise<T>;
}
