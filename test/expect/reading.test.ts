import { describe, expect, test } from 'vitest';
import { tryText } from './shop.ts';

/** What is wrong with one expectation, by the lines under `- `. */
const FAULTS: readonly (readonly [what: string, entry: string, problem: string])[] = [
  [
    'a name that is nearly there',
    'from: shop/wed\n    to: shop/db\n    ports: 1',
    '2:11: there is no `shop/wed` in the input: did you mean `shop/web`?',
  ],
  [
    'a namespace that is nearly there',
    'from: shpo/*\n    to: shop/db',
    '2:11: `shpo/*` fits nothing: there is no namespace `shpo`: there are `shop`, `kube-system`',
  ],
  [
    'a pattern that fits nothing',
    'from: shop/api-*\n    to: shop/db',
    '2:11: `shop/api-*` fits no workload; there are `shop/api`, `shop/db`, `shop/web`',
  ],
  [
    'labels nobody has',
    'from: { labels: { app: dbb } }\n    to: shop/db',
    '2:11: no pod here has `app=dbb`: the values of `app` are `api`, `db`, `web`',
  ],
  [
    'a label nobody has',
    "from: { labels: { team: '*' } }\n    to: shop/db",
    '2:11: no pod here has `team`: none has a label `team`',
  ],
  [
    'a Kubernetes selector',
    'from: { labels: { matchLabels: { app: db } } }\n    to: shop/db',
    '2:21: labels stand here by themselves, like `{ app: db }`, without `matchLabels`',
  ],
  [
    'an exception that names nothing',
    'from: { not: shop/x }\n    to: shop/db',
    '2:18: there is no `shop/x` in the input: did you mean `shop/db`?',
  ],
  ['nobody left', 'from: { in: shop/db, not: shop/* }\n    to: shop/api', '2:11: nobody is left'],
  [
    'a misspelt field',
    'from: shop/web\n    to: shop/api\n    prots: 80',
    '4:5: unknown field `prots`: did you mean `ports`?',
  ],
  ['no `to`', 'from: shop/web', '2:5: `to` is missing; write `to: any` for everyone'],
  [
    'no port',
    'from: shop/web\n    to: shop/api\n    ports: http',
    '4:12: the text `http` is no port: write 80, 53/UDP, 8000-9000, TCP, icmp or all',
  ],
  [
    'a port that cannot be',
    'from: shop/web\n    to: shop/api\n    ports: 70000',
    '4:12: the number `70000` is no port: write 80, 53/UDP, 8000-9000, TCP, icmp or all',
  ],
  [
    'no port left',
    'from: shop/web\n    to: shop/api\n    ports: { not: [TCP, UDP, SCTP, icmp] }',
    '4:12: no port is left: write 80, 53/UDP, 8000-9000, TCP, icmp or all',
  ],
  [
    'a port the Service does not have',
    'from: shop/web\n    to: svc/shop/api\n    ports: 81',
    '3:9: `svc/shop/api` has no such port; its ports: TCP 5000',
  ],
  [
    'no port where none is known',
    'from: shop/api\n    to: 192.168.10.10',
    '3:9: `192.168.10.10` does not say which ports it serves; write `ports`',
  ],
  [
    'a pod and itself',
    'from: shop/db\n    to: shop/db\n    ports: 80',
    '2:5: no connection is meant by this: policies say nothing between addresses outside, and a pod always reaches itself',
  ],
  [
    'a star that YAML takes for an alias',
    'from: *\n    to: shop/db',
    "2:12: `*` means something else to YAML; quote it: `'*'`",
  ],
];

describe('an expectation with', () => {
  test.each(FAULTS)('%s', (_, entry, problem) => {
    const { problems, judgements } = tryText(`allow:\n  - ${entry}\n`);
    expect(problems).toEqual([problem]);
    expect(judgements.every(({ state }) => state === 'broken')).toBe(true);
  });
});

describe('a file', () => {
  test.each([
    [
      'that expects nothing',
      'groups: { a: shop/db }',
      ['1:1: nothing is expected here; write a list under `allow` or `deny`'],
    ],
    [
      'with a misspelt key',
      'alow: []\ndeny: []',
      ['1:1: unknown field `alow`: did you mean `allow`?'],
    ],
    ['of another kind', 'kind: Pod\nallow: []', ['1:7: `kind` must be `Expectations` here']],
    [
      'that is one expectation',
      'allow:\n  from: shop/web\n  to: shop/api',
      ['2:3: `allow` is a list of expectations, each beginning with `- from:`; this is a map'],
    ],
    [
      'with a group named like a word',
      'groups: { any: shop/db }\nallow: []',
      ['1:11: `any` means something already; choose another word'],
    ],
    [
      'with a group before the one it uses',
      'groups: { b: a, a: shop/db }\ndeny: [{ from: b, to: shop/web }]',
      [
        '1:14: there is no `a` in the input: write NAMESPACE/NAME, NAMESPACE/KIND/NAME, node/NAME, svc/NAMESPACE/NAME, domain/NAME, an address, or `internet`',
      ],
    ],
  ])('%s', (_, text, problems) => {
    expect(tryText(text).problems).toEqual(problems);
  });

  test('one bad expectation hides no other', () => {
    const { judgements } = tryText(`
allow:
  - { from: shop/web, to: svc/shop/api }
  - { from: shop/web, too: shop/db }
  - { from: shop/xyz, to: shop/db }
  - { from: shop/api, to: svc/shop/db }
`);
    expect(judgements.map(({ state }) => state)).toEqual(['passed', 'broken', 'passed']);
  });

  test('an expectation says itself aloud', () => {
    const { judgements } = tryText(`
groups:
  dns: kube-system/coredns
allow:
  - { from: shop/web, to: svc/shop/api, ports: [5000] }
  - { from: shop/*, to: dns, name: names can be looked up }
deny:
  - { from: { not: shop/api }, to: shop/db }
  - { from: internet, to: [shop/api, shop/db], ports: { not: 80 } }
  - { from: { labels: { app: [web, api] }, namespaces: shop }, to: '*', ports: 22 }
`);
    expect(judgements.map(({ expectation }) => expectation.title)).toEqual([
      'shop/web reaches svc/shop/api on 5000',
      'names can be looked up',
      'any but shop/api never reaches shop/db',
      'internet never reaches shop/api or shop/db on anything but 80',
      'pods with app in (web, api) of shop never reaches any on 22',
    ]);
  });
});
