import type { ClusterPort } from '../model/cluster-policy.ts';
import type { PortRule } from '../model/policy.ts';
import { HIGHEST_PORT, LOWEST_PORT } from '../model/port-set.ts';

/** What may stand in the place of a port by one change. */
export interface PortChange<Port> {
  readonly what: string;
  readonly became: Port;
}

/** Every single change to an element of `ports`: any port of its protocol, or the other usual protocol. */
export function* portChanges<Port extends PortRule | ClusterPort>(
  port: Port,
): Generator<PortChange<Port>> {
  if (port.kind !== 'numbered') return;
  const { protocol, low, high } = port;
  const text = low === high ? `${low}` : `${low}-${high}`;
  if (low !== LOWEST_PORT || high !== HIGHEST_PORT) {
    const became = { ...port, low: LOWEST_PORT, high: HIGHEST_PORT };
    yield { what: `open every ${protocol} port instead of ${text}`, became };
  }
  const other = protocol === 'TCP' ? 'UDP' : 'TCP';
  yield { what: `write ${other} for ${protocol} ${text}`, became: { ...port, protocol: other } };
}
