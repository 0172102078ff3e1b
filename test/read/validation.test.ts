/**
 * What the API server would refuse or warn of, in the fields that are read. The rules are those of
 * pkg/apis/networking/validation, pkg/apis/core/validation and apimachinery's metav1 and util validation
 * (Kubernetes 1.36), and section 7 of the semantics.
 */
import { describe, expect, test } from 'vitest';
import { pod, policy, problemsOf } from './reading.ts';

/** A manifest in few words and what must be said of it; nothing for one that is right. */
type Row = readonly [fact: string, text: string, ...problems: string[]];

const rule = (text: string): string => policy(`podSelector: {}\ningress:\n- ${text}`);
const peer = (text: string): string => rule(`from:\n  - ${text}`);
const port = (text: string): string => rule(`ports:\n  - ${text}`);
const block = (text: string): string => peer(`ipBlock: {${text}}`);
const requirement = (text: string): string =>
  policy(`podSelector:\n  matchExpressions:\n  - {${text}}`);
const label = (text: string): string => policy(`podSelector:\n  matchLabels: {${text}}`);
const meta = (kind: string, apiVersion: string, metadata: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {${metadata}}\nspec: {template: {}}`;
const object = (metadata: string): string => meta('Pod', 'v1', metadata).replace(/spec.*/, '');
const containerPort = (text: string): string => pod(`containers:\n- ports:\n  - {${text}}`);
const service = (spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: x}\nspec: {${spec}}`;

const LONG = 'x'.repeat(64);
const LONGER = `${'x'.repeat(60)}.`.repeat(5);

const TABLES: Readonly<Record<string, readonly Row[]>> = {
  'a policy': [
    ['the least there is', policy('podSelector: {}')],
    [
      'no spec at all',
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}',
    ],
    ['spec is a list', policy('- a').replace('  - a', '- a'), 'wrong-type 5'],
    ['podSelector is text', policy('podSelector: all'), 'wrong-type 5'],
    ['ingress is a map', policy('ingress: {}'), 'wrong-type 5'],
    ['egress is a number', policy('egress: 1'), 'wrong-type 5'],
    ['a rule is text', rule('all'), 'wrong-type 7'],
    ['a rule is null', rule('null'), 'empty-item 7'],
    ['from is a map', rule('from: {}'), 'wrong-type 7'],
    ['ports is a map', rule('ports: {}'), 'wrong-type 7'],
    ['to in an ingress rule', rule('to: []'), 'misplaced-peers 7'],
    ['from in an egress rule', policy('egress:\n- from: []'), 'misplaced-peers 6'],
    ['both policy types', policy('policyTypes: [Egress, Ingress]')],
    ['one policy type twice', policy('policyTypes: [Ingress, Ingress]')],
    [
      'three policy types',
      policy('policyTypes: [Ingress, Egress, Ingress]'),
      'invalid-policy-type 5',
    ],
    ['a policy type in lower case', policy('policyTypes: [ingress]'), 'invalid-policy-type 5'],
    ['a policy type that is null', policy('policyTypes: [null]'), 'wrong-type 5'],
    ['a policy type that is a number', policy('policyTypes: [1]'), 'wrong-type 5'],
    ['policyTypes is text', policy('policyTypes: Ingress'), 'wrong-type 5'],
    ['an unknown field', policy('podSelectors: {}'), 'unknown-field 5'],
  ],
  'a peer': [
    ['pods', peer('podSelector: {}')],
    ['namespaces', peer('namespaceSelector: {}')],
    ['pods of namespaces', peer('{podSelector: {}, namespaceSelector: {}}')],
    ['empty', peer('{}'), 'empty-peer 8'],
    ['null', peer('null'), 'empty-peer 8'],
    ['text', peer('all'), 'wrong-type 8'],
    ['only null selectors', peer('{podSelector: null}'), 'empty-peer 8'],
    ['a block with pods', peer('{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}'), 'invalid-peer 8'],
    [
      'a block with namespaces',
      peer('{ipBlock: {cidr: 10.0.0.0/8}, namespaceSelector: {}}'),
      'invalid-peer 8',
    ],
    ['a block with null selectors', peer('{ipBlock: {cidr: 10.0.0.0/8}, podSelector: null}')],
    ['an unknown field', peer('{podSelector: {}, podselector: {}}'), 'unknown-field 8'],
  ],
  'an ipBlock': [
    ['IPv4', block('cidr: 10.0.0.0/8')],
    ['IPv6', block('cidr: "2001:db8::/32"')],
    ['everything', block('cidr: 0.0.0.0/0, except: [10.0.0.0/8, 192.168.0.0/16]')],
    ['no cidr', block('except: [10.0.0.0/8]'), 'invalid-cidr 8'],
    ['an empty cidr', block('cidr: ""'), 'invalid-cidr 8'],
    ['no prefix', block('cidr: 10.0.0.1'), 'invalid-cidr 8'],
    ['a prefix too long', block('cidr: 10.0.0.0/33'), 'invalid-cidr 8'],
    ['a prefix too long for IPv6', block('cidr: "::/129"'), 'invalid-cidr 8'],
    ['a negative prefix', block('cidr: 10.0.0.0/-1'), 'invalid-cidr 8'],
    ['a name', block('cidr: example.org/24'), 'invalid-cidr 8'],
    ['three numbers', block('cidr: 10.0.0/8'), 'invalid-cidr 8'],
    ['a number above 255', block('cidr: 10.0.0.256/32'), 'invalid-cidr 8'],
    ['a zone', block('cidr: "fe80::1%eth0/64"'), 'invalid-cidr 8'],
    ['a space', block('cidr: " 10.0.0.0/8"'), 'invalid-cidr 8'],
    ['a number', block('cidr: 10'), 'wrong-type 8'],
    ['host bits', block('cidr: 10.0.0.1/8'), 'non-canonical-cidr 8'],
    ['leading zeros', block('cidr: 010.0.0.0/08'), 'non-canonical-cidr 8'],
    ['IPv6 not in its short form', block('cidr: "2001:DB8:0::/32"'), 'non-canonical-cidr 8'],
    ['IPv4 in IPv6', block('cidr: "::ffff:10.0.0.0/104"'), 'non-canonical-cidr 8'],
    ['an except outside', block('cidr: 10.0.0.0/8, except: [11.0.0.0/16]'), 'invalid-except 8'],
    [
      'an except that is all of it',
      block('cidr: 10.0.0.0/8, except: [10.0.0.0/8]'),
      'invalid-except 8',
    ],
    [
      'an except that is larger',
      block('cidr: 10.0.0.0/8, except: [10.0.0.0/7]'),
      'invalid-except 8',
    ],
    ['an except of another family', block('cidr: 0.0.0.0/0, except: ["::/1"]'), 'invalid-except 8'],
    ['an except that is none', block('cidr: 10.0.0.0/8, except: [all]'), 'invalid-cidr 8'],
    ['an except that is null', block('cidr: 10.0.0.0/8, except: [null]'), 'wrong-type 8'],
    ['except is text', block('cidr: 10.0.0.0/8, except: 10.1.0.0/16'), 'wrong-type 8'],
    ['an unknown field', block('cidr: 10.0.0.0/8, excepts: []'), 'unknown-field 8'],
  ],
  'a port of a rule': [
    ['a number', port('port: 80')],
    ['a number written 80.0', port('port: 80.0')],
    ['a name', port('port: http')],
    ['all of a protocol', port('protocol: SCTP')],
    ['a range', port('{port: 80, endPort: 90}')],
    ['a range of one', port('{port: 80, endPort: 80}')],
    ['empty', port('{}')],
    ['null', port('null'), 'empty-item 8'],
    ['bare', port('80'), 'wrong-type 8'],
    ['0', port('port: 0'), 'invalid-port 8'],
    ['-1', port('port: -1'), 'invalid-port 8'],
    ['65536', port('port: 65536'), 'invalid-port 8'],
    ['half a port', port('port: 80.5'), 'invalid-port 8'],
    ['in quotes', port('port: "80"'), 'invalid-port 8'],
    ['a boolean', port('port: yes'), 'wrong-type 8'],
    ['a name of 16 letters', port('port: abcdefghijklmnop'), 'invalid-port 8'],
    ['a name in capitals', port('port: HTTP'), 'invalid-port 8'],
    ['a name with two dashes', port('port: a--b'), 'invalid-port 8'],
    ['a name that ends with a dash', port('port: a-'), 'invalid-port 8'],
    ['a name without a letter', port('port: "8-0"'), 'invalid-port 8'],
    ['an empty name', port('port: ""'), 'invalid-port 8'],
    ['an unknown protocol', port('protocol: ICMP'), 'invalid-protocol 8'],
    ['a protocol in lower case', port('protocol: udp'), 'invalid-protocol 8'],
    ['a protocol number', port('protocol: 6'), 'wrong-type 8'],
    ['an end below', port('{port: 90, endPort: 80}'), 'invalid-port 8'],
    ['an end above all ports', port('{port: 90, endPort: 65536}'), 'invalid-port 8'],
    ['an end without a begin', port('endPort: 80'), 'invalid-port 8'],
    ['an end beside a name', port('{port: http, endPort: 80}'), 'invalid-port 8'],
    ['an end in quotes', port('{port: 80, endPort: "90"}'), 'wrong-type 8'],
    ['an unknown field', port('{port: 80, endport: 90}'), 'unknown-field 8'],
  ],
  'a selector': [
    ['In', requirement('key: a, operator: In, values: [b, ""]')],
    ['Exists', requirement('key: example.org/a, operator: Exists')],
    ['Exists with an empty list', requirement('key: a, operator: Exists, values: []')],
    ['no operator', requirement('key: a'), 'invalid-selector 7'],
    ['no key', requirement('operator: Exists'), 'invalid-selector 7'],
    ['an unknown operator', requirement('key: a, operator: Equals'), 'invalid-selector 7'],
    ['an operator in lower case', requirement('key: a, operator: exists'), 'invalid-selector 7'],
    ['In without values', requirement('key: a, operator: In'), 'invalid-selector 7'],
    [
      'NotIn with no values',
      requirement('key: a, operator: NotIn, values: []'),
      'invalid-selector 7',
    ],
    [
      'Exists with values',
      requirement('key: a, operator: Exists, values: [b]'),
      'invalid-selector 7',
    ],
    [
      'DoesNotExist with values',
      requirement('key: a, operator: DoesNotExist, values: [b]'),
      'invalid-selector 7',
    ],
    [
      'a value that is none',
      requirement('key: a, operator: In, values: ["b!"]'),
      'invalid-label 7',
    ],
    ['a value that is a number', requirement('key: a, operator: In, values: [1]'), 'wrong-type 7'],
    ['a value that is null', requirement('key: a, operator: In, values: [null]'), 'wrong-type 7'],
    ['values is text', requirement('key: a, operator: In, values: b'), 'wrong-type 7'],
    ['a key that is none', requirement('key: "a b", operator: Exists'), 'invalid-label 7'],
    ['a requirement is text', policy('podSelector:\n  matchExpressions:\n  - a'), 'wrong-type 7'],
    ['a requirement is null', policy('podSelector:\n  matchExpressions:\n  -'), 'wrong-type 7'],
    ['matchExpressions is a map', policy('podSelector:\n  matchExpressions: {}'), 'wrong-type 6'],
    ['matchLabels is a list', policy('podSelector:\n  matchLabels: []'), 'wrong-type 6'],
    ['labels right below', policy('podSelector:\n  app: a'), 'unknown-field 6'],
    ['a label', label('a: b')],
    ['a label without a value', label('a: ""')],
    ['a label that is a number', label('a: 1'), 'wrong-type 6'],
    ['a label that is yes', label('a: yes'), 'wrong-type 6'],
    ['a label that is null', label('a:'), 'wrong-type 6'],
    ['a value of 64 characters', label(`a: ${LONG}`), 'invalid-label 6'],
    ['a value that ends with a dot', label('a: b.'), 'invalid-label 6'],
    ['a value with a space', label('a: b c'), 'invalid-label 6'],
    ['a key of 64 characters', label(`${LONG}: a`), 'invalid-label 6'],
    ['an empty key', label('"": a'), 'invalid-label 6'],
    ['a key without a name', label('example.org/: a'), 'invalid-label 6'],
    ['a key with two prefixes', label('a/b/c: d'), 'invalid-label 6'],
    ['a prefix in capitals', label('Example.org/a: b'), 'invalid-label 6'],
    ['a prefix of 254 characters', label(`${LONGER}/a: b`), 'invalid-label 6'],
    ['a key of numbers', label('1: a')],
  ],
  metadata: [
    ['a name', object('name: a.b-1')],
    ['a name to be made up', object('generateName: a-')],
    ['no name', object('namespace: x'), 'missing-name 1'],
    ['an empty name', object('name: ""'), 'invalid-name 3'],
    ['a name in capitals', object('name: A'), 'invalid-name 3'],
    ['a name with a slash', object('name: a/b'), 'invalid-name 3'],
    ['a name of 254 characters', object(`name: ${LONGER.slice(0, 254)}`), 'invalid-name 3'],
    ['a name that is a number', object('name: 1'), 'wrong-type 3'],
    ['a namespace with a dot', object('name: a, namespace: a.b'), 'invalid-name 3'],
    ['a namespace that is a number', object('name: a, namespace: 1'), 'wrong-type 3'],
    ['labels', object('name: a, labels: {a: b}')],
    ['labels is a list', object('name: a, labels: [a]'), 'wrong-type 3'],
    ['a label that is a number', object('name: a, labels: {version: 1}'), 'wrong-type 3'],
    ['a label with a space', object('name: a, labels: {a: "b c"}'), 'invalid-label 3'],
    ['an annotation of any text', object('name: a, annotations: {example.org/a: "b c!"}')],
    ['an annotation that is a number', object('name: a, annotations: {a: 1}'), 'wrong-type 3'],
    ['an unknown field', object('name: a, label: {}'), 'unknown-field 3'],
    ['a namespace with a dotted name', meta('Namespace', 'v1', 'name: a.b'), 'invalid-name 3'],
    [
      'a service that begins with a digit',
      meta('Service', 'v1', 'name: 1a').replace(/spec.*/, ''),
      'invalid-name 3',
    ],
    ['a deployment with a dotted name', meta('Deployment', 'apps/v1', 'name: a.b')],
  ],
  'a container port': [
    ['a number', containerPort('containerPort: 80')],
    ['a name', containerPort('name: http, containerPort: 80, protocol: UDP')],
    ['none', containerPort('name: http'), 'invalid-port 7'],
    ['0', containerPort('containerPort: 0'), 'invalid-port 7'],
    ['65536', containerPort('containerPort: 65536'), 'invalid-port 7'],
    ['in quotes', containerPort('containerPort: "80"'), 'wrong-type 7'],
    [
      'an unknown protocol',
      containerPort('containerPort: 80, protocol: tcp'),
      'invalid-protocol 7',
    ],
    ['a name in capitals', containerPort('containerPort: 80, name: HTTP'), 'invalid-port 7'],
    [
      'a name of 16 letters',
      containerPort('containerPort: 80, name: abcdefghijklmnop'),
      'invalid-port 7',
    ],
    [
      'one name twice',
      pod(
        'containers:\n- ports:\n  - {name: a, containerPort: 1}\n  - {name: a, containerPort: 2}',
      ),
      'invalid-port 8',
    ],
    [
      'one name in two containers',
      pod(
        'containers:\n- ports: [{name: a, containerPort: 1}]\n- ports: [{name: a, containerPort: 2}]',
      ),
    ],
    ['ports is a map', pod('containers:\n- ports: {}'), 'wrong-type 6'],
    ['containers is a map', pod('containers: {}'), 'wrong-type 5'],
    ['hostNetwork in quotes', pod('hostNetwork: "true"'), 'wrong-type 5'],
    ['nodeName is a number', pod('nodeName: 1'), 'wrong-type 5'],
    ['an unknown field', pod('hostnetwork: true'), 'unknown-field 5'],
  ],
  'a service': [
    ['a port', service('selector: {a: b}, ports: [{port: 80, targetPort: http}]')],
    ['no port number', service('ports: [{name: a}]'), 'invalid-port 4'],
    ['port 0', service('ports: [{port: 0}]'), 'invalid-port 4'],
    ['a target port above all', service('ports: [{port: 1, targetPort: 70000}]'), 'invalid-port 4'],
    [
      'a target port name in capitals',
      service('ports: [{port: 1, targetPort: HTTP}]'),
      'invalid-port 4',
    ],
    ['a target port in quotes', service('ports: [{port: 1, targetPort: "80"}]'), 'invalid-port 4'],
    ['an unknown protocol', service('ports: [{port: 1, protocol: ICMP}]'), 'invalid-protocol 4'],
    ['a selector that is a number', service('selector: {a: 1}'), 'wrong-type 4'],
    ['a selector with a space', service('selector: {a: "b c"}'), 'invalid-label 4'],
    ['a cluster address that is none', service('clusterIP: all'), 'invalid-address 4'],
    ['no cluster address', service('clusterIP: None')],
  ],
};

describe.each(Object.entries(TABLES))('%s', (_, rows) => {
  test.each(rows)('%s', (...[, text = '', ...problems]) => {
    expect(problemsOf(text)).toEqual(problems);
  });
});
