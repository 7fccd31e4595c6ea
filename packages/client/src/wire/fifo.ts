/** A list that is taken from at its front. `Array.prototype.shift` moves every item that stays when there are many. */
export class Fifo<T> {
  #items: T[] = [];
  /** Only items from here on are in the list. */
  #head = 0;

  push(item: T): void {
    this.#items.push(item);
  }

  get empty(): boolean {
    return this.#head === this.#items.length;
  }

  /** Removes the first item and returns it; undefined when there is none. */
  shift(): T | undefined {
    if (this.empty) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined as T;
    if (this.empty) this.clear();
    else if (this.#head > 1_000 && 2 * this.#head > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  clear(): void {
    this.#items = [];
    this.#head = 0;
  }
}
