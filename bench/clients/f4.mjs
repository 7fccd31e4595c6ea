// F4: `request` of undici, keep-alive by its default agent, and JSON.parse by its body mixin.
import { request as send } from 'undici';
import { pool, sentence } from '../lib/feed.mjs';
import { request } from './f1.mjs';

export const tasks = {
  loopback:
    (_, { total, width, url }) =>
    async () => {
      let right = 0;
      await pool(total, width, async () => {
        const { body } = await send(`${url}/chat/completions`, request({}));
        const { choices } = await body.json();
        if (choices[0].message.content === sentence) right += 1;
      });
      return { right };
    },
};
