import type { Listener } from '../../model/routing.ts';
import type { Pod } from '../../model/workload.ts';
import type { Opening } from './openings.ts';
import type { Proxies } from './proxies.ts';
import { OPEN, answerOfOpening, better, unsure } from './way-answer.ts';
import type { WayAnswer } from './way-answer.ts';

/** Where Ingresses are served. */
const HTTP_PORTS: readonly number[] = [80, 443];

/** How clients come to the pods of proxies: by the openings that lead there. */
export class Approaches {
  readonly #openings = new Map<Pod, Opening[]>();

  constructor(openings: readonly Opening[]) {
    for (const opening of openings) {
      const pods = opening.asked.parts.flatMap(({ connection: { to } }) =>
        to.kind === 'workload' ? to.pods : [],
      );
      for (const pod of new Set(pods)) {
        const known = this.#openings.get(pod);
        if (known === undefined) this.#openings.set(pod, [opening]);
        else known.push(opening);
      }
    }
  }

  /**
   * The best there is, of the openings on the ports of the listeners, or of HTTP, when there are any. A proxy
   * on the network of its node is reached there, where no policy holds it.
   */
  of({ pods }: Proxies, listeners: readonly Listener[] | undefined): WayAnswer {
    if (pods.some(({ hostNetwork }) => hostNetwork)) return OPEN;
    const all = [...new Set(pods.flatMap((pod) => this.#openings.get(pod) ?? []))];
    const wanted = new Set(listeners?.map(({ port }) => port) ?? HTTP_PORTS);
    const fitting = all.filter(({ port, servicePort }) =>
      wanted.has(servicePort?.port ?? port?.number ?? 0),
    );
    let best: WayAnswer | undefined;
    for (const opening of fitting.length > 0 ? fitting : all)
      best = better(best, answerOfOpening(opening));
    if (best === undefined) return unsure({ kind: 'no-approach' });
    const { answer, cause } = best;
    return cause === undefined ? best : { answer, cause: { kind: 'approach', cause } };
  }
}
