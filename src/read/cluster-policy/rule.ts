import type { Action, ClusterPeer, ClusterPort, ClusterRule } from '../../model/cluster-policy.ts';
import type { Place } from '../../model/place.ts';
import type { Direction } from '../../model/policy.ts';
import { Fields, MALFORMED, orNothing, placeOf, report } from '../fields/fields.ts';
import type { Field, Malformed } from '../fields/fields.ts';
import { readListed } from '../fields/listed.ts';
import { isNull, shorten } from '../yaml/node.ts';
import { besideRule } from './habits.ts';
import { readClusterPeer } from './peer.ts';
import { readClusterPort } from './port.ts';
import { aKind, LONGEST_NAME, oneOf } from './words.ts';
import type { ClusterWords } from './words.ts';

/** Reads one rule of a policy of the tiers; what cannot be understood is reported and closed (D21, D23). */
export function readClusterRule(
  field: Field,
  words: ClusterWords,
  direction: Direction,
): ClusterRule {
  const place = placeOf(field);
  if (isNull(field.node)) {
    report(
      field,
      'error',
      'empty-item',
      'this rule is empty; take the `-` away, or write the rule',
    );
    return denyAll(place);
  }
  const peersKey = direction === 'ingress' ? 'from' : 'to';
  const rule = Fields.of(field, ['name', 'action', 'from', 'to', words.ports], besideRule(words));
  if (rule === MALFORMED) return denyAll(place);
  reportMisplaced(rule, direction);
  const name = readName(rule);
  const { action, written } = readAction(rule, words);
  const peers = readPeers(rule, peersKey, words, direction);
  rule.noteEmpty(words.ports, 'this rule is for every port');
  const port = { item: 'one port; leave it out for every port', most: words.most };
  const ports =
    readListed(rule, words.ports, port, (item) => readClusterPort(item, words)) ?? 'all';
  if (peers !== MALFORMED && ports !== MALFORMED && goTogether(field, action, peers, ports)) {
    return { place, name, action, written, peers, ports };
  }
  return action === 'Accept'
    ? { place, name, action, written, peers: [], ports: 'all' }
    : { ...denyAll(place), name, written };
}

/** What a rule is that could not be understood, or rules of the wrong type: C16's "Deny all". */
export function denyAll(place: Place): ClusterRule {
  return { place, name: undefined, action: 'Deny', written: undefined, peers: 'all', ports: 'all' };
}

function reportMisplaced(rule: Fields, direction: Direction): void {
  const [right, wrong] = direction === 'ingress' ? ['from', 'to'] : ['to', 'from'];
  if (!rule.has(wrong)) return;
  const home = direction === 'ingress' ? 'egress' : 'ingress';
  const message = `\`${wrong}\` has no meaning in an ${direction} rule, and is left out; write \`${right}\`, or move the rule to \`${home}\``;
  rule.document.report('error', 'misplaced-peers', rule.keyPlace(wrong), message);
}

function readName(rule: Fields): string | undefined {
  const name = orNothing(rule.text('name'));
  // code points, as the API counts (MaxLength of JSON Schema)
  if (name === undefined || Array.from(name).length <= LONGEST_NAME) return name;
  const message = `name \`${shorten(name)}\` is longer than ${LONGEST_NAME} characters`;
  report(rule.get('name')!, 'error', 'over-limit', message);
  return name;
}

/** An unknown action denies what its rule matches (D23). */
function readAction(
  rule: Fields,
  { kind, actions }: ClusterWords,
): Pick<ClusterRule, 'action' | 'written'> {
  const text = rule.text('action');
  if (text === undefined) {
    const message = `\`action\` is missing, so this rule denies; write ${oneOf(actions)}`;
    rule.document.report('error', 'missing-field', rule.place, message);
  }
  if (text === undefined || text === MALFORMED) return { action: 'Deny', written: undefined };
  const index = actions.indexOf(text);
  if (index !== -1) return { action: index === 0 ? 'Accept' : (text as Action), written: text };
  const message = `\`${shorten(text)}\` is not an action of ${aKind(kind)}, so this rule denies; ${actionRemedy(text, actions)}`;
  report(rule.get('action')!, 'error', 'invalid-action', message);
  return { action: 'Deny', written: text };
}

const ACCEPTING: ReadonlySet<string> = new Set(['accept', 'allow', 'permit']);
const DENYING: ReadonlySet<string> = new Set(['deny', 'drop', 'reject', 'block']);

function actionRemedy(text: string, actions: readonly string[]): string {
  const lower = text.toLowerCase();
  const meant = ACCEPTING.has(lower)
    ? actions[0]
    : DENYING.has(lower)
      ? 'Deny'
      : actions.find((action) => action.toLowerCase() === lower);
  return `write ${meant === undefined ? oneOf(actions) : `\`${meant}\``}`;
}

function readPeers(
  rule: Fields,
  key: string,
  words: ClusterWords,
  direction: Direction,
): readonly ClusterPeer[] | Malformed {
  const list = { item: 'one peer', most: words.most };
  const peers = readListed(rule, key, list, (item) => readClusterPeer(item, words, direction));
  if (peers !== undefined) return peers;
  const what = rule.has(key) ? 'has no value' : 'is missing';
  const message = `\`${key}\` ${what}; name at least one peer, such as \`namespaces: {}\` for all pods`;
  const place = rule.has(key) ? rule.keyPlace(key) : rule.place;
  rule.document.report('error', 'missing-field', place, message);
  return MALFORMED;
}

/** Whether the parts of a rule may stand together, which else is reported (C21, C27). */
function goTogether(
  { document }: Field,
  action: Action,
  peers: readonly ClusterPeer[],
  ports: readonly ClusterPort[] | 'all',
): boolean {
  const domains = peers.find(({ kind }) => kind === 'domains');
  if (domains !== undefined && action !== 'Accept') {
    const message =
      '`domainNames` are only for rules that accept; to deny the rest, write a rule for `networks` after it';
    document.report('error', 'invalid-rule', domains.place, message);
  }
  const named = ports === 'all' ? undefined : ports.find(({ kind }) => kind === 'named');
  const nameless = peers.find(({ kind }) => kind !== 'pods');
  if (named !== undefined && nameless !== undefined) {
    const field = FIELDS[nameless.kind];
    const message = `a port by name does not go with \`${field}\`, which has no port names; write its number, or give \`${field}\` a rule of its own`;
    document.report('error', 'invalid-rule', named.place, message);
    return false;
  }
  return domains === undefined || action === 'Accept';
}

const FIELDS: Readonly<Record<ClusterPeer['kind'], string>> = {
  pods: 'pods',
  nodes: 'nodes',
  networks: 'networks',
  domains: 'domainNames',
};
