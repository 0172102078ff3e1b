import type { NewPod, Selected } from '../../evaluate/population/new-pod.ts';
import type { Value } from './notation.ts';

/** Which policies would select a new pod, as a clause. */
export function selectedWords({ selectedBy }: NewPod): string {
  if (selectedBy.length === 0) return 'no policy would select it';
  const names = selectedBy.map((one) => `${nameOf(one)} (${one.directions.join(' and ')})`);
  return `would be selected by ${names.join(', ')}`;
}

/** The fields of a new pod in the documented form (docs/schema/reachability.schema.json). */
export function newPodFields({ endpoint, selectedBy }: NewPod): {
  readonly [field: string]: Value;
} {
  return {
    id: endpoint.id,
    selectedBy: selectedBy.map(({ policy, directions }) => ({
      kind: policy.kind,
      ...(policy.kind === 'NetworkPolicy' && { namespace: policy.namespace }),
      name: policy.name,
      directions,
      place: policy.place.toJSON(),
    })),
  };
}

function nameOf({ policy }: Selected): string {
  const { kind, name } = policy;
  return kind === 'NetworkPolicy' ? `${kind} ${policy.namespace}/${name}` : `${kind} ${name}`;
}
