import packet from 'dns-packet';
import type { DecodedPacket } from 'dns-packet';
import type { DnsAnswer } from '../../compile/matrix/learned-names.ts';
import { parseAddress } from '../../model/address.ts';

/** The lowest TTL that is kept to: an answer that must not be kept is used all the same. */
const SHORTEST_S = 1;

/** How many CNAMEs are followed. */
const MOST_ALIASES = 16;

/**
 * What a DNS answer says of the name it was asked for: the addresses of the name, and of those that CNAMEs in
 * the same answer lead to, for the least TTL on the way (C24). Empty for everything that is no such answer; never
 * throws, whatever the bytes are. `now`: milliseconds since 1970.
 */
export function heardIn(message: Buffer, now: number): DnsAnswer[] {
  let answer: DecodedPacket;
  try {
    answer = packet.decode(message);
  } catch {
    return [];
  }
  const [question, ...more] = answer.questions ?? [];
  if (answer.type !== 'response' || question === undefined || more.length > 0) return [];
  const name = plain(question.name);
  const heard: DnsAnswer[] = [];
  let [current, least] = [name, Infinity];
  for (let i = 0; i <= MOST_ALIASES; i++) {
    let next: string | undefined;
    for (const record of answer.answers ?? []) {
      if (record.type !== 'A' && record.type !== 'AAAA' && record.type !== 'CNAME') continue;
      if (plain(record.name) !== current) continue;
      const ttl = Math.min(least, record.ttl ?? 0);
      if (record.type === 'CNAME') {
        next = plain(record.data);
        least = ttl;
        continue;
      }
      const address = parseAddress(record.data);
      const until = now + Math.max(ttl, SHORTEST_S) * 1000;
      if (address !== undefined) heard.push({ name, address, until });
    }
    if (next === undefined) break;
    current = next;
  }
  return heard;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
