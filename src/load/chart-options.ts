import { stat } from 'node:fs/promises';
import { DiskTree } from './disk-tree.ts';
import { nearestPath } from './nearest-path.ts';
import { SourceError } from './source-error.ts';

/** How Helm charts are rendered. */
export interface ChartOptions {
  /** Files of values, the later ones stronger (`helm template --values`). */
  readonly values?: readonly string[] | undefined;
  /** Values as `KEY=VALUE` (`helm template --set`). */
  readonly set?: readonly string[] | undefined;
  /** The name of the release; that of the chart when absent. */
  readonly release?: string | undefined;
  /** The namespace of the release, and of rendered objects that name none; `default` when absent. */
  readonly namespace?: string | undefined;
  /** The version of Kubernetes that templates see (`helm template --kube-version`); helm's own when absent. */
  readonly kubeVersion?: string | undefined;
  /** API versions that templates find beside those helm knows (`helm template --api-versions`). */
  readonly apiVersions?: readonly string[] | undefined;
}

// what helm takes for the name of a release (`helm.sh/helm/pkg/chart/common/util.ValidateReleaseName`)
const RELEASE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
export const LONGEST_RELEASE = 53;
// an RFC 1123 label, as the API server wants the name of a Namespace
const NAMESPACE = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const LONGEST_NAMESPACE = 63;
const KUBE_VERSION = /^v?\d+\.\d+(\.\d+)?([-+][0-9A-Za-z.+-]+)?$/;
// a version with its group, or a kind of it: `v1`, `apps/v1`, `apps/v1/Deployment`
const API_VERSION = /^([a-z0-9][a-z0-9.-]*\/)?v\d+([a-z]+\d+)?(\/[A-Z][A-Za-z]*)?$/;

/** Throws a SourceError for options that no chart can be rendered with. */
export async function checkChartOptions(options: ChartOptions): Promise<void> {
  const { values = [], set = [], release, namespace, kubeVersion, apiVersions = [] } = options;
  for (const file of values) await checkValues(file);
  for (const pair of set) {
    if (!/^[^=]+=/.test(pair)) {
      throw new SourceError(`--set \`${pair}\`: write KEY=VALUE, like \`policy.enabled=true\``);
    }
  }
  if (release !== undefined && (release.length > LONGEST_RELEASE || !RELEASE.test(release))) {
    throw new SourceError(
      `--release \`${release}\`: the name of a release has lower case letters, digits, \`-\` and \`.\`, and at most ${LONGEST_RELEASE} characters`,
    );
  }
  if (kubeVersion !== undefined && !KUBE_VERSION.test(kubeVersion)) {
    throw new SourceError(`--kube-version \`${kubeVersion}\`: write a version, like \`1.34.0\``);
  }
  for (const version of apiVersions) {
    if (!API_VERSION.test(version)) {
      throw new SourceError(
        `--api-versions \`${version}\`: write a group and a version, like \`policy.networking.k8s.io/v1alpha2\`; repeat the option for more`,
      );
    }
  }
  if (namespace === undefined) return;
  if (namespace.length > LONGEST_NAMESPACE || !NAMESPACE.test(namespace)) {
    throw new SourceError(
      `--namespace \`${namespace}\`: a namespace has lower case letters, digits and \`-\`, and at most ${LONGEST_NAMESPACE} characters`,
    );
  }
}

async function checkValues(file: string): Promise<void> {
  if (/^[a-z][a-z0-9+]*:\/\//.test(file)) {
    throw new SourceError(
      `--values \`${file}\`: nothing is fetched from the web; fetch it first and give the file`,
    );
  }
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true) {
    throw new SourceError(`--values \`${file}\`: this is a folder; give a YAML file of values`);
  }
  if (found !== undefined) return;
  const meant = await nearestPath(new DiskTree(), file);
  const remedy = meant === undefined ? 'give a YAML file of values' : `did you mean \`${meant}\`?`;
  throw new SourceError(`--values \`${file}\`: there is no such file: ${remedy}`);
}

/** Throws a SourceError when options for charts were given and no source is one. */
export function refuseIdleOptions(options: ChartOptions): void {
  const given = [
    options.values?.length ? '--values' : undefined,
    options.set?.length ? '--set' : undefined,
    options.release === undefined ? undefined : '--release',
    options.namespace === undefined ? undefined : '--namespace',
    options.kubeVersion === undefined ? undefined : '--kube-version',
    options.apiVersions?.length ? '--api-versions' : undefined,
  ].find((option) => option !== undefined);
  if (given === undefined) return;
  throw new SourceError(
    `${given} is for rendering Helm charts, and no source is one; leave it out, or give the folder that has the Chart.yaml`,
  );
}
