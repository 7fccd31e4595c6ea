// For workerd: the body of a request is the config, that of the answer what is printed. One client serves all requests;
// it is made where a worker can neither ask anybody, nor wait, nor draw random numbers.
import OpenAI from 'colloquy';
import { run } from './program.js';

const client = new OpenAI({ apiKey: 'key', logLevel: 'off' });

export default {
  async fetch(request) {
    const config = await request.json();
    client.baseURL = config.baseURL;
    const lines = [];
    await run({ ...config, client }, (line) => lines.push(line));
    return new Response(lines.join('\n'));
  },
};
