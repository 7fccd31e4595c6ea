// What every server between callers and an upstream is asked: many streams at once, from callers in another process.
import { called } from './callers.mjs';

const body = JSON.stringify({
  model: 'm',
  stream: true,
  store: true,
  messages: [{ role: 'user', content: 'Say something long.' }],
});

/** Gives the run of a server that listens at `url`; `headers` are sent with every request. */
export function loaded({ load, streams }, url, headers = {}) {
  return async () => {
    const { chunks, p50 } = await called(load, { url, headers, body, callers: streams, requests: streams });
    return { chunks, first: p50 };
  };
}
