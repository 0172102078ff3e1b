import { describe, expect, test } from 'vitest';
import { FAMILIES } from '../../src/model/address.ts';
import type { Protocol } from '../conformance/implementation.ts';
import { converse } from './conversation.ts';
import { EnforcedNetwork } from './enforced-network.ts';
import type { EnforcedOptions } from './enforced-network.ts';
import { addressOf, smallCluster, way } from './small-cluster.ts';
import type { Name } from './small-cluster.ts';

/** What a connection is tried with. */
const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP', 'other'];

/** Whether a connection gets through with all its answers, on what, over which family, or not at all. */
export type Connection = readonly [
  from: Name,
  to: Name,
  is: 'passes' | 'is dropped',
  port?: number,
];

/** Policies on the small cluster, and what passes then. */
export interface Row {
  /** Begins with its row. */
  readonly title: string;
  readonly policies: readonly object[];
  readonly connections: readonly Connection[];
  /** All of them when absent. */
  readonly protocols?: readonly Protocol[];
  readonly options?: EnforcedOptions;
}

/** The protocols that have ports, and so may go through a Service. */
export const WITH_PORTS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** Tries every connection of the rows, over both families, on nodes in both moods. */
export function testRows(rows: readonly Row[]): void {
  describe.each(rows)('$title', ({ policies, connections, protocols = PROTOCOLS, options }) => {
    for (const mood of ['calm', 'under attack']) {
      const { network } = new EnforcedNetwork(smallCluster(policies), {
        ...options,
        isStrained: () => mood === 'under attack',
      });
      const stranger = FAMILIES.map((family) => addressOf('stranger', family));
      network.addPod(stranger, 'n1', 'slp-stranger');
      const tries = FAMILIES.flatMap((family) =>
        protocols.map((protocol) => ({ family, protocol })),
      );
      for (const [from, to, is, port = to === 'service' ? 80 : 8080] of connections) {
        test(`${from} → ${to} ${is}, nodes ${mood}`, () => {
          for (const { family, protocol } of tries) {
            network.flush();
            const one = converse(network, way(from, to, family), protocol, port);
            const { lost, trace } = one.open();
            const told = `${protocol} over IPv${family}, ${trace.join(', ')}`;
            expect(lost, told).toBe(is === 'passes' ? undefined : 'first');
          }
        });
      }
    }
  });
}
