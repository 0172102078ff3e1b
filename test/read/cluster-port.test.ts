/** What the API server would refuse or drop of the ports of a rule of the tiers (C15, C25 to C28). */
import { describe } from 'vitest';
import { anp, cnp, testRows, times } from './cluster-reading.ts';

const deny = 'action: Deny, from: [{namespaces: {}}]';
const rule = (protocols: string): string => cnp(`ingress: [{${deny}, protocols: ${protocols}}]`);
const protocol = (text: string): string => rule(`[${text}]`);
const port = (text: string): string => protocol(`{tcp: {destinationPort: ${text}}}`);
const adminRule = (ports: string): string => anp(`ingress: [{${deny}, ports: ${ports}}]`);
const adminPort = (text: string): string => adminRule(`[${text}]`);
const LIST = 'spec.ingress[0].protocols';
const ITEM = `${LIST}[0]`;
const PORT = `${ITEM}.tcp.destinationPort`;
const ADMIN = 'spec.ingress[0].ports[0]';

describe('protocols', () => {
  testRows([
    ['absent', cnp(`ingress: [{${deny}}]`)],
    ['without a value', rule('null')],
    ['empty', rule('[]'), `empty-list ${LIST}`],
    ['a map', rule('{}'), `wrong-type ${LIST}`],
    ['25 of them', rule(`[${times(25, () => '{destinationNamedPort: http}')}]`)],
    [
      '26 of them',
      rule(`[${times(26, () => '{destinationNamedPort: http}')}]`),
      `over-limit ${LIST}[25]`,
    ],
    ['null', protocol('null'), `empty-item ${ITEM}`],
    ['text', protocol('TCP'), `wrong-type ${ITEM}`],
    ['an empty one', protocol('{}'), `invalid-port ${ITEM}`],
    [
      'two in one',
      protocol('{tcp: {destinationPort: {number: 1}}, udp: {destinationPort: {number: 1}}}'),
      `invalid-port ${ITEM}.udp`,
    ],
    ['no value', protocol('{tcp: null}'), `invalid-port ${ITEM}`],
    ['a protocol without a port', protocol('{sctp: {}}'), `missing-field ${ITEM}.sctp`],
    [
      'a protocol in capitals',
      protocol('{TCP: {}}'),
      `invalid-port ${ITEM}`,
      `unknown-field ${ITEM}.TCP`,
    ],
    [
      'the port of a NetworkPolicy',
      protocol('{protocol: TCP, port: 80}'),
      `invalid-port ${ITEM}`,
      `unknown-field ${ITEM}.protocol`,
      `unknown-field ${ITEM}.port`,
    ],
    [
      'the number beside destinationPort',
      protocol('{tcp: {number: 80}}'),
      `missing-field ${ITEM}.tcp`,
      `unknown-field ${ITEM}.tcp.number`,
    ],
  ]);
});

describe('a destination port', () => {
  testRows([
    ['a number', port('{number: 80}')],
    ['the lowest and the highest', port('{range: {start: 1, end: 65535}}')],
    ['a number written 80.0', port('{number: 80.0}')],
    ['a bare number', port('80'), `wrong-type ${PORT}`],
    ['a name', port('http'), `wrong-type ${PORT}`],
    ['empty', port('{}'), `invalid-port ${PORT}`],
    ['both', port('{number: 80, range: {start: 1, end: 2}}'), `invalid-port ${PORT}.range`],
    ['0', port('{number: 0}'), `invalid-port ${PORT}.number`],
    ['65536', port('{number: 65536}'), `invalid-port ${PORT}.number`],
    ['a number in quotes', port('{number: "80"}'), `wrong-type ${PORT}.number`],
    ['an unknown field', port('{number: 80, endPort: 90}'), `unknown-field ${PORT}.endPort`],
    ['a range of one', port('{range: {start: 80, end: 80}}'), `invalid-port ${PORT}.range.end`],
    [
      'a range upside down',
      port('{range: {start: 90, end: 80}}'),
      `invalid-port ${PORT}.range.end`,
    ],
    ['a range without an end', port('{range: {start: 90}}'), `missing-field ${PORT}.range`],
    [
      'a range beyond all ports',
      port('{range: {start: 1, end: 65536}}'),
      `invalid-port ${PORT}.range.end`,
    ],
    ['a range in text', port('{range: 80-90}'), `wrong-type ${PORT}.range`],
  ]);
});

describe('a port by name', () => {
  const named = (text: string): string => protocol(`{destinationNamedPort: ${text}}`);
  const path = `${ITEM}.destinationNamedPort`;
  const withPeer = (peer: string): string =>
    cnp(
      `egress: [{action: Deny, to: [{namespaces: {}}, ${peer}], protocols: [{tcp: {destinationPort: {number: 1}}}, {destinationNamedPort: http}]}]`,
    );
  testRows([
    ['a name', named('http')],
    ['empty', named('""'), `invalid-port ${path}`],
    ['a number', named('80'), `wrong-type ${path}`],
    [
      'a number in quotes, which no container port can be called',
      named('"80"'),
      `invalid-port ${path}`,
    ],
    ['capitals', named('HTTP'), `invalid-port ${path}`],
    ['a list', named('[http]'), `wrong-type ${path}`],
    ['for pods', withPeer('{pods: {podSelector: {}}}')],
    ['for networks', withPeer('{networks: ["::/0"]}'), 'invalid-rule spec.egress[0].protocols[1]'],
    ['for nodes', withPeer('{nodes: {}}'), 'invalid-rule spec.egress[0].protocols[1]'],
    [
      'for a domain, in a rule that denies',
      withPeer('{domainNames: [a.b]}'),
      'invalid-rule spec.egress[0].to[1]',
      'invalid-rule spec.egress[0].protocols[1]',
    ],
  ]);
});

describe('ports of v1alpha1', () => {
  testRows([
    ['a number', adminPort('{portNumber: {protocol: UDP, port: 53}}')],
    ['a number of TCP', adminPort('{portNumber: {port: 53}}')],
    ['a range', adminPort('{portRange: {protocol: SCTP, start: 1, end: 2}}')],
    ['a name', adminPort('{namedPort: http}')],
    ['empty', adminRule('[]'), 'empty-list spec.ingress[0].ports'],
    ['an early form', adminRule('{allPorts: true}'), 'wrong-type spec.ingress[0].ports'],
    ['100 of them', adminRule(`[${times(100, () => '{namedPort: http}')}]`)],
    [
      '101 of them',
      adminRule(`[${times(101, () => '{namedPort: http}')}]`),
      'over-limit spec.ingress[0].ports[100]',
    ],
    [
      'two in one',
      adminPort('{portNumber: {port: 1}, namedPort: a}'),
      `invalid-port ${ADMIN}.namedPort`,
    ],
    ['a bare number', adminPort('{portNumber: 80}'), `wrong-type ${ADMIN}.portNumber`],
    ['no port', adminPort('{portNumber: {protocol: TCP}}'), `missing-field ${ADMIN}.portNumber`],
    [
      'an unknown protocol',
      adminPort('{portNumber: {protocol: ICMP, port: 1}}'),
      `invalid-protocol ${ADMIN}.portNumber.protocol`,
    ],
    [
      'a range of one',
      adminPort('{portRange: {start: 1, end: 1}}'),
      `invalid-port ${ADMIN}.portRange.end`,
    ],
    [
      'the words of v1alpha2',
      adminPort('{tcp: {destinationPort: {number: 80}}}'),
      `invalid-port ${ADMIN}`,
      `unknown-field ${ADMIN}.tcp`,
    ],
  ]);
});
