/**
 * A transaction of nftables as netlink messages (nfnetlink.h, nf_tables.h): written one behind the other into
 * one buffer that grows, between the message that begins it and the one that ends it.
 */
export class Batch {
  #bytes: Buffer;
  #length = 0;
  #sequence: number;
  #message = 0;

  /**
   * `first`: the sequence number of its first message; those that follow count on. `size`: how many bytes it
   * will about have.
   */
  constructor(first: number, size: number) {
    this.#sequence = first;
    this.#bytes = Buffer.alloc(Math.max(size, 1 << 10));
    this.#control(BEGIN);
  }

  /** The sequence number of the last message so far. */
  get last(): number {
    return this.#sequence - 1;
  }

  /** The bytes of the message that is being written. */
  get messageLength(): number {
    return this.#length - this.#message;
  }

  /** Begins a message about something of a table of family inet: enum nf_tables_msg_types, NLM_F_* flags. */
  begin(type: number, flags: number): void {
    this.#head((SUBSYSTEM << 8) | type, REQUEST | flags, INET, 0);
  }

  /** Ends the message begun last. */
  end(): void {
    this.#bytes.writeUInt32LE(this.#length - this.#message, this.#message);
  }

  /** Begins an attribute that holds others; give what it returns to {@link close}. */
  open(type: number): number {
    const at = this.#grow(ATTRIBUTE);
    this.#put16(type | NESTED, at + 2);
    return at;
  }

  /** Ends an attribute that {@link open} began. */
  close(at: number): void {
    this.#put16(this.#length - at, at);
  }

  /** An attribute of so many bytes, all zero; returns where they begin in {@link bytes}. */
  attribute(type: number, width: number): number {
    const at = this.#grow(ATTRIBUTE + width);
    this.#put16(ATTRIBUTE + width, at);
    this.#put16(type, at + 2);
    return at + ATTRIBUTE;
  }

  /** What has been written so far; another buffer once something more is. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** A string, and the zero that ends it. */
  text(type: number, value: string): void {
    const at = this.attribute(type, value.length + 1);
    this.#bytes.write(value, at, 'latin1');
  }

  /** A number in the byte order of the network. */
  number(type: number, value: number): void {
    const at = this.attribute(type, 4);
    this.#bytes.writeInt32BE(value | 0, at);
  }

  /** A register's content: a number in the byte order of the machine. */
  hostNumber(type: number, value: number): void {
    const at = this.attribute(type, 4);
    this.#bytes.writeInt32LE(value | 0, at);
  }

  /** The kernel answers the last message; then the end. The whole, to be sent at once. */
  finish(): Buffer {
    const flags = this.#bytes.readUInt16LE(this.#message + 6);
    this.#bytes.writeUInt16LE(flags | ACK, this.#message + 6);
    this.#control(END);
    return this.#bytes.subarray(0, this.#length);
  }

  /** By hand, for every element has a dozen of them. */
  #put16(value: number, at: number): void {
    const bytes = this.#bytes;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
  }

  #control(type: number): void {
    this.#head(type, REQUEST, 0, SUBSYSTEM);
    this.end();
  }

  /** struct nlmsghdr and struct nfgenmsg. */
  #head(type: number, flags: number, family: number, resource: number): void {
    const at = this.#grow(HEADER);
    this.#message = at;
    this.#bytes.writeUInt16LE(type, at + 4);
    this.#bytes.writeUInt16LE(flags, at + 6);
    this.#bytes.writeUInt32LE(this.#sequence++, at + 8);
    this.#bytes[at + 16] = family;
    this.#bytes.writeUInt16BE(resource, at + 18);
  }

  /** Room for so many bytes, rounded up to what netlink aligns to. */
  #grow(count: number): number {
    const at = this.#length;
    this.#length += (count + 3) & ~3;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.#length));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}

/** NFNL_SUBSYS_NFTABLES, NFPROTO_INET. */
const SUBSYSTEM = 10;
const INET = 1;
/** NFNL_MSG_BATCH_BEGIN and NFNL_MSG_BATCH_END. */
const BEGIN = 16;
const END = 17;
/** NLM_F_REQUEST, NLM_F_ACK. */
const REQUEST = 1;
const ACK = 4;
/** NLA_F_NESTED. */
const NESTED = 0x8000;
/** struct nlmsghdr with struct nfgenmsg; struct nlattr. */
const HEADER = 20;
const ATTRIBUTE = 4;
