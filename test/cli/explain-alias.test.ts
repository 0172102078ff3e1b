import { expect, test } from 'vitest';
import { sluice } from '../cli-console.ts';

function alias(name: string, externalName: string): string {
  const spec = `{ type: ExternalName, externalName: ${externalName} }`;
  return `apiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: x }\nspec: ${spec}\n`;
}

const INPUT = [
  alias('db', 'db.data.svc.cluster.local'),
  alias('again', 'db.x.svc.cluster.local.'),
  alias('short', 'db.data.svc'),
  alias('www', 'www.example.com'),
  alias('round', 'about.x.svc.cluster.local'),
  alias('about', 'round.x.svc.cluster.local'),
  alias('wrong', '"not a name"'),
  `apiVersion: v1
kind: Service
metadata: { name: db, namespace: data }
spec: { selector: { app: db }, ports: [{ port: 5432, targetPort: 6432 }] }
`,
  `apiVersion: v1
kind: Pod
metadata: { name: db, namespace: data, labels: { app: db } }
spec: { containers: [{ name: main, image: "db:1" }] }
`,
  `apiVersion: v1
kind: Pod
metadata: { name: client, namespace: x, labels: { app: client } }
spec: { containers: [{ name: main, image: "app:1" }] }
`,
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: client, namespace: x }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - { to: [{ namespaceSelector: {} }], ports: [{ port: 6432 }] }
  - { to: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }
`,
].join('---\n');

test.each([
  ['db', 'allowed', 'Service `x/db` is another name for Service `data/db`'],
  ['again', 'allowed', 'Service `x/again` is another name for Service `data/db`'],
  ['short', 'depends', 'Service `x/short` is another name for `db.data.svc`'],
  ['www', 'depends', 'Service `x/www` is another name for `www.example.com`'],
  ['round', 'denied', 'another name for `about.x.svc.cluster.local`, which leads nowhere'],
  ['wrong', 'denied', 'another name for `not a name`, which leads nowhere'],
])('explain svc/x/%s 5432: %s, for it is another name', async (name, verdict, note) => {
  const words = ['explain', 'x/client', `svc/x/${name}`, '5432', '-f', '-', '-o', 'json'];
  const { stdout } = await sluice(words, INPUT);
  const explanation = JSON.parse(stdout) as { verdict: string; notes: string[] };
  expect(explanation.verdict).toBe(verdict);
  expect(explanation.notes.join('\n')).toContain(note);
});
