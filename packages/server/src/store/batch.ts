/**
 * Joins writes that arrive together into one transaction. A commit that waits for the disk costs milliseconds
 * whatever it holds, so a hundred concurrent writes should pay for one.
 */

interface Waiting<Item> {
  item: Item;
  resolve(): void;
  reject(reason: unknown): void;
}

/**
 * A function that writes one item and resolves when it is durable. Items that arrive in the same turn of the
 * event loop, or while a batch is being written, are written together, in order, at most `maxItems` at a time.
 *
 * `write` returns the reason for each item it refused, by position; when it throws, all of its items fail.
 */
export function batched<Item>(
  write: (items: Item[]) => Promise<Map<number, Error>>,
  maxItems: number,
): (item: Item) => Promise<void> {
  let waiting: Waiting<Item>[] = [];
  let running = false;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      try {
        const refused = await write(batch.map(({ item }) => item));
        batch.forEach(({ resolve, reject }, position) => {
          const reason = refused.get(position);
          if (reason) reject(reason);
          else resolve();
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = false;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running) return;
      running = true;
      setImmediate(drain);
    });
}
