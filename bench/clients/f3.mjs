// F3: fetch and `res.json()`, with the headers and the body a request needs, nothing else.
import { completion, jsonReply, pool, sentence } from '../lib/feed.mjs';
import { request, url } from './f1.mjs';

const send =
  (fetch, target, { total, width }) =>
  async () => {
    let right = 0;
    await pool(total, width, async () => {
      const response = await fetch(target, request({}));
      const { choices } = await response.json();
      if (choices[0].message.content === sentence) right += 1;
    });
    return { right };
  };

/** A `fetch` that responds immediately. */
export function instant() {
  const reply = JSON.stringify(completion({ content: sentence }));
  return async () => jsonReply(reply);
}

export const tasks = {
  inMemory: (_, params) => send(instant(), url, params),
  loopback: (_, params) => send(fetch, `${params.url}/chat/completions`, params),
};
