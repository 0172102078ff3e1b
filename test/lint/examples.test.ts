import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { lint } from '../../src/lint/run/lint.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

const EXAMPLES = new URL('../../examples/', import.meta.url).pathname;

/** All that is found in each example; a folder that is not named here must be clean. */
const FOUND = `
microservices
  catalog/policies.yaml:118 and-meant warning
  storefront/policies.yaml:101 service-port warning
  storefront/policies.yaml:175 one-side-only warning
lessons/02-deny-all
  workloads.yaml:34 not-isolated info
lessons/03-deny-all-egress
  workloads.yaml:34 not-isolated info
  workloads.yaml:39 metadata-reachable info
lessons/04-allow-frontend
  workloads.yaml:1 not-isolated info
  workloads.yaml:48 not-isolated info
lessons/05-db-policy
  workloads.yaml:1 not-isolated info
  workloads.yaml:34 not-isolated info
  workloads.yaml:69 not-isolated info
lessons/06-and
  workloads.yaml:1 not-isolated info
  workloads.yaml:34 not-isolated info
  workloads.yaml:69 not-isolated info
lessons/07-or
  workloads.yaml:1 not-isolated info
  workloads.yaml:34 not-isolated info
  workloads.yaml:69 not-isolated info
lessons/08-namespace-alone
  workloads.yaml:1 not-isolated info
  workloads.yaml:34 not-isolated info
  workloads.yaml:69 not-isolated info
lessons/09-ip-block
  workloads.yaml:1 not-isolated info
  workloads.yaml:34 not-isolated info
  workloads.yaml:69 not-isolated info
lessons/10-internal-without-dns
  policy.yaml:13 dns-unreachable warning
  workloads.yaml:1 not-isolated info
  workloads.yaml:20 metadata-reachable info
lessons/11-internal-with-dns
  workloads.yaml:1 not-isolated info
  workloads.yaml:20 metadata-reachable info
lessons/13-service-port
  policy.yaml:18 service-port warning
  workloads.yaml:1 not-isolated info
lessons/14-named-port
  workloads.yaml:1 not-isolated info
lessons/16-policy-types
  policies.yaml:18 ingress-by-default warning
  policies.yaml:64 idle-section warning
  workloads.yaml:1 not-isolated info
  workloads.yaml:6 metadata-reachable info
lessons/17-both-sides
  policies.yaml:17 one-side-only warning
  policies.yaml:69 one-side-only warning
  workloads.yaml:20 metadata-reachable info
lessons/18-nothing-enforces
  flannel.yaml:35 not-enforced error
lessons/20-pass-and-baseline
  workloads.yaml:1 not-isolated info
  workloads.yaml:8 not-isolated info
`;

/** Every folder of manifests: those without another such folder in them. */
function folders(): string[] {
  const lessons = readdirSync(`${EXAMPLES}lessons`).filter((name) => /^\d/.test(name));
  const all = readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const others = all.map(({ name }) => name).filter((name) => name !== 'lessons');
  return [...others, ...lessons.map((name) => `lessons/${name}`)];
}

function expected(folder: string): string[] {
  const block = FOUND.split('\n').map((line) => line.trimEnd());
  const start = block.indexOf(folder);
  if (start === -1) return [];
  const rest = block.slice(start + 1);
  const end = rest.findIndex((line) => !line.startsWith('  '));
  return rest.slice(0, end).map((line) => line.trim());
}

test.each(folders())('%s', (folder) => {
  const files = readdirSync(EXAMPLES + folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => new Source(file, readFileSync(`${EXAMPLES}${folder}/${file}`, 'utf8')))
    .filter(({ text }) => !text.includes('sluice.dev/'));
  const cluster = readCluster(files);
  const { findings, suppressed } = lint(cluster, new Reachability(cluster));
  const found = findings.map(({ place, code, severity }) => {
    return `${place.file}:${place.line} ${code} ${severity}`;
  });
  expect(found).toEqual(expected(folder));
  expect(suppressed).toBe(0);
});
