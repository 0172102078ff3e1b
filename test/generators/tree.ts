/** The way from the root of a value to a part of it: keys of maps and numbers of list items. */
export type Path = readonly (string | number)[];

/** The paths of a value and of all its parts, the value itself first. */
export function paths(value: unknown): Path[] {
  const inner = childrenOf(value).flatMap(([key, child]) =>
    paths(child).map((path) => [key, ...path]),
  );
  return [[], ...inner];
}

/** The field path as places write it, without the numbers of items: `spec.ingress.from`. */
export function placeAt(path: Path): string {
  return path.filter((key) => typeof key === 'string').join('.');
}

/** The part at a path; undefined when there is none. */
export function partAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (part, key) =>
      typeof part === 'object' && part !== null && Object.hasOwn(part, key)
        ? (part as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

/** A copy with another value at the path. */
export function replaceAt(value: unknown, path: Path, replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item: unknown, i) => (i === key ? replaceAt(item, rest, replacement) : item));
  const entries = childrenOf(value).map(([own, child]) =>
    own === key ? [own, replaceAt(child, rest, replacement)] : [own, child],
  );
  return Object.fromEntries(entries) as unknown;
}

/** A copy without the part at the path, which is not the root. */
export function removeAt(value: unknown, path: Path): unknown {
  const parent = path.slice(0, -1);
  const key = path.at(-1);
  const kept = childrenOf(partAt(value, parent)).filter(([own]) => own !== key);
  const isList = typeof key === 'number';
  const rest = isList ? kept.map(([, child]) => child) : Object.fromEntries(kept);
  return replaceAt(value, parent, rest);
}

function childrenOf(value: unknown): [string | number, unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value);
}
