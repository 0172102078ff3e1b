import { differenceOf } from '../src/evaluate/difference/difference.ts';
import { PolicyDifference } from '../src/evaluate/difference/policy-change.ts';
import { Reachability } from '../src/evaluate/map/reachability.ts';
import type { Cluster } from '../src/model/cluster.ts';
import type { NetworkPolicy, Rule } from '../src/model/policy.ts';
import { readCluster } from '../src/read/objects/cluster.ts';
import { sourcesOf } from './cluster-files.ts';
import { LARGE } from './generated-cluster.ts';
import { timed } from './measure.ts';
import { line, ratio, seconds } from './report.ts';

const quick = process.argv.includes('--quick');
const runs = quick ? 1 : 7;

console.log('\ndiff: 10,000 workloads, 5,000 policies, one of which changed');
const sources = sourcesOf(LARGE);
const parse = timed(1, () => void readCluster(sources));
const old = readCluster(sources);
const current = readCluster(sourcesOf(LARGE));

function named(cluster: Cluster, name: string): NetworkPolicy {
  return cluster.policies.find((policy) => `${policy.namespace}/${policy.name}` === name)!;
}

/** The policy with its first rule taken away. */
function withoutRule(policy: NetworkPolicy): NetworkPolicy {
  const rest = (rules: readonly Rule[]): readonly Rule[] => rules.slice(1);
  return { ...policy, ingress: rest(policy.ingress), egress: rest(policy.egress) };
}

const CHANGED = ['ns-3/policy-5', 'ns-5/policy-7', 'ns-9/policy-11', 'ns-40/policy-3'];

let pairs = 0;
function whole(name: string): void {
  const policy = named(current, name);
  const policies = current.policies.map((one) => (one === policy ? withoutRule(one) : one));
  const maps = { old: new Reachability(old), new: new Reachability({ ...current, policies }) };
  pairs = differenceOf(maps).changed.length;
}
const first = timed(1, () => whole(CHANGED[0]!));
const all = timed(runs, () => whole(CHANGED[0]!), 'kept');
for (const [form, own] of [
  ['the first time in the process', first],
  ['again', all],
] as const) {
  const label = `both maps and what differs, ${form}`;
  console.log(
    line(label, seconds(own.median), '≤ 1.5 s', ratio(own.median, parse.median, 'reading one')),
  );
}

console.log('\nincremental: one policy in a map that is there');
const map = new Reachability(old);
const anew = timed(runs, () => void new Reachability(old), 'kept');
for (const [what, change] of [
  ['a rule removed', (policy: NetworkPolicy) => ({ before: policy, after: withoutRule(policy) })],
  ['removed', (policy: NetworkPolicy) => ({ before: policy })],
  ['added', (policy: NetworkPolicy) => ({ after: withoutRule(policy) })],
] as const) {
  for (const name of CHANGED) {
    const policy = named(old, name);
    let count = 0;
    const own = timed(
      quick ? 2 : 15,
      () => {
        count = 0;
        new PolicyDifference(map, change(policy)).forEachPair(() => count++);
      },
      'kept',
    );
    const label = `${name} ${what}, ${count} pairs change`;
    console.log(
      line(label, seconds(own.median), '≤ 50 ms', ratio(own.median, anew.median, 'making a map')),
    );
  }
}
if (pairs === 0) throw new Error('the change must change something');
