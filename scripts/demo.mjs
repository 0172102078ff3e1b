// `npm run demo` from a clean clone: sets itself up, then shows the main job on real manifests.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

process.chdir(new URL('..', import.meta.url).pathname);
const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const bold = (text) => (colour ? `\u001B[1m${text}\u001B[22m` : text);
const dim = (text) => (colour ? `\u001B[2m${text}\u001B[22m` : text);

function setUp(command, args, what) {
  process.stdout.write(dim(`${what} …\n`));
  const { status, stderr, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  process.stderr.write(`${stdout}${stderr}\n${what} failed\n`);
  process.exit(status ?? 1);
}

function show(words, sentence, lines) {
  process.stdout.write(`\n${bold('▌')} ${sentence}\n${dim(`$ sluice ${words}`)}\n\n`);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['dist/sluice.js', ...words.split(' ')],
    {
      encoding: 'utf8',
      env: { ...process.env, ...(colour && { FORCE_COLOR: '1' }) },
    },
  );
  if (status === null || status === 2 || status > 3) {
    process.stderr.write(stderr);
    process.exit(1);
  }
  const all = stdout.trimEnd().split('\n');
  const shown = lines === undefined ? all : all.slice(0, lines);
  process.stdout.write(`${shown.map((line) => `  ${line}`).join('\n')}\n`);
  if (shown.length < all.length)
    process.stdout.write(dim(`  … ${all.length - shown.length} more lines\n`));
}

if (!existsSync('node_modules/.package-lock.json')) setUp('npm', ['ci'], 'installing');
setUp('npm', ['run', '--silent', 'build'], 'building');

show(
  'reach -f examples/three-tier',
  'A shop in three tiers. Who can talk to whom, the outside included?',
);
show(
  'explain shop/api shop/db 3306 -f examples/three-tier',
  'The API may use the database. Which lines say so?',
);
show(
  'explain shop/web shop/db 3306 -f examples/three-tier',
  'The web servers may not. Why, and what would it take?',
);
show('check -f examples/three-tier', 'Is it meant like this?');
show(
  'reach -f examples/microservices --by namespace',
  'Sixteen workloads in seven namespaces: first the overview.',
);
show(
  'check -f examples/microservices',
  'A careful team wrote these policies, and three slips got in. What are they?',
);
show(
  'explain storefront/web svc/catalog/catalog 80 -f examples/microservices',
  'The shop window cannot load its catalogue although a rule allows port 80. The reason:',
);
process.stdout.write(`
${bold('Now your own manifests:')}
  npx sluice reach -f FOLDER
  npx sluice explain NAMESPACE/NAME NAMESPACE/NAME PORT -f FOLDER
  npx sluice check -f FOLDER
Eighteen lessons of a minute each: examples/lessons/README.md
`);
