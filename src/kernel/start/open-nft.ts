import { netlinkNft } from '../direct/netlink-nft.ts';
import { HostError } from '../host/host-error.ts';
import { hasNative } from '../host/native.ts';
import { nftCommand } from '../nft/command.ts';
import { hasLibnftables, libnftables } from '../nft/libnftables.ts';
import type { Nft } from '../nft/nft.ts';

export interface OpenNftOptions {
  /** The network namespace to change (a path); this process's own when absent. */
  readonly netns?: string | undefined;
  /** Forces what stands behind it; the fastest that is there when absent. */
  readonly backend?: 'netlink' | 'libnftables' | 'nft' | undefined;
}

/**
 * Opens nftables of a network namespace: what changes all the time goes to the kernel by netlink when koffi is
 * there, the rest by libnftables in this process when that can be loaded, else by the nft program. Rejects with
 * {@link HostError} when nothing is, or the one asked for is not.
 */
export async function openNft({ netns, backend }: OpenNftOptions = {}): Promise<Nft> {
  if (backend === 'libnftables') return libnftables({ netns });
  if (backend === 'nft') return answering(nftCommand({ netns }));
  const nft = await openText(netns);
  if (backend === undefined && !hasNative()) return nft;
  try {
    return netlinkNft(nft);
  } catch (error) {
    nft.close();
    throw error;
  }
}

/** What takes any command, as text. */
async function openText(netns: string | undefined): Promise<Nft> {
  if (hasLibnftables()) {
    try {
      return await answering(libnftables({ netns }));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
    }
  }
  return answering(nftCommand({ netns }));
}

/** Asks the kernel one thing that changes nothing, so that a missing program or right is known now. */
async function answering(nft: Nft): Promise<Nft> {
  try {
    await nft.list('list tables inet');
    return nft;
  } catch (error) {
    nft.close();
    if (error instanceof HostError) throw error;
    throw new HostError(
      `nftables does not answer: ${error instanceof Error ? error.message : String(error)}; it needs root, or a user namespace of its own`,
      { cause: error },
    );
  }
}
