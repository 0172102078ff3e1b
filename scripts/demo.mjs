// `npm run demo` from a clean clone: sets itself up, then shows the main job on real manifests.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { prepareForPackets } from './packets.mjs';

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

function heading(words, sentence) {
  process.stdout.write(`\n${bold('▌')} ${sentence}\n${dim(`$ sluice ${words}`)}\n\n`);
}

function print(output, lines) {
  const all = output.trimEnd().split('\n');
  const shown = lines === undefined ? all : all.slice(0, lines);
  process.stdout.write(`${shown.map((line) => `  ${line}`).join('\n')}\n`);
  if (shown.length < all.length)
    process.stdout.write(dim(`  … ${all.length - shown.length} more lines\n`));
  return all.at(-1);
}

function show(words, sentence, lines) {
  heading(words, sentence);
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
  return print(stdout, lines);
}

/** The shop with real packets; left out, with the reason, where the machine cannot. */
async function lab() {
  const name = `demo-${process.pid}`;
  const run = (...words) =>
    spawnSync(process.execPath, ['dist/sluice.js', 'lab', ...words], { encoding: 'utf8' });
  const missing = prepareForPackets();
  const up =
    missing.length > 0 ? undefined : run('up', '-f', 'examples/three-tier', '--name', name);
  if (up?.status !== 0) {
    const why =
      up === undefined
        ? `there is no ${missing.join(' and no ')} here`
        : up.stderr.trim().replace(/^sluice: /, '');
    process.stdout.write(
      `\n${bold('Left out:')} the lab, which runs the shop with real packets: ${why}\n`,
    );
    return;
  }
  try {
    heading(
      `lab up -f examples/three-tier --name ${name}`,
      'The same shop on this machine, with real packets and these policies enforced.',
    );
    print(up.stdout, 1);
    const verdict = show(
      `lab probe --direct --name ${name}`,
      'Everyone tries everyone. Do the packets agree with the map above?',
      13,
    );
    process.stdout.write(`  ${bold(verdict)}\n`);
    const words = `lab exec shop/web --name ${name} -- timeout 1 bash -c 'echo > /dev/tcp/db.shop.svc.cluster.local/3306'`;
    heading(words, 'A web server tries the database all the same. What does the lab say?');
    const watch = spawn(process.execPath, ['dist/sluice.js', 'lab', 'watch', '--name', name], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let seen = '';
    watch.stdout.on('data', (text) => (seen += text));
    await wait(1000);
    run(
      'exec',
      'shop/web',
      '--name',
      name,
      '--',
      'timeout',
      '1',
      'bash',
      '-c',
      'echo > /dev/tcp/db.shop.svc.cluster.local/3306',
    );
    await wait(500);
    watch.kill('SIGINT');
    print(seen, 12);
  } finally {
    run('down', '--name', name);
  }
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
await lab();
process.stdout.write(`
${bold('Now your own manifests:')}
  npx sluice reach -f FOLDER
  npx sluice explain NAMESPACE/NAME NAMESPACE/NAME PORT -f FOLDER
  npx sluice check -f FOLDER
  npx sluice lab up -f FOLDER
Twenty lessons of a minute each: examples/lessons/README.md
`);
