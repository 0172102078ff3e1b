/** How many ids each epoch has. */
const EPOCH_SIZE = 0x10_0000;

/** How many epochs there are before their ids come again: ids are numbers of 32 bits. */
const EPOCHS = 0x1000;

/** Ids 0 and 1 are the port sets of nothing and of everything. */
const FIRST_FREE = 2;

/**
 * Gives out the numbers by which the kernel knows peer classes and port sets. None is given out twice,
 * so that no id changes its meaning; a process that uses up its epoch goes on with the next one.
 */
export class IdSource {
  #epoch: number;
  #next: number;

  constructor(epoch: number) {
    this.#epoch = epoch;
    this.#next = firstOf(epoch);
  }

  /** The epoch of the ids given out now; the next process begins with the one after it. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The id that will be given out next. */
  get next(): number {
    return this.#next;
  }

  take(): number {
    const id = this.#next++;
    if (this.#next >= firstOf(this.#epoch, 0) + EPOCH_SIZE) {
      this.#epoch++;
      this.#next = firstOf(this.#epoch);
    }
    return id;
  }
}

function firstOf(epoch: number, least = FIRST_FREE): number {
  return Math.max((epoch % EPOCHS) * EPOCH_SIZE, least);
}

/** An id as nft writes values of type classid: two numbers of 16 bits in hex (tc(8), "Handles"). */
export function formatId(id: number): string {
  return `${(id >>> 16).toString(16)}:${(id & 0xffff).toString(16)}`;
}
