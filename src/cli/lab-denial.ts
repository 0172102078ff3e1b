import { populationOf } from '../evaluate/population/population.ts';
import type { Population } from '../evaluate/population/population.ts';
import { ask } from '../evaluate/question/ask.ts';
import { findParty } from '../evaluate/question/party.ts';
import type { Party } from '../evaluate/question/party.ts';
import { findFix } from '../generate/fix.ts';
import { HostError } from '../kernel/host/host-error.ts';
import type { LabFolder } from '../lab/process/folder.ts';
import { readLab } from '../lab/process/input.ts';
import type { DeniedConnection } from '../lab/running/denials.ts';
import type { LabCluster } from '../lab/state/cluster.ts';
import { formatAddress } from '../model/address.ts';
import type { Address } from '../model/address.ts';
import type { Explanation } from '../report/explanation/explanation.ts';
import { explanationObject } from '../report/explanation/object.ts';
import { explanationText } from '../report/explanation/text.ts';
import { portName } from '../report/words/miss-words.ts';
import { paint } from '../report/words/paint.ts';
import { policiesYaml } from '../report/words/policy-yaml.ts';

/** How denials are written. */
export interface DenialStyle {
  readonly json: boolean;
  readonly colour: boolean;
}

/** A denied connection that was told, and how often it came again. */
interface Told {
  readonly denied: DeniedConnection;
  readonly title: string;
  again: number;
}

/** Tells each denied connection once, with the engine's explanation, and counts it after that. */
export class DenialTeller {
  readonly #lab: LabFolder;
  readonly #style: DenialStyle;
  #cluster: LabCluster;
  #population: Population;
  readonly #byAddress = new Map<string, Told>();
  readonly #byName = new Map<string, Told>();

  constructor(lab: LabFolder, style: DenialStyle) {
    this.#lab = lab;
    this.#style = style;
    this.#cluster = read(lab);
    this.#population = populationOf(this.#cluster.cluster);
  }

  /** The lab's cluster is another one now, so what was told may have other reasons. */
  changed(): void {
    this.#cluster = read(this.#lab);
    this.#population = populationOf(this.#cluster.cluster);
    this.#byAddress.clear();
    this.#byName.clear();
  }

  /** What to write for a denied connection; empty when it was told before. */
  tell(denied: DeniedConnection): string {
    const known = this.#byAddress.get(addressKey(denied));
    if (known !== undefined) {
      known.again++;
      return '';
    }
    const explanation = this.#explain(denied);
    const { from, to, port, asked } = explanation;
    const title = `${from} → ${to}, ${portName(port)}`;
    // A client that has both families tries both, and one explanation is enough.
    const key = `${denied.node} ${denied.by} ${title} ${asked.answer}`;
    const before = this.#byName.get(key);
    const told = before ?? { denied, title, again: 0 };
    this.#byAddress.set(addressKey(denied), told);
    this.#byName.set(key, told);
    if (before !== undefined) {
      before.again++;
      return '';
    }
    return this.#style.json ? jsonLine(denied, 1, explanation) : this.#text(denied, explanation);
  }

  /** What to write for those that came again since the last time. */
  repeated(): string {
    const lines: string[] = [];
    for (const one of this.#byName.values()) {
      if (one.again === 0) continue;
      if (this.#style.json) lines.push(jsonLine(one.denied, one.again, undefined));
      else lines.push(`${timeOf(Date.now())} ${one.title}: ${one.again} more\n`);
      one.again = 0;
    }
    return lines.join('');
  }

  #explain({ from, to, protocol, port: number }: DeniedConnection): Explanation {
    const { cluster } = this.#cluster;
    const [client, server] = [this.#partyAt(from), this.#partyAt(to)];
    const port = { protocol, number };
    const asked = ask(cluster, client, server, port);
    const denied = asked.answer === 'denied';
    const fix = denied ? findFix(cluster, { from: client, to: server, port }, asked) : undefined;
    return {
      cluster,
      from: nameOf(client),
      to: nameOf(server),
      port,
      asked,
      fix: fix && { summary: fix.summary, manifest: policiesYaml(fix.policies) },
    };
  }

  #partyAt(address: Address): Party {
    const party = findParty(this.#cluster.cluster, this.#population, formatAddress(address));
    if (party.kind === 'unknown') throw new RangeError(party.message);
    return party;
  }

  #text(denied: DeniedConnection, explanation: Explanation): string {
    const ink = paint(this.#style.colour);
    const { node, by, asked, time } = denied;
    const service = asked && this.#serviceAt(asked.address);
    const lines = [
      `${timeOf(time)} ${ink.red('denied')} on ${node} for ${WORDS[by]}${service ?? ''}`,
    ];
    if (by === 'unknown') {
      lines.push(`an address of the node that no pod of the lab has, so it is closed`);
    } else if (explanation.asked.answer === 'allowed') {
      // The event was on its way when the policies changed.
      lines.push('the policies allow it now');
    }
    return `${lines.join('\n')}\n${explanationText(explanation, this.#style.colour)}\n`;
  }

  #serviceAt(address: Address): string {
    const found = this.#cluster.cluster.services.find(({ addresses }) =>
      addresses.some(({ family, value }) => family === address.family && value === address.value),
    );
    const name = found ? `svc/${found.namespace}/${found.name}` : formatAddress(address);
    return `, by way of ${name}`;
  }
}

const WORDS: Readonly<Record<DeniedConnection['by'], string>> = {
  ingress: 'ingress',
  egress: 'egress',
  unknown: 'an unknown address',
  other: 'another reason',
};

function read(lab: LabFolder): LabCluster {
  const input = lab.input();
  if (input === undefined) throw new HostError(`lab \`${lab.name}\` did not come up`);
  return readLab(input);
}

/** `shop/web-1` for `shop/Pod/web-1`. */
function nameOf({ name }: Party): string {
  const [namespace, kind, own] = name.split('/');
  return kind === 'Pod' && own !== undefined ? `${namespace}/${own}` : name;
}

function addressKey({ node, by, from, to, protocol, port }: DeniedConnection): string {
  return [node, by, formatAddress(from), formatAddress(to), protocol, port].join(' ');
}

function timeOf(time: number): string {
  return new Date(time).toTimeString().slice(0, 8);
}

function jsonLine(
  { node, by, from, to, protocol, port, asked, time }: DeniedConnection,
  count: number,
  explanation: Explanation | undefined,
): string {
  const object = {
    apiVersion: 'sluice.dev/v1',
    kind: 'DeniedConnection',
    time: new Date(time).toISOString(),
    node,
    by,
    fromAddress: formatAddress(from),
    toAddress: formatAddress(to),
    port: protocol === 'other' ? { protocol } : { protocol, number: port },
    ...(asked && { asked: { address: formatAddress(asked.address), port: asked.port } }),
    count,
    ...(explanation && { explanation: explanationObject(explanation) }),
  };
  return `${JSON.stringify(object)}\n`;
}
