import type { Reachability } from '../../evaluate/map/reachability.ts';
import type { NewPod } from '../../evaluate/population/new-pod.ts';
import type { Endpoint } from '../../evaluate/verdict/endpoint.ts';
import type { WayIn } from '../../evaluate/ways-in/way-in.ts';
import type { Direction } from '../../model/policy.ts';
import type { PortSet } from '../../model/port-set.ts';

/** The forms a map can be written in. */
export type ReachFormat =
  | 'table'
  | 'json'
  | 'yaml'
  | 'csv'
  | 'markdown'
  | 'dot'
  | 'mermaid'
  | 'svg';

/** What the two ends of a listed connection are. */
export type Grouping = { by: 'workload' } | { by: 'namespace' } | { by: 'label'; key: string };

/** Which part of a map is asked for, and in what form. */
export interface ReachRequest {
  reachability: Reachability;
  format: ReachFormat;
  grouping: Grouping;
  /** `--from`, `--to`: which endpoints count as sources and as destinations. */
  source: (endpoint: Endpoint) => boolean;
  destination: (endpoint: Endpoint) => boolean;
  /** `--port`: only these ports are of interest, and pairs without any are not listed; undefined: all. */
  ports: PortSet | undefined;
  /** `--direction`: only pairs whose destination is ingress-isolated, or whose source is egress-isolated. */
  direction: Direction | undefined;
  /** `--changed-by`: when present, only pairs of classes for which it returns true. */
  pair?: (fromClass: number, toClass: number) => boolean;
  /** `--new-pod`: pods that do not exist yet; only pairs with one of them at an end are listed. */
  newPods?: readonly NewPod[];
  /** The ways from the outside into the cluster, when they are asked for. */
  waysIn?: readonly WayIn[];
  /** `--expand`: one entry for each pair of endpoints (json, yaml, csv). */
  expand: boolean;
  /** ANSI colours; table only. */
  colour: boolean;
  /** Columns of the terminal; table only. */
  width: number;
  /** Told of progress: rows done, and rows to do in all. */
  onRow?: (done: number, all: number) => void;
}
