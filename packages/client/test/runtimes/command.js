// For a runtime that runs a file: the first argument is the config.
import { run } from './program.js';

const config = JSON.parse((globalThis.Deno?.args ?? process.argv.slice(2))[0]);
void run(config, console.log);
