import { randomFillSync } from 'node:crypto';

/** Letters and digits of an id. */
const length = 29;
/** Random bytes for many ids: getting them one by one costs ten times as much. */
const pool = new Uint8Array(128 * length);
let used = pool.length;

/** A fresh id: `prefix`, a dash, and 29 random letters and digits. */
export function newCompletionId(prefix: string): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let id = `${prefix}-`;
  for (const end = used + length; used < end; used++) id += letters[pool[used]! % letters.length];
  return id;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
