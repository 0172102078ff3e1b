import type { Dirent } from 'node:fs';
import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf } from './source-error.ts';
import { withoutFolder } from './tree.ts';
import type { Entry, FileTree, OnDisk } from './tree.ts';

/** The files of this machine; paths are relative to the working directory, or absolute. */
export class DiskTree implements FileTree {
  async kindOf(path: string): Promise<'file' | 'folder' | undefined> {
    try {
      // what is no folder can be read: files, pipes, `/dev/stdin`
      return (await stat(path)).isDirectory() ? 'folder' : 'file';
    } catch {
      return undefined;
    }
  }

  async entries(folder: string): Promise<readonly Entry[]> {
    const found = await readdir(folder, { withFileTypes: true });
    found.sort((a, b) => (a.name < b.name ? -1 : 1));
    const entries = await Promise.all(found.map((one) => entryOf(folder, one)));
    return entries.filter((entry) => entry !== undefined);
  }

  read(file: string): Promise<Uint8Array> {
    return readFile(file);
  }

  real(path: string): Promise<string> {
    return realpath(path);
  }

  join(folder: string, name: string): string {
    return path.isAbsolute(name) ? path.normalize(name) : path.join(folder, name);
  }

  label(path: string): string {
    return path;
  }

  async onDisk<T>(_: readonly string[], use: (disk: OnDisk) => Promise<T>): Promise<T> {
    const here = await realpath('.');
    return use({
      of: (name) => path.resolve(name),
      relabel: (text) => withoutFolder(text, here, path.sep),
    });
  }
}

/** What a name stands for; undefined for what no manifest is in, like a socket. */
async function entryOf(folder: string, one: Dirent): Promise<Entry | undefined> {
  const { name } = one;
  if (one.isDirectory()) return { name, kind: 'folder' };
  if (one.isFile()) return { name, kind: 'file' };
  if (!one.isSymbolicLink()) return undefined;
  const link = path.join(folder, name);
  try {
    const target = await stat(link);
    if (target.isDirectory()) return { name, kind: 'link', target: await realpath(link) };
    return target.isFile() ? { name, kind: 'file' } : undefined;
  } catch (error) {
    const reason = reasonOf(error);
    return {
      name,
      kind: 'broken',
      reason: reason === 'no such file' ? 'a link to nothing' : reason,
    };
  }
}
