import { dump } from 'js-yaml';
import { populationOf } from '../evaluate/population/population.ts';
import type { Population } from '../evaluate/population/population.ts';
import { ask } from '../evaluate/question/ask.ts';
import type { Asked } from '../evaluate/question/ask.ts';
import { findParty, findSource } from '../evaluate/question/party.ts';
import type { Party, UnknownParty } from '../evaluate/question/party.ts';
import { podOf } from '../evaluate/verdict/endpoint.ts';
import type { Port } from '../evaluate/verdict/verdict.ts';
import type { WayIn } from '../evaluate/ways-in/way-in.ts';
import { waysIn } from '../evaluate/ways-in/ways-in.ts';
import { findFix } from '../generate/fix.ts';
import type { Cluster } from '../model/cluster.ts';
import type { Pod } from '../model/workload.ts';
import type { Explanation } from '../report/explanation/explanation.ts';
import { explanationObject } from '../report/explanation/object.ts';
import { explanationText } from '../report/explanation/text.ts';
import { portName } from '../report/words/miss-words.ts';
import { policiesYaml } from '../report/words/policy-yaml.ts';
import type { Console } from './console.ts';
import { EXIT, UsageError } from './exit.ts';
import { readInput, reportProblems, usesColour } from './input.ts';
import type { InputOptions } from './input.ts';
import { writeOut } from './output.ts';
import { parsePort } from './port.ts';

/** The words of `sluice explain`. */
export interface ExplainWords {
  readonly from: string;
  readonly to: string;
  readonly port: string | undefined;
}

export interface ExplainOptions extends InputOptions {
  readonly output: 'table' | 'json' | 'yaml' | 'markdown';
}

/** `sluice explain FROM TO [PORT]`: exit 0 when allowed, 1 when denied or not certain. */
export async function explain(
  words: ExplainWords,
  options: ExplainOptions,
  console: Console,
): Promise<number> {
  const wanted = words.port === undefined ? undefined : parsePort(words.port);
  const cluster = await readInput([], options, console);
  const population = populationOf(cluster);
  const from = known(findSource(cluster, population, words.from));
  const to = known(findParty(cluster, population, words.to));
  const port = wanted ?? servedPort(to);
  const asked = ask(cluster, from, to, port);
  const fix = findFix(cluster, { from, to, port }, asked);
  const ways = waysTo(cluster, population, from, to, asked);
  const explanation: Explanation = {
    cluster,
    from: from.name,
    to: to.name,
    port,
    asked,
    fix: fix && { summary: fix.summary, manifest: policiesYaml(fix.policies) },
    ...(ways && { waysIn: ways }),
  };
  await writeOut([print(explanation, options, console)], console);
  return reportProblems(cluster, console, asked.answer === 'allowed' ? EXIT.yes : EXIT.no);
}

function known(party: Party | UnknownParty): Party {
  if (party.kind === 'unknown') throw new UsageError(party.message);
  return party;
}

/** The ways in that lead where the outside asks to connect: to these pods on these ports, or to the Service. */
function waysTo(
  cluster: Cluster,
  population: Population,
  from: Party,
  to: Party,
  { parts }: Asked,
): WayIn[] | undefined {
  const sources = from.kind === 'endpoints' ? from.endpoints : [];
  const clients = sources.filter((endpoint) => endpoint.kind === 'addresses');
  if (clients.length === 0) return undefined;
  const asked = new Map<Pod, Set<string>>();
  for (const { connection } of parts) {
    const { to: end, port } = connection;
    for (const pod of end.kind === 'workload' ? end.pods : [])
      asked.set(pod, (asked.get(pod) ?? new Set()).add(portName(port)));
  }
  return waysIn(cluster, population, clients).filter(({ backend, targets }) => {
    if (to.kind === 'service') {
      const { namespace, name } = to.service;
      return backend?.namespace === namespace && backend.name === name;
    }
    return targets.some(
      ({ endpoint, ports }) =>
        endpoint.kind === 'workload' &&
        endpoint.pods.some((pod) => ports.some((port) => asked.get(pod)?.has(portName(port)))),
    );
  });
}

/** The port to ask about when none was given: the first the destination serves, else TCP 443. */
function servedPort(to: Party): Port {
  if (to.kind === 'service') {
    const [first] = to.service.ports;
    if (first !== undefined) return { protocol: first.protocol, number: first.port };
  } else {
    for (const endpoint of to.endpoints) {
      const first = endpoint.kind === 'workload' ? podOf(endpoint).ports[0] : undefined;
      if (first !== undefined) return { protocol: first.protocol, number: first.number };
    }
  }
  return { protocol: 'TCP', number: 443 };
}

function print(explanation: Explanation, { output }: ExplainOptions, console: Console): string {
  switch (output) {
    case 'json':
      return `${JSON.stringify(explanationObject(explanation), null, 2)}\n`;
    case 'yaml':
      return dump(JSON.parse(JSON.stringify(explanationObject(explanation))), {
        lineWidth: -1,
        noRefs: true,
      });
    case 'markdown':
      return `\`\`\`text\n${explanationText(explanation, false)}\`\`\`\n`;
    case 'table':
      return explanationText(explanation, usesColour(console, console.stdout));
  }
}
