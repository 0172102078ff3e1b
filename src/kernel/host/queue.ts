/** Work done one piece at a time, in the order it came. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();
  #closed: Error | undefined;

  /** Does the work when everything added before has ended, well or not. */
  add<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(() => {
      if (this.#closed !== undefined) throw this.#closed;
      return work();
    });
    this.#last = next.catch(() => {});
    return next;
  }

  /** What has not begun is rejected with this error, and everything added later. */
  close(error: Error): void {
    this.#closed ??= error;
  }

  /** Resolves when all that has been added has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
