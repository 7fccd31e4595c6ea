// What every server between callers and an upstream is asked: many streams at once, from callers in another process.

const body = JSON.stringify({
  model: 'm',
  stream: true,
  store: true,
  messages: [{ role: 'user', content: 'Say something long.' }],
});

/** Gives the run of a server that listens at `url`; `headers` are sent with every request. */
export function loaded({ load, streams }, url, headers = {}) {
  return async () => {
    const response = await fetch(load, {
      method: 'POST',
      body: JSON.stringify({ url, streams, headers, body }),
    });
    const { error, chunks } = await response.json();
    if (error) throw new Error(error);
    return { chunks };
  };
}
