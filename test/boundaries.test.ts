import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/** What the files of one folder may import beside each other. */
interface Room {
  readonly folder: string;
  readonly imports: readonly string[] | 'all';
  readonly packages: readonly string[];
  /** Pure folders know no clock, no file and no environment, so no module of Node either. */
  readonly pure: boolean;
}

/** The table of ARCHITECTURE.md. */
const HOUSE: readonly Room[] = [
  { folder: 'src/model', imports: [], packages: ['fastest-levenshtein'], pure: true },
  { folder: 'src/read', imports: ['model'], packages: ['js-yaml'], pure: true },
  { folder: 'src/load', imports: ['model', 'read'], packages: [], pure: false },
  { folder: 'src/evaluate', imports: ['model'], packages: [], pure: true },
  { folder: 'src/lint', imports: ['model', 'evaluate'], packages: ['js-yaml'], pure: true },
  { folder: 'src/expect', imports: ['model', 'read', 'evaluate'], packages: [], pure: true },
  { folder: 'src/generate', imports: ['model', 'evaluate'], packages: [], pure: true },
  {
    folder: 'src/report',
    imports: ['model', 'evaluate', 'lint', 'expect'],
    packages: ['js-yaml'],
    pure: true,
  },
  { folder: 'src/compile', imports: ['model', 'evaluate'], packages: [], pure: true },
  { folder: 'src/kernel', imports: ['model', 'compile'], packages: ['koffi'], pure: false },
  {
    folder: 'src/agent',
    imports: ['model', 'evaluate', 'compile', 'kernel'],
    packages: [],
    pure: false,
  },
  {
    folder: 'src/lab',
    imports: ['model', 'read', 'load', 'evaluate', 'report', 'compile', 'kernel', 'agent'],
    packages: ['dns-packet'],
    pure: false,
  },
  { folder: 'src/cli', imports: 'all', packages: ['commander', 'js-yaml'], pure: false },
  { folder: 'spec', imports: [], packages: [], pure: true },
];

/** The rooms of large folders, and which others of theirs each may import: the tables of rooms in ARCHITECTURE.md. */
const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  read: {
    yaml: [],
    fields: ['yaml'],
    'cluster-policy': ['yaml', 'fields'],
    routing: ['fields'],
    objects: ['yaml', 'fields', 'cluster-policy', 'routing'],
  },
  evaluate: {
    verdict: [],
    ids: [],
    population: ['verdict', 'ids'],
    grants: ['verdict', 'ids'],
    map: ['verdict', 'ids', 'population', 'grants'],
    difference: ['verdict', 'ids', 'population', 'grants', 'map'],
    question: ['verdict', 'population'],
    'ways-in': ['verdict', 'population', 'question'],
  },
  lint: {
    survey: [],
    words: ['survey'],
    fixes: ['survey', 'words'],
    dns: ['survey', 'words', 'fixes'],
    plugins: [],
    rule: ['survey', 'words', 'fixes'],
    rules: ['survey', 'words', 'fixes', 'dns', 'plugins', 'rule'],
    run: ['survey', 'fixes', 'rule', 'rules'],
  },
  expect: {
    file: [],
    who: ['file'],
    judgement: ['file', 'who'],
    coverage: ['who', 'judgement'],
    mutation: ['file', 'who', 'judgement'],
  },
  report: {
    words: [],
    pairs: ['words'],
    diagram: ['words', 'pairs'],
    'ways-in': ['words'],
    reach: ['words', 'pairs', 'diagram', 'ways-in'],
    explanation: ['words', 'ways-in'],
    findings: ['words'],
    diff: ['words', 'pairs', 'ways-in'],
    test: ['words', 'pairs', 'explanation'],
  },
  compile: {
    ruleset: [],
    matrix: ['ruleset'],
    tiers: ['ruleset', 'matrix'],
    transaction: ['ruleset', 'matrix', 'tiers'],
  },
  kernel: {
    host: [],
    netlink: ['host'],
    conntrack: ['host', 'netlink'],
    nft: ['host', 'netlink'],
    memory: ['host', 'nft'],
    direct: ['host', 'netlink', 'nft'],
    start: ['host', 'nft', 'direct'],
  },
  lab: {
    state: [],
    sockets: [],
    services: [],
    dns: ['sockets', 'services'],
    traffic: ['sockets', 'dns'],
    process: ['state', 'dns'],
    network: ['state', 'process'],
    questions: ['state', 'sockets', 'services', 'dns', 'network'],
    running: ['state', 'sockets', 'services', 'dns', 'traffic', 'process', 'network', 'questions'],
    control: ['state', 'sockets', 'process', 'network', 'questions', 'running'],
  },
};

const ROOT = new URL('../', import.meta.url);

interface Import {
  /** The file that imports, and what it says: `src/read/objects/pod.ts: ../model/address.ts`. */
  readonly told: string;
  /** A folder of HOUSE, a package, or a module of Node. */
  readonly target: string;
}

