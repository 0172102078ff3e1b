import type { Asked } from '../../evaluate/question/ask.ts';
import type { Port } from '../../evaluate/verdict/verdict.ts';
import type { WayIn } from '../../evaluate/ways-in/way-in.ts';
import type { Cluster } from '../../model/cluster.ts';

/** Everything an explanation says, in the words and the order it says them. */
export interface Explanation {
  readonly cluster: Cluster;
  readonly from: string;
  readonly to: string;
  readonly port: Port;
  readonly asked: Asked;
  /** A change the engine has proved, as a manifest ready to paste. */
  readonly fix: { readonly summary: string; readonly manifest: string } | undefined;
  /** What someone would have the answer be; absent: the other of what it is. */
  readonly wanted?: 'allowed' | 'denied';
  /** When the outside asks: the ways by which it comes to the destination; undefined for others. */
  readonly waysIn?: readonly WayIn[];
}
