import { expect, test } from 'vitest';
import { drawnIn } from './drawing.ts';
import { example, exampleNames, clusterIn, reachText } from './sample.ts';

const ODD = clusterIn(
  String.raw`
apiVersion: v1
kind: Pod
metadata: {name: "a\"b\\<i>|x#;]} \u001b[31m", namespace: "n|'s"}
spec: {containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: end, namespace: default}
spec: {containers: []}
`,
);

function clusters(): [string, ReturnType<typeof example>][] {
  return [
    ...exampleNames().map((name): [string, ReturnType<typeof example>] => [name, example(name)]),
    ['odd names', ODD],
  ];
}

const STRING = String.raw`"(?:[^"\\\n]|\\["\\])*"`;
const ATTRIBUTES = String.raw`\[\w+=(?:\w+|${STRING})(?:, \w+=(?:\w+|${STRING}))*\]`;
const DOT_LINE = new RegExp(
  String.raw`^ *(?:digraph reachability \{|subgraph cluster_c\d+ \{|\}|\w+=(?:\w+|${STRING});|(?:node|edge|n\d+|n\d+ -> n\d+) ${ATTRIBUTES};)$`,
);

test('every line of the dot is a statement, and every name in it is declared', () => {
  for (const [name, cluster] of clusters()) {
    const text = reachText(cluster, { format: 'dot' });
    expect(text.match(/\{$/gm)!.length, name).toBe(text.match(/^ *\}$/gm)!.length);
    const declared = new Set([...text.matchAll(/^ *(n\d+) \[/gm)].map(([, key]) => key));
    for (const line of text.trimEnd().split('\n')) {
      expect(line, name).toMatch(DOT_LINE);
      for (const [, key] of line.matchAll(/\b(n\d+)(?= ->| \[)/g)) expect(declared).toContain(key);
    }
  }
});

const LABEL = String.raw`"(?:[A-Za-z0-9 ._/,:;()-]|#\d+;)+"`;
const MERMAID_LINE = new RegExp(
  String.raw`^(?:flowchart LR| {2}subgraph c\d+\[${LABEL}\]| {2}end| {2,4}n\d+(?:\[${LABEL}\]|\(\[${LABEL}\]\))| {2}n\d+ (?:-->|-\.->)\|${LABEL}\| n\d+)$`,
);

test('every line of the mermaid is a statement whose texts cannot end early', () => {
  for (const [name, cluster] of clusters()) {
    const text = reachText(cluster, { format: 'mermaid' });
    for (const line of text.trimEnd().split('\n')) expect(line, name).toMatch(MERMAID_LINE);
  }
});

test('the drawings of a small cluster', () => {
  const cluster = example('lessons/02-deny-all');
  expect(reachText(cluster, { format: 'mermaid' })).toBe(`flowchart LR
  subgraph c0["demo"]
    n1["backend"]
    n2["frontend"]
  end
  subgraph c1["other"]
    n3["stranger"]
  end
  n0(["internet"])
  n0 -->|"all ports"| n3
  n1 -->|"all ports"| n3
  n1 -->|"all ports"| n0
  n2 -->|"all ports"| n3
  n2 -->|"all ports"| n0
  n3 -->|"all ports"| n0
`);
  expect(reachText(example('three-tier'), { format: 'dot' })).toContain(
    '  n3 -> n3 [label="TCP 53; UDP 53", style=dashed, tooltip="a block of addresses decides and',
  );
});

test('in the svg no two boxes meet, and text stays inside', () => {
  for (const [name, cluster] of clusters()) {
    for (const by of ['workload', 'namespace'] as const) {
      const { boxes, texts } = drawnIn(reachText(cluster, { format: 'svg', grouping: { by } }));
      for (const [i, one] of boxes.entries()) {
        for (const other of boxes.slice(i + 1)) {
          const apart =
            one.right < other.left ||
            other.right < one.left ||
            one.bottom < other.top ||
            other.bottom < one.top;
          expect(apart, name).toBe(true);
        }
      }
      for (const text of texts) {
        const around = boxes.some(
          ({ left, right, top, bottom }) =>
            text.left > left && text.right < right && text.top >= top && text.bottom <= bottom + 1,
        );
        expect(around, `${name}: ${text.words}`).toBe(true);
      }
    }
  }
});

test('in the svg no line crosses a box', () => {
  for (const [name, cluster] of clusters()) {
    const { boxes, lines } = drawnIn(reachText(cluster, { format: 'svg' }));
    for (const { left, right, top, bottom } of lines) {
      for (const box of boxes) {
        const crosses =
          right > box.left && left < box.right && bottom > box.top && top < box.bottom;
        expect(crosses, name).toBe(false);
      }
    }
  }
});

test('the svg is well-formed', () => {
  for (const [name, cluster] of clusters()) {
    const text = reachText(cluster, { format: 'svg' });
    const open: string[] = [];
    const rest = text.replaceAll(
      /<(\/?)(\w+)((?: [\w:-]+="[^"<&]*")*)(\/?)>/g,
      (_, end, tag, __, empty) => {
        if (end) expect(open.pop(), name).toBe(tag);
        else if (!empty) open.push(tag);
        return '';
      },
    );
    expect(open).toEqual([]);
    expect(rest.replaceAll(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[<>&]|(?!\n)\p{Cc}/u);
  }
});

test('what is too much to draw by workload is drawn by namespace, and says so', () => {
  const pods = Array.from(
    { length: 40 },
    (_, i) => `
apiVersion: v1
kind: Pod
metadata: {name: p${i}, namespace: n${i % 2}, labels: {n: "${i}"}}
spec: {containers: []}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p${i}, namespace: n${i % 2}}
spec: {podSelector: {matchLabels: {n: "${i}"}}, ingress: [{from: [{namespaceSelector: {}}], ports: [{port: ${i + 1}}]}]}
`,
  );
  const text = reachText(clusterIn(pods.join('---')), { format: 'svg' });
  expect(text).toContain('too many arrows to draw, so this is by namespace');
  expect([...text.matchAll(/class="title"[^>]*>([^<]*)/g)].map(([, title]) => title)).toEqual([
    '(outside)',
    'n0',
    'n1',
  ]);
});
