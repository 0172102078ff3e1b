import type { Protocol } from '../conformance/implementation.ts';
import type { Delivery, Holder, Network } from './network.ts';
import { ACK, TCP, answerTo, firstPacket, laterThan } from './packet.ts';
import type { Packet, Way } from './packet.ts';

/** What came of the packets of one connection, each by its name, until one was lost. */
export interface Exchange {
  /** The packet that was lost; undefined when all arrived. */
  readonly lost: 'first' | 'answer' | 'client data' | 'server data' | undefined;
  /** The rules that decided about the last packet. */
  readonly trace: readonly string[];
}

/** One connection of a client with whoever has an address, packet by packet. */
export class Conversation {
  readonly #network: Network;
  readonly #client: Holder;
  readonly #first: Packet;
  /** The client's packets as the server sees them, and where it is; from the first that arrived. */
  #heard: { readonly packet: Packet; readonly at: Holder } | undefined;

  constructor(network: Network, client: Holder, first: Packet) {
    this.#network = network;
    this.#client = client;
    this.#first = first;
  }

  /**
   * The first packet, its answer, and one more from each side. TCP: SYN, SYN-ACK, ACK with data, data
   * back; UDP: datagrams; SCTP: INIT, INIT-ACK, chunks; ICMP: echoes.
   */
  open(): Exchange {
    const { lost, trace } = this.sendFirst();
    if (lost !== undefined) return { lost, trace };
    const answer = this.#back(answerTo(this.#heard!.packet));
    if (!answer.arrived) return { lost: 'answer', trace: answer.trace };
    return this.goOn();
  }

  /** Only the first packet. */
  sendFirst(): Exchange {
    const delivery = this.#network.send(this.#first, this.#client);
    if (!delivery.arrived) return { lost: 'first', trace: delivery.trace };
    this.#heard = delivery;
    return { lost: undefined, trace: delivery.trace };
  }

  /** Data from the client, then data from the server. */
  goOn(): Exchange {
    const there = this.clientData();
    if (!there.arrived) return { lost: 'client data', trace: there.trace };
    const back = this.serverData();
    return { lost: back.arrived ? undefined : 'server data', trace: back.trace };
  }

  /** One more packet from the client. */
  clientData(): Delivery {
    return this.#network.send(laterThan(this.#first), this.#client);
  }

  /** One more packet from the server, whether or not the client said more. */
  serverData(): Delivery {
    const answer = answerTo(this.#heard!.packet);
    return this.#back(answer.protocol === TCP ? { ...answer, tcpFlags: ACK } : answer);
  }

  /** The client's first packet as the server saw it. */
  get heard(): Packet {
    return this.#heard!.packet;
  }

  /** A packet from the server's place; the client must get it under the address it called. */
  #back(packet: Packet): Delivery {
    const delivery = this.#network.send(packet, this.#heard!.at);
    if (!delivery.arrived) return delivery;
    const expected = answerTo(this.#first);
    const { source, sourcePort, destination, destinationPort } = delivery.packet;
    const isIts =
      source === expected.source &&
      sourcePort === expected.sourcePort &&
      destination === expected.destination &&
      destinationPort === expected.destinationPort;
    if (!isIts) throw new Error(`an answer from ${source} port ${sourcePort} is nobody's`);
    return delivery;
  }
}

/** Whether data passes in each direction; the server's first, for a change may forget to judge those. */
export function flowsOf(one: Conversation): { fromServer: boolean; fromClient: boolean } {
  const fromServer = one.serverData().arrived;
  return { fromServer, fromClient: one.clientData().arrived };
}

/** The port clients connect from, and the id of their echoes, unless they have several at once. */
const CLIENT_PORT = 40_000;

/** A conversation on a port of the destination. */
export function converse(
  network: Network,
  way: Way,
  protocol: Protocol,
  port: number,
  clientPort = CLIENT_PORT,
): Conversation {
  const client = network.holderOf({ family: way.family, value: way.source });
  return new Conversation(network, client, firstPacket(way, protocol, clientPort, port));
}
