import type { Reachability } from '../evaluate/map/reachability.ts';
import { ask } from '../evaluate/question/ask.ts';
import { INTERNET, findParty } from '../evaluate/question/party.ts';
import type { Party } from '../evaluate/question/party.ts';
import type { Endpoint } from '../evaluate/verdict/endpoint.ts';
import type { Port } from '../evaluate/verdict/verdict.ts';
import type { Fault, Judgement } from '../expect/judgement/judgement.ts';
import { servedBy } from '../expect/who/demands.ts';
import { findFix } from '../generate/fix.ts';
import type { Cluster } from '../model/cluster.ts';
import { PROTOCOLS, intersectPorts, isNoPorts } from '../model/port-set.ts';
import type { PortSet } from '../model/port-set.ts';
import type { Explanation } from '../report/explanation/explanation.ts';
import { endsName } from '../report/test/fault.ts';
import type { Outside } from '../report/test/fault.ts';
import { wholeOutside } from '../report/words/outside-name.ts';
import { policiesYaml } from '../report/words/policy-yaml.ts';

/** Of how many faults of one expectation it is told why. */
const MOST_EXPLAINED = 1;

/** Why the first faults of a judgement are so, and what would mend them, as `explain` would say it. */
export function explainFaults(
  cluster: Cluster,
  { faults }: Judgement,
  outside: Outside,
): Explanation[] {
  return faults.slice(0, MOST_EXPLAINED).map((fault) => explainFault(cluster, fault, outside));
}

function explainFault(cluster: Cluster, fault: Fault, outside: Outside): Explanation {
  const { demand, to, ports } = fault;
  const from = fault.from.find((one) => to.length > 1 || one !== to[0]) ?? fault.from[0]!;
  const target = to.find((one) => one !== from) ?? to[0]!;
  const source = partyOf(from, outside);
  const service = demand.service;
  const [destination, port]: [Party, Port] =
    service === undefined
      ? [partyOf(target, outside), samplePort(target, ports)]
      : [servicePartyOf(service.service), service.port];
  const asked = ask(cluster, source, destination, port);
  // a fix turns the answer round; where that is not what was expected, it would be bad advice
  const isWrongWay = (demand.kind === 'deny') !== (asked.answer === 'allowed');
  const question = { from: source, to: destination, port };
  const fix = isWrongWay ? undefined : findFix(cluster, question, asked);
  return {
    cluster,
    from: source.name,
    to: destination.name,
    port,
    asked,
    wanted: demand.kind === 'allow' ? 'allowed' : 'denied',
    fix: fix && { summary: fix.summary, manifest: policiesYaml(fix.policies) },
  };
}

function partyOf(endpoint: Endpoint, outside: Outside): Party {
  const name = endsName([endpoint], outside);
  return { kind: 'endpoints', name, endpoints: [endpoint], onePod: false };
}

function servicePartyOf(service: Extract<Party, { kind: 'service' }>['service']): Party {
  return { kind: 'service', name: `svc/${service.namespace}/${service.name}`, service };
}

/** The port to speak of: one that is served there, if any is. */
function samplePort(to: Endpoint, ports: PortSet): Port {
  const served = intersectPorts(servedBy(to), ports);
  const some = isNoPorts(served) ? ports : served;
  for (const protocol of PROTOCOLS) {
    const number = some[protocol][0];
    if (number !== undefined) return { protocol, number };
  }
  return { protocol: 'other', number: 0 };
}

/** The addresses outside the cluster, by which parts of them are named. */
export function outsideOf({ cluster, population }: Reachability): Outside {
  const party = findParty(cluster, population, INTERNET);
  return {
    whole: wholeOutside(population.endpoints),
    internet: wholeOutside(party.kind === 'endpoints' ? party.endpoints : []),
  };
}
