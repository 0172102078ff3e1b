import { isNodeTraffic } from '../../evaluate/verdict/endpoint.ts';
import type { Explanation } from './explanation.ts';

/** Why no change is proposed that would allow the connection; undefined where one is, or none is wanted. */
export function noFixWords({ cluster, asked, fix }: Explanation): string | undefined {
  const { answer, telling } = asked;
  if (fix !== undefined || answer === 'allowed' || telling === undefined) return undefined;
  const { connection, verdict } = telling;
  if (verdict.families.length === 0) return undefined; // nothing connects them, as a note says
  for (const direction of ['egress', 'ingress'] as const) {
    const { state } = verdict[direction];
    if (state !== 'denied' && state !== 'depends') continue;
    const peer = direction === 'egress' ? connection.to : connection.from;
    if (isNodeTraffic(peer)) {
      return `no policy can name \`${peer.id}\`: it is a node to them, whose addresses are not known; give the Node objects, and pods with spec.nodeName`;
    }
    if (peer.kind === 'domain' && cluster.clusterPolicies.length === 0) {
      return 'no NetworkPolicy knows a name; allow its addresses, or where the plugin enforces it write a ClusterNetworkPolicy with `domainNames`';
    }
  }
  return 'no policy was found that would allow just this';
}
