import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { Reachability } from '../../src/evaluate/map/reachability.ts';
import { lint } from '../../src/lint/run/lint.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';
import { reportFindings } from '../../src/report/findings/findings.ts';
import type { FindingsFormat } from '../../src/report/findings/findings.ts';

const SHOP = `---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: 'web:1', ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop, annotations: {sluice.dev/ignore: peer-matches-nothing}}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {matchLabels: {app: nobody}}
        - ipBlock: {cidr: 10.0.0.7/8}
      ports:
        - port: 80
`;

function report(text: string, format: FindingsFormat, colour = false, file = 'shop.yaml'): string {
  const cluster = readCluster([new Source(file, text)]);
  const result = lint(cluster, new Reachability(cluster));
  return [...reportFindings({ problems: cluster.problems, result, format, colour })].join('');
}

const TABLE = `shop.yaml:21:27: warning: \`10.0.0.7/8\` is read as \`10.0.0.0/8\`; write it so [non-canonical-cidr]
   21 |         - ipBlock: {cidr: 10.0.0.7/8}
      |                           ^

shop.yaml:23:11: warning: port 80 is the port of Service \`shop/web\`, which leads to port 8080 of its pods: policies see the port of the pods [service-port]
   23 |         - port: 80
      |           ^
  see: shop.yaml:7:1
  fix: write \`port: 8080\`, or \`port: http\`
    - protocol: TCP
      port: 8080

2 warnings; 1 more kept quiet by \`sluice.dev/ignore\`
`;

test('a table is what a compiler would print', () => {
  expect(report(SHOP, 'table')).toBe(TABLE);
});

test('the caret stands under the place', () => {
  const lines = report(SHOP, 'table').split('\n');
  for (const [i, line] of lines.entries()) {
    const column = /^shop\.yaml:\d+:(\d+)/.exec(line)?.[1];
    if (column === undefined) continue;
    expect(lines[i + 2]!.indexOf('^')).toBe(lines[i + 1]!.indexOf('|') + 1 + Number(column));
  }
});

test('colours change nothing but colours', () => {
  const coloured = report(SHOP, 'table', true);
  expect(coloured).toContain('\u001B[33mwarning\u001B[39m');
  // oxlint-disable-next-line no-control-regex
  expect(coloured.replaceAll(/\u001B\[\d+m/g, '')).toBe(report(SHOP, 'table'));
});

test('a clean input says so', () => {
  const clean = report('{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}}', 'table');
  expect(clean).toBe('nothing found\n');
});

test('JSON and YAML are the documented form', () => {
  const json = JSON.parse(report(SHOP, 'json')) as {
    problems: object[];
    findings: Record<string, unknown>[];
  };
  expect(json).toMatchObject({ apiVersion: 'sluice.dev/v1', kind: 'Findings', suppressed: 1 });
  expect(json.problems).toHaveLength(1);
  expect(json.findings).toEqual([
    {
      code: 'service-port',
      severity: 'warning',
      message: expect.stringContaining('port 80 is the port of Service') as string,
      place: {
        file: 'shop.yaml',
        document: expect.any(Number) as number,
        line: 23,
        column: 11,
        path: 'spec.ingress[0].ports[0]',
      },
      subject: 'NetworkPolicy shop/web',
      fix: {
        summary: 'write `port: 8080`, or `port: http`',
        manifest: '- protocol: TCP\n  port: 8080\n',
      },
      related: [expect.objectContaining({ file: 'shop.yaml', line: 7 })],
    },
  ]);
  expect(load(report(SHOP, 'yaml'))).toEqual(json);
});

test('CSV quotes what needs quotes', () => {
  const [head, ...lines] = report(SHOP, 'csv', false, 'a "shop".yaml').trimEnd().split('\n');
  expect(head).toBe('severity,code,file,line,column,path,subject,message,fix');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toBe(
    'warning,service-port,"a ""shop"".yaml",23,11,spec.ingress[0].ports[0],NetworkPolicy shop/web,' +
      '"port 80 is the port of Service `shop/web`, which leads to port 8080 of its pods: policies see the port of the pods",' +
      '"write `port: 8080`, or `port: http`"',
  );
});

test('Markdown is a table and the fixes', () => {
  const text = report(SHOP, 'markdown', false, 'a|b.yaml');
  expect(text).toContain('**Sluice:** 2 warnings; 1 more kept quiet');
  expect(text).toContain(
    '| warning | `a\\|b.yaml:23:11` | port 80 is the port of Service `shop/web`',
  );
  expect(text).toContain('```yaml\n- protocol: TCP\n  port: 8080\n```\n');
  const rows = text.split('\n').filter((line) => line.startsWith('| '));
  for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(6);
});

interface SarifLog {
  readonly version: string;
  readonly runs: {
    readonly tool: { readonly driver: { readonly rules: { id: string; help?: unknown }[] } };
    readonly results: {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: unknown[];
      readonly relatedLocations?: unknown[];
    }[];
  }[];
}

function location(uri: string, startLine: number, startColumn: number): object {
  const region = { startLine, startColumn };
  return { physicalLocation: { artifactLocation: { uri }, region } };
}

test('SARIF names its rules and where things are', () => {
  const log = JSON.parse(report(SHOP, 'sarif', false, 'k8s/my shop#1.yaml')) as SarifLog;
  expect(log.version).toBe('2.1.0');
  const { tool, results } = log.runs[0]!;
  const { rules } = tool.driver;
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex]!.id).toBe(ruleId);
  for (const rule of rules) expect(rule).toHaveProperty('help');
  expect(results.map(({ level }) => level)).toEqual(['warning', 'warning']);
  const [, found] = results;
  expect(found!.message.text).toMatch(/pods\nfix: write `port: 8080`, or `port: http`\n- protocol/);
  expect(found!.locations).toEqual([
    {
      ...location('k8s/my%20shop%231.yaml', 23, 11),
      logicalLocations: [{ fullyQualifiedName: 'NetworkPolicy shop/web', kind: 'resource' }],
    },
  ]);
  expect(found!.relatedLocations).toEqual([
    { id: 0, ...location('k8s/my%20shop%231.yaml', 7, 1), message: { text: 'see also' } },
  ]);
});

test.each([
  ['/srv/k8s/a.yaml', 'file:///srv/k8s/a.yaml'],
  ['C:\\k8s\\a.yaml', 'file:///C:/k8s/a.yaml'],
  ['git:main:k8s/a.yaml', 'git:main:k8s/a.yaml'],
  ['-', '-'],
])('the file %s is the URI %s', (file, uri) => {
  expect(report(SHOP, 'sarif', false, file)).toContain(`"uri": "${uri}"`);
});

test('what the input says cannot command a terminal', () => {
  const text = SHOP.replace('app: nobody}}', 'app: nobody}} # \u001B[2J\u202E');
  const table = report(text.replace('sluice.dev/ignore: ', 'x: '), 'table');
  expect(table).toContain('nobody}} # \uFFFD[2J\uFFFD');
  expect(table).not.toContain('\u001B');
});

test('of a very long line the part around the place is shown', () => {
  const long = `{${'"x": 1, '.repeat(500)}`;
  const text = SHOP.replace('- port: 80\n', `- ${long}"port": 80}\n`).replace(
    '10.0.0.7/8',
    '10.0.0.0/8',
  );
  const lines = report(text, 'table').split('\n');
  for (const line of lines.filter((one) => /^ +\d+ \|/.test(one)))
    expect(line.length).toBeLessThan(180);
});
