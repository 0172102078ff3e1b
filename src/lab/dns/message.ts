import packet from 'dns-packet';
import type { Answer, DecodedPacket, Question } from 'dns-packet';
import type { DnsData, DnsZone } from './zone.ts';

/** Response codes (RFC 1035, section 4.1.1). */
const CODE = { ok: 0, malformed: 1, failed: 2, noSuchName: 3, notImplemented: 4, refused: 5 };

const HEADER = 12;
/** Without EDNS, what fits a datagram (RFC 1035, section 4.2.1); with it, at most this. */
const DATAGRAM = { plain: 512, most: 1232 };
/** As CoreDNS's kubernetes plugin, seconds. */
const TTL = 5;

/**
 * The answer to a message, or undefined where none is due (it is itself an answer, or too short to have
 * a number). Never throws, whatever the bytes are. `limited`: it must fit a datagram, or says it does not.
 */
export function answerMessage(
  zone: DnsZone,
  message: Buffer,
  limited: boolean,
): Buffer | undefined {
  if (message.length < HEADER) return undefined;
  const flags = message.readUInt16BE(2);
  if (flags >= 0x8000) return undefined;
  if ((flags & 0x7800) !== 0) return bare(message, CODE.notImplemented);
  let query: DecodedPacket;
  try {
    query = packet.decode(message);
  } catch {
    return bare(message, CODE.malformed);
  }
  const [question, ...more] = query.questions ?? [];
  if (question === undefined || more.length > 0) return bare(message, CODE.malformed);
  try {
    return write(zone, query, question, limited ? roomOf(query) : Infinity);
  } catch {
    return bare(message, CODE.failed);
  }
}

function roomOf({ additionals = [] }: DecodedPacket): number {
  const edns = additionals.find((one) => one.type === 'OPT');
  if (edns === undefined || edns.type !== 'OPT') return DATAGRAM.plain;
  return Math.min(Math.max(edns.udpPayloadSize, DATAGRAM.plain), DATAGRAM.most);
}

function write(zone: DnsZone, query: DecodedPacket, question: Question, room: number): Buffer {
  const { code, answers, authorities, additionals } = answersTo(zone, question);
  const edns = query.additionals?.some((one) => one.type === 'OPT') ?? false;
  const opt: Answer[] = edns ? [EDNS] : [];
  const flags =
    packet.AUTHORITATIVE_ANSWER |
    ((query.flags ?? 0) & packet.RECURSION_DESIRED) |
    packet.RECURSION_AVAILABLE |
    code;
  const head = { type: 'response' as const, id: query.id ?? 0, questions: [question] };
  const whole = packet.encode({
    ...head,
    flags,
    answers,
    authorities,
    additionals: [...additionals, ...opt],
  });
  if (whole.length <= room) return whole;
  return packet.encode({ ...head, flags: flags | packet.TRUNCATED_RESPONSE, additionals: opt });
}

const EDNS: Answer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: DATAGRAM.most,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

interface Answers {
  readonly code: number;
  readonly answers: Answer[];
  readonly authorities: Answer[];
  readonly additionals: Answer[];
}

function answersTo(zone: DnsZone, { name, type, class: space = 'IN' }: Question): Answers {
  const nothing = { answers: [], authorities: [], additionals: [] };
  if (space !== 'IN' && space !== 'ANY') return { code: CODE.refused, ...nothing };
  const found = zone.lookup(name);
  if (found.kind === 'not-ours') return { code: CODE.refused, ...nothing };
  // a name that is not there, or has no such record: with the SOA, so that the answer may be kept (RFC 2308)
  const authorities = [soa(zone)];
  if (found.kind === 'no-such-name') return { ...nothing, code: CODE.noSuchName, authorities };
  if (type === 'SOA' && name.toLowerCase() === zone.domain) {
    return { ...nothing, code: CODE.ok, answers: authorities };
  }
  const wanted = found.records.filter((record) => asks(type, record));
  if (wanted.length === 0) return { ...nothing, code: CODE.ok, authorities };
  const answers = shuffled(wanted).map((record) => answerOf(name, record));
  return { ...nothing, code: CODE.ok, answers, additionals: targetsOf(zone, wanted) };
}

function asks(type: string, record: DnsData): boolean {
  return type === record.type || type === 'ANY';
}

/** The addresses of what SRV records point to come along (RFC 2782). */
function targetsOf(zone: DnsZone, records: readonly DnsData[]): Answer[] {
  const targets = new Set(
    records.flatMap((record) => (record.type === 'SRV' ? [record.data.target] : [])),
  );
  return [...targets].flatMap((name) => {
    const found = zone.lookup(name);
    if (found.kind !== 'found') return [];
    const addresses = found.records.filter(({ type }) => type === 'A' || type === 'AAAA');
    return addresses.map((record) => answerOf(name, record));
  });
}

function answerOf(name: string, record: DnsData): Answer {
  const common = { name, ttl: TTL, class: 'IN' } as const;
  switch (record.type) {
    case 'SRV':
      return {
        ...common,
        type: 'SRV',
        data: { ...record.data, priority: 0, weight: 100 },
      };
    case 'TXT':
      return { ...common, type: 'TXT', data: record.data };
    default:
      return { ...common, type: record.type, data: record.data };
  }
}

function soa({ domain }: DnsZone): Answer {
  return {
    name: domain,
    type: 'SOA',
    class: 'IN',
    ttl: TTL,
    data: {
      mname: `ns.dns.${domain}`,
      rname: `hostmaster.${domain}`,
      serial: 1,
      refresh: 7200,
      retry: 1800,
      expire: 86_400,
      minimum: TTL,
    },
  };
}

/** Any order, so that clients that take the first spread over all. */
function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const k = Math.floor(Math.random() * (i + 1));
    [order[i], order[k]] = [order[k]!, order[i]!];
  }
  return order;
}

/** An answer that is a header alone. */
function bare(message: Buffer, code: number): Buffer {
  const header = Buffer.alloc(HEADER);
  message.copy(header, 0, 0, 4);
  header.writeUInt16BE(((header.readUInt16BE(2) & 0x7900) | 0x8000 | code) & 0xffff, 2);
  return header;
}
