// For workerd: the body of a request is the config, that of the answer what is printed.
import { run } from './program.js';

export default {
  async fetch(request) {
    const lines = [];
    await run(await request.json(), (line) => lines.push(line));
    return new Response(lines.join('\n'));
  },
};
