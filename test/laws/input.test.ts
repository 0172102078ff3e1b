import * as fc from 'fast-check';
import type { World } from '../conformance/implementation.ts';
import { plausible, policyObjects } from '../generators/cluster.ts';
import type { GeneratedCluster } from '../generators/cluster.ts';
import type { PolicyShape, RuleShape } from '../generators/policy.ts';
import { questionsOf } from '../generators/questions.ts';
import { paths, partAt, replaceAt } from '../generators/tree.ts';
import { podAddress } from '../generators/vocabulary.ts';
import { compare, law, read, same } from './law.ts';

// Names tell things apart and say nothing more; but for namespaces' own label, which goes with them (S15).
law('namespace and pod names mean nothing', plausible(), (cluster) => {
  const before = read(cluster);
  const after = read({ ...cluster, objects: cluster.objects.map(renamed) });
  const rename = (text: string): string =>
    text.replace(/^([xyz])\/(.*)\/([^/]+)$/, (_, namespace, kind, name) => {
      return `${newNamespace(namespace)}/${kind}/${newName(name)}`;
    });
  const questions = questionsOf(cluster, 1);
  const renamedAfter = {
    ...after,
    judge: (question: (typeof questions)[number]) =>
      after.judge({ ...question, from: rename(question.from), to: rename(question.to) }),
  };
  return compare(questions, before, renamedAfter, same);
});

const NEW_NAMESPACES: Readonly<Record<string, string>> = { x: 'z', y: 'other', z: 'x' };

function newNamespace(name: string): string {
  return NEW_NAMESPACES[name] ?? name;
}

/** Workloads, pods and policies are called `w1`, `w1-0`, `p1` …. */
function newName(name: string): string {
  return `renamed-${name}`;
}

/** The object under new names; a reference to an owner goes along. */
function renamed(object: object): object {
  const isNamespace = 'kind' in object && object.kind === 'Namespace';
  let result: unknown = object;
  for (const path of paths(object)) {
    const value = partAt(result, path);
    if (typeof value !== 'string') continue;
    const place = path.join('.');
    if (place === 'metadata.name' && isNamespace) {
      result = replaceAt(result, path, newNamespace(value));
    } else if (/^metadata\.(name|ownerReferences\.\d+\.name)$/.test(place)) {
      result = replaceAt(result, path, /^[wp]\d/.test(value) ? newName(value) : value);
    } else if (place === 'metadata.namespace' || isOwnNameLabel(result, path)) {
      result = replaceAt(result, path, newNamespace(value));
    }
  }
  return result as object;
}

function isOwnNameLabel(object: unknown, path: readonly (string | number)[]): boolean {
  const key = 'kubernetes.io/metadata.name';
  const requirement = partAt(object, path.slice(0, -2));
  return path.at(-1) === key || (path.at(-2) === 'values' && partAt(requirement, ['key']) === key);
}

/**
 * Whatever an unknown turns out to be, a certain answer was right: giving a pod or node its addresses,
 * a pod its node, or the pod network, turns only `depends` into something else. The families stay (D1):
 * a pod that may have both is given one of each, for the manifests promised both.
 */
law(
  'a more certain input never flips a certain answer',
  fc.record({
    cluster: plausible(),
    learnt: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    node: fc.constantFrom('n1', 'n2'),
  }),
  ({ cluster, learnt, node }) => {
    const before = read(cluster);
    const podNetwork = cluster.podNetwork ?? (learnt[0] ? BOTH_NETWORKS : undefined);
    const objects = cluster.objects.map((object, i) =>
      learnt[i % learnt.length] ? certain(object, i, podNetwork, node) : object,
    );
    const after = read({ ...cluster, objects, podNetwork });
    // an address that a pod or node now has means it, and no longer a stranger (D11)
    const stays = (text: string): boolean => !JSON.stringify(objects).includes(`"${text}"`);
    const questions = questionsOf(cluster, 2).filter(({ from, to }) => stays(from) && stays(to));
    return compare(
      questions,
      before,
      after,
      (was, is) => was.answer === 'depends' || was.answer === is.answer,
    );
  },
);

const BOTH_NETWORKS: readonly string[] = ['10.244.0.0/16', 'fd00:244::/64'];

interface Known {
  readonly kind: string;
  readonly spec?: { readonly nodeName?: string; readonly hostNetwork?: boolean };
  readonly status?: { readonly podIP?: string; readonly addresses?: readonly object[] };
}

function certain(
  object: object,
  i: number,
  podNetwork: readonly string[] | undefined,
  node: string,
): object {
  const { kind, spec, status } = object as Known;
  if (kind === 'Node' && status?.addresses?.length === 1) {
    const own = [`192.0.2.${100 + i}`, `2001:db8:1::${100 + i}`];
    const addresses = own.map((address) => ({ type: 'InternalIP', address }));
    return { ...object, status: { addresses } };
  }
  if (kind !== 'Pod') return object;
  // a hostNetwork pod would take its node's addresses, and perhaps lose a family with that
  const stays = spec?.hostNetwork && status?.podIP === undefined;
  if (stays) return object;
  const placed = { ...object, spec: { ...spec, nodeName: spec?.nodeName ?? node } };
  if (status?.podIP !== undefined) return placed;
  const families = (['IPv4', 'IPv6'] as const).filter((family) =>
    (podNetwork ?? BOTH_NETWORKS).some((cidr) => cidr.includes(':') === (family === 'IPv6')),
  );
  const ips = families.map((family) => ({ ip: podAddress[family](30 + i) }));
  return { ...placed, status: { ...status, podIP: ips[0]!.ip, podIPs: ips } };
}

// P3, P5: a range is the ports in it, however it is written.
law('splitting ports changes nothing', plausible(), (cluster) => {
  const before = read(cluster);
  const after = read(withPolicies(cluster, cluster.policies.map(splitPorts)));
  return compare(questionsOf(cluster, 2), before, after, same);
});

function withPolicies(cluster: GeneratedCluster, policies: readonly PolicyShape[]): World {
  return { ...cluster, objects: [...cluster.others, ...policyObjects(policies)] };
}

function splitPorts({ namespace, spec }: PolicyShape): PolicyShape {
  const { ingress, egress, ...rest } = spec;
  const split = (rules: readonly RuleShape[]): RuleShape[] =>
    rules.map((rule) => (rule.ports ? { ...rule, ports: rule.ports.flatMap(splitEntry) } : rule));
  return {
    namespace,
    spec: {
      ...rest,
      ...(ingress && { ingress: split(ingress) }),
      ...(egress && { egress: split(egress) }),
    },
  };
}

function splitEntry(entry: object): object[] {
  const { port, endPort, ...protocol } = entry as { port?: number | string; endPort?: number };
  if (typeof port === 'string') return [entry, entry];
  const [low, high] = [port ?? 1, endPort ?? port ?? 65535];
  const middle = Math.floor((low + high) / 2);
  const first = { ...protocol, port: low, endPort: middle };
  return middle === high ? [first] : [first, { ...protocol, port: middle + 1, endPort: high }];
}
