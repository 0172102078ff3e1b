// Writes docs/cases.md from the headers of test/cases: which case proves which row of the semantics.
// `--print` writes it to standard output instead, for the test that the page is fresh.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { CORE_SCHEMA, loadAll } from 'js-yaml';

/** The chapters of the semantics, with the number of their last row. */
const CHAPTERS = [
  ['Z', 6, 'What everything stands on'],
  ['S', 21, 'Selection and isolation'],
  ['P', 19, 'Ports and protocols'],
  ['B', 12, 'ipBlock'],
  ['N', 12, 'Nodes, loopback, hostNetwork'],
  ['L', 15, 'Lifecycle and connections'],
  ['C', 33, 'ClusterNetworkPolicy'],
];

const PACKETS = 'about packets, not about who may connect: no manifest can say it';
const TIME = 'about time on a node: nothing that manifests could show';
const NODE = 'about the rules on a node, which Sluice does not program yet';

/** Why a row has no case. */
const WITHOUT = {
  P18: PACKETS,
  P19: PACKETS,
  N11: PACKETS,
  N12: PACKETS,
  L1: TIME,
  L2: TIME,
  L3: TIME,
  L4: TIME,
  L7: NODE,
  L8: NODE,
  L9: NODE,
  L10: NODE,
  L11: NODE,
  L12: NODE,
  L13: NODE,
  L14: 'about where a status could be written: there is nothing to ask',
  C: 'objects of this kind are not read yet',
};

const ROOT = new URL('../', import.meta.url);

function readHeaders() {
  const folder = new URL('test/cases/', ROOT);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const [header] = loadAll(readFileSync(new URL(file, folder), 'utf8'), null, {
        schema: CORE_SCHEMA,
      });
      const title = header.title.replaceAll(/\s+/g, ' ').trim();
      return { file, rows: header.rows, title: title.replaceAll(/[[\]]/g, '\\$&') };
    });
}

function page(cases) {
  const lines = [
    '# The cases',
    '',
    `Every file of [\`test/cases\`](../test/cases) is a small cluster, questions about it, and the answers`,
    `that must be given: by the executable specification, by \`evaluate\`, by the map of all pairs and by`,
    `what the command line asks. There are ${cases.length}. The rows (\`S6\`, \`B2\`, …) are the sentences of our`,
    'semantics; each case names those it turns on. This page is made by `node scripts/cases-page.mjs`.',
  ];
  for (const [letter, last, title] of CHAPTERS) {
    lines.push('', `## ${letter}: ${title}`, '');
    if (WITHOUT[letter] !== undefined) {
      lines.push(`No cases: ${WITHOUT[letter]}.`);
      continue;
    }
    for (let n = 1; n <= last; n++) lines.push(...row(`${letter}${n}`, cases));
  }
  return `${lines.join('\n')}\n`;
}

function row(id, cases) {
  const own = cases.filter(({ rows }) => rows.includes(id));
  if (own.length === 0) return [`- **${id}** no case: ${WITHOUT[id] ?? 'TO DO'}.`];
  return [`- **${id}**`, ...own.map(({ file, title }) => `  - [${title}](../test/cases/${file})`)];
}

const text = page(readHeaders());
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(new URL('docs/cases.md', ROOT), text);
