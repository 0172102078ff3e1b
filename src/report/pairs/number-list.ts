/** A list of integers of 32 bits that grows: four bytes each, where an array would take eight and twice that while it grows. */
export class NumberList {
  #numbers = new Int32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#numbers[index]!;
  }

  set(index: number, number: number): void {
    this.#numbers[index] = number;
  }

  /** Returns where it stands. */
  push(number: number): number {
    if (this.#length === this.#numbers.length) {
      const numbers = new Int32Array(2 * this.#length);
      numbers.set(this.#numbers);
      this.#numbers = numbers;
    }
    this.#numbers[this.#length] = number;
    return this.#length++;
  }

  /** Gives back the room for more, as there will be none. */
  close(): void {
    this.#numbers = this.#numbers.slice(0, this.#length);
  }

  /** The numbers of some places; the array is good until more are added. */
  between(start: number, end: number): Int32Array {
    return this.#numbers.subarray(start, end);
  }
}
