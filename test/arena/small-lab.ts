import { setTimeout as sleep } from 'node:timers/promises';
import { listNamespaces } from '../../src/kernel/host/namespace.ts';
import type { Nft } from '../../src/kernel/nft/nft.ts';
import { openNft } from '../../src/kernel/start/open-nft.ts';
import { Network } from '../../src/lab/network/network.ts';
import { standsOf } from '../../src/lab/questions/stands.ts';
import type { Stand } from '../../src/lab/sockets/attempt.ts';
import { labCluster } from '../../src/lab/state/cluster.ts';
import type { LabCluster } from '../../src/lab/state/cluster.ts';
import { openTraffic } from '../../src/lab/traffic/traffic.ts';
import type { Traffic } from '../../src/lab/traffic/traffic.ts';
import type { Cluster } from '../../src/model/cluster.ts';
import { Source } from '../../src/model/place.ts';
import { readCluster } from '../../src/read/objects/cluster.ts';

/** The namespaces, listeners and nft of a few nodes and pods, without any rules. */
export interface SmallLab {
  readonly lab: LabCluster;
  readonly network: Network;
  readonly traffic: Traffic;
  /** By node. */
  readonly nft: ReadonlyMap<string, Nft>;
  close(): Promise<void>;
}

/** Reads manifests for a test. */
export function clusterOfText(text: string): Cluster {
  return readCluster([new Source('test.yaml', text)]);
}

/**
 * A name for the namespaces of one test, its process in it; no lab has an underscore in its name, so that `lab down` of tests
 * that run beside this one takes nothing away.
 */
export function arenaName(): string {
  return `arena-${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
}

/** Makes everything the cluster has; what tests that died left behind goes first. */
export async function openSmallLab(
  cluster: Cluster,
  adjust: (stands: Stand[]) => Stand[] = (stands) => stands,
): Promise<SmallLab> {
  await removeLeftovers();
  const lab = labCluster(cluster);
  const network = new Network(arenaName());
  try {
    await network.addNodes(lab);
    await network.addPods(lab.pods, lab);
    const nft = new Map<string, Nft>();
    for (const { node } of lab.nodes) {
      nft.set(node.name, await openNft({ netns: network.nodePath(node.name) }));
    }
    const traffic = await openTraffic(adjust(standsOf(lab, network)));
    const close = async (): Promise<void> => {
      traffic.close();
      for (const one of nft.values()) one.close();
      await network.remove();
      // the descriptors of closed sockets go when libuv has let go of them
      await sleep(0);
    };
    return { lab, network, traffic, nft, close };
  } catch (error) {
    await network.remove();
    throw error;
  }
}

/** Takes away the namespaces of test processes that are no more. */
export async function removeLeftovers(): Promise<void> {
  const labs = new Set<string>();
  for (const name of listNamespaces('sluice-arena-')) {
    const [, lab, pid] = /^sluice-(arena-(\d+)_[0-9a-z]+)-/.exec(name) ?? [];
    if (lab !== undefined && !isAlive(Number(pid))) labs.add(lab);
  }
  for (const lab of labs) await new Network(lab).remove();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
