import type { Port } from '../../evaluate/verdict/verdict.ts';
import type { PortSet } from '../../model/port-set.ts';
import type { Service } from '../../model/service.ts';
import type { Expectation } from '../file/expectation.ts';
import type { Members } from './members.ts';

/** Who is to be reached, and on what. */
export interface Target {
  readonly to: Members;
  readonly ports: PortSet;
  /** The Service that was asked for, and the port of it that became `ports` at the pods. */
  readonly service: { readonly service: Service; readonly port: Port } | undefined;
}

/** One thing an expectation comes down to: everybody of `from` with everybody of `to`, on all the ports. */
export interface Demand extends Target {
  readonly kind: Expectation['kind'];
  readonly from: Members;
}
