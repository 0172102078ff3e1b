import type { Command } from 'commander';

/** What a source can be, for help texts. */
export const SOURCE =
  'file, folder (also a kustomization or Helm chart), chart.tgz, snapshot, git:REV[:PATH], or `-`; repeat to merge';

/** Gives a command the options of every command that reads sources; `source`: what -f is for. */
export function readsSources(command: Command, source = SOURCE): Command {
  return command
    .option('-f, --file <source>', source, collect, [])
    .option(
      '--values <file>',
      'Helm charts: a file of values; repeat, the later are stronger',
      collect,
      [],
    )
    .option('--set <key=value>', 'Helm charts: one value; repeat', collect, [])
    .option('--release <name>', 'Helm charts: the name of the release (default: that of the chart)')
    .option(
      '-n, --namespace <name>',
      'Helm charts: the namespace of the release (default: "default")',
    )
    .option(
      '--kube-version <version>',
      'Helm charts: the version of Kubernetes that templates see (default: that of helm)',
    )
    .option(
      '--api-versions <version>',
      'Helm charts: an API version that templates find, like "policy.networking.k8s.io/v1alpha2"; repeat',
      collect,
      [],
    )
    .option(
      '--pod-cidr <cidr>',
      'the pod network, when pods have no address in the input',
      collect,
      [],
    );
}

/** Gathers a repeatable option. */
export function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}
