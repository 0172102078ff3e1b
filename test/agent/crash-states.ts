import type { Cluster } from '../../src/model/cluster.ts';
import { PODS, allowing, clusterOf } from './cluster.ts';

/** A port of the server that both states allow to nobody. */
export const NEVER = 7002;

/** Other pods, so that a transaction has something to it. */
const OTHERS = Object.fromEntries(
  Array.from({ length: 150 }, (_, i) => [`p${i}`, `10.77.100.${i + 1}`]),
);

/** Between which the process that is killed goes to and fro; each allows the client its one port. */
export const STATES: readonly { readonly port: number; readonly cluster: Cluster }[] = [
  { port: 7000, cluster: state(7000, 0) },
  { port: 7001, cluster: state(7001, 1) },
];

function state(port: number, parity: number): Cluster {
  const own = Object.keys(OTHERS).filter((_, i) => i % 2 === parity);
  const list = own.map((name) => `"${name}"`).join(', ');
  const from = `[{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [${list}] }] } }]`;
  return clusterOf(
    {
      server: allowing(port),
      others: `{ podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [client, server] }] }, ingress: [{ from: ${from}, ports: [{ port: ${8000 + parity}, endPort: ${8100 + parity} }] }, { from: [{ ipBlock: { cidr: 192.168.${parity}.0/24, except: [192.168.${parity}.7/32] } }] }] }`,
    },
    { ...PODS, ...OTHERS },
  );
}
