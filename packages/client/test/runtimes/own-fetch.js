// For Node: as `command.js`, over the fetch of `colloquy/node`.
import { createFetch } from 'colloquy/node';
import { run } from './program.js';

const config = JSON.parse(process.argv[2]);
void run({ ...config, fetch: createFetch() }, console.log);
