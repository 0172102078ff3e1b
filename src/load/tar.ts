const BLOCK = 512;

/**
 * The text of the first file of a tar archive whose name fits; undefined when there is none. Reads the
 * header blocks of POSIX ustar (tar(5)): enough for what `helm package` writes.
 */
export function textOfArchived(archive: Uint8Array, name: RegExp): string | undefined {
  for (let at = 0; at + BLOCK <= archive.length;) {
    const header = archive.subarray(at, at + BLOCK);
    const size = Number.parseInt(field(header, 124, 12), 8);
    if (field(header, 0, 100) === '' || Number.isNaN(size)) return undefined;
    const begin = at + BLOCK;
    if (name.test(field(header, 0, 100))) {
      return new TextDecoder().decode(archive.subarray(begin, begin + size));
    }
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

/** Whether the bytes are a tar archive, by the magic of ustar. */
export function isTar(bytes: Uint8Array): boolean {
  return field(bytes, 257, 5) === 'ustar';
}

/** A text of a header, which ends at its length or at a zero. */
function field(bytes: Uint8Array, start: number, length: number): string {
  return new TextDecoder()
    .decode(bytes.subarray(start, start + length))
    .replace(/\0.*$/s, '')
    .trim();
}
