// F2: JSON.parse of the same payloads alone, from strings that are there already.
export const tasks = {
  iterate(feed) {
    const data = feed.payloads();
    return () => {
      let chunks = 0;
      let deltas = 0;
      let text = '';
      for (const payload of data) {
        chunks += 1;
        const { content } = JSON.parse(payload).choices[0].delta;
        if (!content) continue;
        deltas += 1;
        text += content;
      }
      return { chunks, deltas, text };
    };
  },
};
