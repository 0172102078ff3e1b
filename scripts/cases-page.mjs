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

/** Why a row has neither a case nor a test. */
const WITHOUT = {
  N11: 'second networks and the tunnels of a plugin are none of the rules’ business: they look at pods’ addresses only',
  L2: 'allowed to happen, so nothing to hold anyone to',
  L3: 'rules come with the isolation, in one transaction',
  L4: 'allowed to happen, so nothing to hold anyone to',
  L10: 'about the agent of a live cluster, which is not built yet',
  L14: 'about where a status could be written: there is nothing to ask',
  C33: 'about where a status could be written: there is nothing to ask',
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

/** Tests about packets and nodes begin their titles with the rows they are about. */
function readTests() {
  return ['packet', 'packets', 'agent'].flatMap((folder) =>
    readdirSync(new URL(`test/${folder}/`, ROOT))
      .filter((file) => file.endsWith('.test.ts'))
      .sort()
      .map((file) => `test/${folder}/${file}`)
      .map((file) => ({ file, text: readFileSync(new URL(file, ROOT), 'utf8') })),
  );
}

function page(cases, tests) {
  const lines = [
    '# The cases',
    '',
    `Every file of [\`test/cases\`](../test/cases) is a small cluster, questions about it, and the answers`,
    `that must be given: by the executable specification, by \`evaluate\`, by the map of all pairs, by what`,
    `the command line asks, by the compiled rules and by the kernel. There are ${cases.length}. The rows (\`S6\`, \`B2\`, …) are the sentences of our`,
    'semantics; each case names those it turns on. This page is made by `node scripts/cases-page.mjs`.',
  ];
  for (const [letter, last, title] of CHAPTERS) {
    lines.push('', `## ${letter}: ${title}`, '');
    for (let n = 1; n <= last; n++) lines.push(...row(`${letter}${n}`, cases, tests));
  }
  return `${lines.join('\n')}\n`;
}

function row(id, cases, tests) {
  const own = cases.filter(({ rows }) => rows.includes(id));
  const titled = new RegExp(`['"\`](?:[A-Z]\\d+ )*${id}[ ,'"\`]`);
  const shown = tests.filter(({ text }) => titled.test(text));
  if (own.length + shown.length === 0) return [`- **${id}** no case: ${WITHOUT[id] ?? 'TO DO'}.`];
  return [
    `- **${id}**`,
    ...own.map(({ file, title }) => `  - [${title}](../test/cases/${file})`),
    ...shown.map(({ file }) => `  - with packets: [${file}](../${file})`),
  ];
}

const text = page(readHeaders(), readTests());
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(new URL('docs/cases.md', ROOT), text);