const STATEMENT =
  /\b(?:import|export)\s[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;

function importsOf(folder: string): Import[] {
  const files = readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => {
      const path = posix.join(folder, file.replaceAll('\\', '/'));
      const text = readFileSync(new URL(path, ROOT), 'utf8');
      return [...text.matchAll(STATEMENT)].map(([, from, bare]) => {
        const specifier = (from ?? bare)!;
        return { told: `${path}: ${specifier}`, target: targetOf(path, specifier) };
      });
    });
}

function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith('.')) {
    const [first, second] = posix.join(posix.dirname(path), specifier).split('/');
    return first === 'src' ? `src/${second}` : first!;
  }
  if (specifier.startsWith('node:')) return specifier;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function mayImport({ folder, imports, packages, pure }: Room, target: string): boolean {
  if (target === folder || packages.includes(target)) return true;
  if (target.startsWith('node:')) return !pure;
  return target.startsWith('src/') && (imports === 'all' || imports.includes(target.slice(4)));
}

describe.each(HOUSE)('$folder', (room) => {
  test('imports only what the table allows', () => {
    const wrong = importsOf(room.folder).filter(({ target }) => !mayImport(room, target));
    expect(wrong.map(({ told }) => told)).toEqual([]);
  });

  test('is compiled with no more than that', () => {
    const { compilerOptions, references } = JSON.parse(
      readFileSync(new URL(`${room.folder}/tsconfig.json`, ROOT), 'utf8'),
    ) as { compilerOptions: { types: string[] }; references: { path: string }[] };
    const targets = references.map(({ path }) => posix.join(room.folder, path));
    expect(targets.filter((target) => !mayImport(room, target))).toEqual([]);
    if (room.pure) expect(compilerOptions.types).toEqual([]);
  });
});

test('every folder of src has a row', () => {
  const folders = readdirSync(new URL('src/', ROOT)).map((folder) => `src/${folder}`);
  const rows = new Set(HOUSE.map(({ folder }) => folder));
  expect(folders.filter((folder) => !rows.has(folder))).toEqual([]);
});

test('no two folders import each other, not even by others', () => {
  const edges = new Map(
    HOUSE.map(({ folder }) => [folder, new Set(importsOf(folder).map(({ target }) => target))]),
  );
  const circular = (folder: string, way: readonly string[]): string[] => {
    if (way.includes(folder)) return [[...way, folder].join(' → ')];
    const next = [...(edges.get(folder) ?? [])].filter((one) => one !== folder && edges.has(one));
    return next.flatMap((one) => circular(one, [...way, folder]));
  };
  expect(HOUSE.flatMap(({ folder }) => circular(folder, []))).toEqual([]);
});

const EACH_ROOM = Object.entries(ROOMS).flatMap(([folder, rooms]) =>
  Object.entries(rooms).map(([room, others]) => ({ folder, room, others })),
);

describe.each(EACH_ROOM)('src/$folder/$room', ({ folder, room, others }) => {
  test('imports only what the table allows', () => {
    const wrong = importsOf(`src/${folder}/${room}`).filter(({ told, target }) => {
      const [file, specifier] = told.split(': ') as [string, string];
      if (target !== `src/${folder}`) return false;
      const own = posix.join(posix.dirname(file), specifier).split('/')[2]!;
      return own !== room && !others.includes(own);
    });
    expect(wrong.map(({ told }) => told)).toEqual([]);
  });

  test('is in the table of ARCHITECTURE.md', () => {
    const text = readFileSync(new URL('ARCHITECTURE.md', ROOT), 'utf8');
    const row = new RegExp(`^\\| \`${folder}/${room}\` \\|.*\\| ([^|]*) \\|$`, 'm');
    expect(row.exec(text)?.[1]).toBe(others.length === 0 ? 'nothing' : others.join(', '));
  });
});

test.each(Object.keys(ROOMS))('every file of src/%s is in a room', (folder) => {
  const entries = readdirSync(new URL(`src/${folder}/`, ROOT));
  const rooms = entries.filter((one) => !one.endsWith('.json'));
  expect(rooms.filter((one) => !(one in ROOMS[folder]!))).toEqual([]);
});

test('rooms stand in an order: none imports one that comes after it', () => {
  for (const rooms of Object.values(ROOMS)) {
    const names = Object.keys(rooms);
    for (const [room, others] of Object.entries(rooms))
      for (const other of others) expect(names.indexOf(other)).toBeLessThan(names.indexOf(room));
  }
});

test('ARCHITECTURE.md shows this table', () => {
  const text = readFileSync(new URL('ARCHITECTURE.md', ROOT), 'utf8');
  const rows = [...text.matchAll(/^\| `([\w/]+)` \|.*\| ([^|]*) \|$/gm)];
  const shown = new Map(rows.map(([, folder, imports]) => [folder!, imports!]));
  const told = HOUSE.map(({ folder }) => `${folder}: ${shown.get(folder)}`);
  const wanted = HOUSE.map(({ folder, imports }) => {
    if (imports === 'all') return `${folder}: all`;
    return `${folder}: ${imports.length === 0 ? 'nothing' : imports.join(', ')}`;
  });
  expect(told).toEqual(wanted);
});
