import type { NamedPort } from '../../model/policy.ts';
import { PROTOCOLS } from '../../model/port-set.ts';
import type { Protocol } from '../../model/port-set.ts';
import type { ContainerPort } from '../../model/workload.ts';
import type { Id } from '../ids/pair-memo.ts';

/** The names of ports that policies ask for. */
export class PortNames {
  /** By protocol and name: the ports that bear it, each with a number of its own. */
  readonly #answers = new Map(
    PROTOCOLS.map((protocol): [Protocol, Map<string, Map<number, Id>>] => [protocol, new Map()]),
  );
  #next = 0;

  add({ protocol, name }: Pick<NamedPort, 'protocol' | 'name'>): void {
    const asked = this.#answers.get(protocol)!;
    if (!asked.has(name)) asked.set(name, new Map());
  }

  /** A number for each of the ports that bears one of the names; equal where name and port are equal. */
  answersOf(ports: readonly ContainerPort[]): Id[] {
    const answers: Id[] = [];
    for (const { protocol, name, number } of ports) {
      const byPort = name === undefined ? undefined : this.#answers.get(protocol)!.get(name);
      if (byPort === undefined) continue;
      let answer = byPort.get(number);
      if (answer === undefined) byPort.set(number, (answer = this.#next++));
      answers.push(answer);
    }
    return answers;
  }
}
