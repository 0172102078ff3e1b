import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { NASTY_FILES, NASTY_WORDS } from './nasty-words.ts';

/** A folder of manifests in which everything a user can name has a nasty name. */
export interface NastyWorld {
  /** The folder, from where we are. */
  readonly folder: string;
  /** The same cluster some time later: policies came, went, and let other traffic through. */
  readonly later: string;
  /** A file of expectations of which each has a nasty reason; some do not hold. */
  readonly expectations: string;
}

/** Writes a nasty world to disk, one file for each nasty file name; it goes when the test ends. */
export function nastyWorld(): NastyWorld {
  const root = mkdtempSync(join(tmpdir(), 'sluice formats '));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const file = (folder: string, name: string, objects: readonly object[]): void =>
    writeFileSync(join(root, folder, name), objects.map(document).join('---\n'));
  for (const folder of ['now', 'later']) {
    mkdirSync(join(root, folder));
    const isLater = folder === 'later';
    for (const [i, name] of NASTY_FILES.entries()) {
      const words = NASTY_WORDS.filter((_, k) => k % NASTY_FILES.length === i);
      file(
        folder,
        name,
        words.flatMap((word) => objectsOf(word, isLater)),
      );
    }
    file(folder, 'tiers.yaml', tiers(isLater));
  }
  file('.', 'expect ions|#.yaml', [expectations()]);
  const here = (path: string): string => relative('.', join(root, path));
  return {
    folder: here('now'),
    later: here('later'),
    expectations: here('expect ions|#.yaml'),
  };
}

/** JSON is YAML; escaped, it can hold all that a manifest can. */
function document(object: object): string {
  return `${JSON.stringify(object, undefined, 1).replaceAll(/[\u007F-\uFFFF]/g, escaped)}\n`;
}

function escaped(one: string): string {
  return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Words of namespaces, without a slash: ids divide the parts of a name by it. */
const NAMESPACES = NASTY_WORDS.filter((word) => !word.includes('/')).filter((_, i) => i % 11 === 1);

/** A pod, a Service, and a policy for them, all of that name; later, every ninth is not what it was. */
function objectsOf(word: string, isLater: boolean): object[] {
  const number = NASTY_WORDS.indexOf(word);
  const space = number % NAMESPACES.length;
  const metadata = { name: word, namespace: `space ${space} ${NAMESPACES[space]}` };
  const app = `app${number % 4}`;
  const isChanged = isLater && number % 9 === 0;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...metadata, labels: { app } },
    spec: { containers: [{ name: word, ports: [{ name: word, containerPort: 80 }] }] },
    status: { podIPs: [{ ip: `10.1.0.${number + 1}` }] },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      type: 'LoadBalancer',
      selector: { app },
      ports: [{ name: word, port: 8080, targetPort: 80 }],
    },
  };
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { ...metadata, annotations: { 'sluice.dev/ignore': word } },
    spec: {
      podSelector: { matchLabels: { app } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { app: 'app1' } } },
            ...(number % 6 === 0 ? [{ ipBlock: { cidr: '192.0.2.0/24' } }] : []),
            { namespaceSelector: { matchLabels: { [word]: word } } },
          ],
          ports: [{ port: isChanged ? 8080 : 80 }, { port: word }],
        },
      ],
    },
  };
  return isLater && number % 10 === 1 ? [pod, service] : [pod, service, policy];
}

function tiers(isLater: boolean): object[] {
  return NASTY_WORDS.slice(0, 20).map((word, priority) => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: `tier ${word}` },
    spec: {
      tier: priority % 2 === 0 ? 'Admin' : 'Baseline',
      priority: 1000 - priority,
      subject: { pods: { podSelector: { matchLabels: { app: 'app2' } } } },
      ingress: [
        {
          name: word,
          action: isLater && priority < 2 ? 'Accept' : 'Deny',
          from: [{ pods: { podSelector: { matchLabels: { app: 'app3' } } } }],
          protocols: [{ tcp: { destinationPort: { number: 1000 + priority } } }],
        },
      ],
      egress: [{ name: word, action: 'Accept', to: [{ domainNames: ['*.example.org'] }] }],
    },
  }));
}

/** Of nobody nothing can be said; of groups it can, and it is not always so. */
function expectations(): object {
  const few = NASTY_WORDS.filter((_, i) => i % 8 === 0);
  return {
    apiVersion: 'sluice.dev/v1',
    kind: 'Expectations',
    groups: Object.fromEntries(NASTY_WORDS.map((word) => [word, '*/*'])),
    allow: [
      ...NASTY_WORDS.map((word) => ({ from: 'any', to: `nobody/${word}`, because: word })),
      ...few.map((word) => ({ from: 'internet', to: word, because: word })),
    ],
    deny: few.map((word) => ({ from: word, to: word, because: word })),
  };
}
