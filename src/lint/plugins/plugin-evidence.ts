/**
 * One DaemonSet, Deployment or ConfigMap of the input, reduced to what tells plugins apart.
 *
 * `args` is a container's command and args joined: plugins pass their flags in either. `data` is
 * that of a ConfigMap. A Node may be given too, with its annotations as `data`: k3s leaves no other
 * trace.
 */
export interface PluginEvidence {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly images: readonly string[];
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  }[];
  readonly data: Readonly<Record<string, string>>;
}

/**
 * What must all hold of one workload: its kind (DaemonSet when absent), and patterns of `ns/name`,
 * of the name of some container, and of some image without tag or digest.
 */
export interface Traits {
  readonly kind?: 'Deployment';
  readonly object?: RegExp;
  readonly container?: RegExp;
  readonly image?: RegExp;
}

/** Whether the object is a workload with all of these traits. */
export function fits(item: PluginEvidence, { kind, object, container, image }: Traits): boolean {
  return (
    item.kind === (kind ?? 'DaemonSet') &&
    (object === undefined || object.test(`${item.namespace}/${item.name}`)) &&
    (container === undefined || item.containers.some(({ name }) => container.test(name))) &&
    (image === undefined || item.images.some((name) => image.test(withoutTag(name))))
  );
}

function withoutTag(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

/** The last value of `--name=value` or `--name` (which is `true`) in any container. */
export function flag(item: PluginEvidence, name: string): string | undefined {
  const args = item.containers.flatMap((container) => container.args);
  const last = args.findLast((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  return last === `--${name}` ? 'true' : last?.slice(name.length + 3);
}

/** The data of this ConfigMap, empty when the input does not have it. */
export function configMap(
  all: readonly PluginEvidence[],
  namespace: string,
  name: string,
): PluginEvidence['data'] {
  const found = all.find(
    (item) => item.kind === 'ConfigMap' && item.namespace === namespace && item.name === name,
  );
  return found?.data ?? {};
}
