import { readFileSync } from 'node:fs';

/** What a case expects of `lint`, line by line of its file. */
export interface ExpectedFinding {
  readonly line: number;
  readonly code: string;
  readonly severity: string;
  /** Words the message must have. */
  readonly says: string;
}

/** A small cluster and all that is to be found in it. */
export interface LintCase {
  readonly title: string;
  /** Manifests, and for each of their lines the line of the case file it comes from. */
  readonly manifests: string;
  readonly lines: readonly number[];
  readonly findings: readonly ExpectedFinding[];
  readonly suppressed: number;
  /** The pod network; empty when the case does not give one. */
  readonly podNetwork: readonly string[];
  /** Codes of rules that speak of nearly every cluster, and are only asked where a case names them. */
  readonly also: readonly string[];
}

/**
 * Reads a file of cases. Each begins with `# case: TITLE`; `# suppressed: N`, `# pods: CIDR` and
 * `# also: CODE` may follow. A line is plain YAML, or one of these, which stand for a whole object:
 *
 *     pod NS/NAME LABELS [NAME:PORT[/PROTOCOL]…] [ignore=CODES]      host …: the same with hostNetwork
 *     service NS/NAME LABELS [NAME:]PORT>TARGET[/PROTOCOL]…          headless …: without an address
 *     namespace NAME LABELS [ignore=CODES]
 *     policy NS/NAME [ignore=CODES]                                  its spec stands indented below
 *     admin NAME PRIORITY [ignore=CODES]       baseline …: a ClusterNetworkPolicy; its spec goes on below
 *     anp NAME PRIORITY [ignore=CODES]         banp NAME …: the v1alpha1 kinds
 *
 * LABELS are `key=value,key=value`, or `-`. `# finds: CODE SEVERITY ~ WORDS` at the end of a line
 * expects a finding there; what no line expects must not be found.
 */
export function readCases(path: string): LintCase[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const starts = lines.flatMap((line, i) => (line.startsWith('# case: ') ? [i] : []));
  return starts.map((start, i) => readCase(lines.slice(0, starts[i + 1]), start));
}

function readCase(lines: readonly string[], start: number): LintCase {
  const manifests: string[] = [];
  const origins: number[] = [];
  const findings: ExpectedFinding[] = [];
  const settings = new Map<string, string>();
  for (let i = start; i < lines.length; i++) {
    const line = lines[i]!;
    const setting = /^# (?<name>case|suppressed|pods|also): (?<value>.*)$/.exec(line)?.groups;
    if (setting !== undefined) settings.set(setting['name']!, setting['value']!);
    for (const [, code = '', severity = '', says = ''] of line.matchAll(
      /# finds: ([\w-]+) (\w+)(?: ~ ([^#]*))?/g,
    ))
      findings.push({ line: i + 1, code, severity, says: says.trim() });
    for (const text of expand(line)) {
      manifests.push(text);
      origins.push(i + 1);
    }
  }
  return {
    title: settings.get('case')!,
    manifests: manifests.join('\n'),
    lines: origins,
    findings,
    suppressed: Number(settings.get('suppressed') ?? 0),
    podNetwork: settings.get('pods')?.split(' ') ?? [],
    also: settings.get('also')?.split(' ') ?? [],
  };
}

function expand(line: string): string[] {
  const [word = '', id = '', ...rest] = line.replace(/ *# finds: .*$/, '').split(' ');
  const [namespace, name = ''] = id.split('/');
  const ignore = rest.find((part) => part.startsWith('ignore='))?.slice('ignore='.length);
  const annotations = ignore === undefined ? {} : { 'sluice.dev/ignore': ignore };
  const words = rest.filter((part) => part !== '' && !part.startsWith('ignore='));
  const labels = labelsOf(words[0] ?? '-');
  switch (word) {
    case 'pod':
    case 'host': {
      const ports = words.slice(1).map(containerPort);
      const containers = [{ name: 'main', image: 'registry.example/app:1', ports }];
      const spec = { containers, ...(word === 'host' && { hostNetwork: true }) };
      const metadata = { name, namespace, labels, annotations };
      return document({ apiVersion: 'v1', kind: 'Pod', metadata, spec });
    }
    case 'service':
    case 'headless': {
      const ports = words.slice(1).map(servicePort);
      const spec = { selector: labels, ports, ...(word === 'headless' && { clusterIP: 'None' }) };
      return document({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec });
    }
    case 'namespace': {
      const metadata = { name: namespace, labels, annotations };
      return document({ apiVersion: 'v1', kind: 'Namespace', metadata });
    }
    case 'policy': {
      const metadata = JSON.stringify({ name, namespace, annotations });
      const head = ['apiVersion: networking.k8s.io/v1', 'kind: NetworkPolicy'];
      return ['---', ...head, `metadata: ${metadata}`, 'spec:'];
    }
    case 'admin':
    case 'baseline': {
      const tier = word === 'admin' ? 'Admin' : 'Baseline';
      const spec = [`  tier: ${tier}`, `  priority: ${words[0]}`];
      return [...clusterPolicy('v1alpha2', 'ClusterNetworkPolicy', id, annotations), ...spec];
    }
    case 'anp': {
      const head = clusterPolicy('v1alpha1', 'AdminNetworkPolicy', id, annotations);
      return [...head, `  priority: ${words[0]}`];
    }
    case 'banp':
      return clusterPolicy('v1alpha1', 'BaselineAdminNetworkPolicy', id, annotations);
    default:
      return [line];
  }
}

function clusterPolicy(version: string, kind: string, name: string, annotations: object): string[] {
  const metadata = JSON.stringify({ name, annotations });
  const head = [`apiVersion: policy.networking.k8s.io/${version}`, `kind: ${kind}`];
  return ['---', ...head, `metadata: ${metadata}`, 'spec:'];
}

function document(object: object): string[] {
  return ['---', JSON.stringify(object)];
}

function labelsOf(text: string): Record<string, string> {
  if (text === '-') return {};
  return Object.fromEntries(
    text.split(',').map((label) => {
      const [key = '', value = ''] = label.split('=');
      return [key, value];
    }),
  );
}

function containerPort(text: string): object {
  const [, name, number, protocol = 'TCP'] = /^(?:([\w-]+):)?(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
  return { ...(name !== undefined && { name }), containerPort: Number(number), protocol };
}

function servicePort(text: string): object {
  const [, name, port, target = '', protocol = 'TCP'] =
    /^(?:([\w-]+):)?(\d+)>([\w-]+)(?:\/(\w+))?$/.exec(text) ?? [];
  const targetPort = /^\d+$/.test(target) ? Number(target) : target;
  return { ...(name !== undefined && { name }), port: Number(port), targetPort, protocol };
}
