import type { ClusterPort } from '../../model/cluster-policy.ts';
import type { PortRule } from '../../model/policy.ts';
import { HIGHEST_PORT, LOWEST_PORT } from '../../model/port-set.ts';
import type { ItemChange } from './item-changes.ts';

/** Every single change to an element of `ports`: any port of its protocol, or the other usual protocol. */
export function* portChanges<Port extends PortRule | ClusterPort>(
  port: Port,
): Generator<ItemChange<Port>> {
  if (port.kind !== 'numbered') return;
  const { protocol, low, high } = port;
  const text = low === high ? `${low}` : `${low}-${high}`;
  if (low !== LOWEST_PORT || high !== HIGHEST_PORT) {
    const wide = { ...port, low: LOWEST_PORT, high: HIGHEST_PORT };
    yield { what: `open every ${protocol} port instead of ${text}`, became: [wide] };
  }
  const other = protocol === 'TCP' ? 'UDP' : 'TCP';
  const became = [{ ...port, protocol: other }];
  yield { what: `write ${other} for ${protocol} ${text}`, became };
}
