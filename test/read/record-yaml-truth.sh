#!/bin/sh
# Records anew what kubectl makes of every text in yaml-truth.json. Needs kubectl and Node.
# `annotate --local` reads an object of a kind it knows nothing about, touches one annotation and
# prints it as JSON, without any cluster: what stands under `spec` is what kubectl reads there.
set -eu
cd "$(dirname "$0")"
command -v kubectl >/dev/null || { echo 'kubectl is not installed; nothing recorded' >&2; exit 1; }
exec node --input-type=module - <<'NODE'
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const HEAD = 'apiVersion: example.org/v1\nkind: Truth\nmetadata: {name: x}\n';
const table = JSON.parse(readFileSync('yaml-truth.json', 'utf8'));
const kubectl = (args, input) => spawnSync('kubectl', args, { input, encoding: 'utf8' });
const cases = table.cases.map(({ yaml }) => {
  const run = kubectl(['annotate', '--local', '-f', '-', 'x=y', '-o', 'json'], HEAD + yaml);
  if (run.status !== 0) return { yaml, refused: true };
  // numbers as kubectl prints them: JSON.parse would round those beyond 2^53 like any reader in JavaScript
  return { yaml, json: JSON.parse(run.stdout).spec ?? null };
});
const { clientVersion } = JSON.parse(kubectl(['version', '--client', '-o', 'json'], '').stdout);
const recorded = clientVersion.gitVersion.replace(/-.*/, '');
const lines = cases.map((entry) => `    ${JSON.stringify(entry)}`);
writeFileSync(
  'yaml-truth.json',
  `{\n  "kubectl": ${JSON.stringify(recorded)},\n  "cases": [\n${lines.join(',\n')}\n  ]\n}\n`,
);
NODE
